"""Checks that Kubernetes and the Prometheus Operator would take an object."""

from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = ("1.25", "1.31", "1.37")
"""The oldest that the chart names, one between, the newest that the schemas are there for."""

_SCRAPE = {
    "port", "path", "scheme", "interval", "scrapeTimeout", "relabelings", "metricRelabelings", "tlsConfig", "basicAuth",
}  # fmt: skip
_SELECTED = {"selector", "sampleLimit", "namespaceSelector", "jobLabel"}
OPERATOR: dict[str, set[str]] = {
    "ServiceMonitor": _SELECTED | {"endpoints"},
    "PodMonitor": _SELECTED | {"podMetricsEndpoints"},
    "PrometheusRule": {"groups"},
}
"""What may stand in the `spec` of the operator's objects, as far as it is used here."""

_RELABELING = {"sourceLabels", "separator", "targetLabel", "regex", "modulus", "replacement", "action"}
_RULE = {"record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations"}


def documents(text: str) -> list[dict[str, Any]]:
    """The objects of a file."""
    return [document for document in yaml.safe_load_all(text) if document]


def read(path: str) -> list[dict[str, Any]]:
    """The objects of a file of the repository."""
    return documents((ROOT / path).read_text(encoding="utf-8"))


def check(item: dict[str, Any]) -> None:
    """Raise if an API server would refuse this object."""
    if item["kind"] in OPERATOR:
        _check_operator(item)
        return
    for version in VERSIONS:
        kubernetes_validate.validate(item, version, strict=True)


def _check_operator(item: dict[str, Any]) -> None:
    assert item["apiVersion"] == "monitoring.coreos.com/v1"
    spec = item["spec"]
    assert spec.keys() <= OPERATOR[item["kind"]]
    for endpoint in (*spec.get("endpoints", ()), *spec.get("podMetricsEndpoints", ())):
        assert endpoint.keys() <= _SCRAPE
        for relabeling in (*endpoint["relabelings"], *endpoint.get("metricRelabelings", ())):
            assert relabeling.keys() <= _RELABELING
    for group in spec.get("groups", ()):
        assert group.keys() <= {"name", "interval", "rules"}
        for rule in group["rules"]:
            assert rule.keys() <= _RULE
            assert len(rule.keys() & {"record", "alert"}) == 1
