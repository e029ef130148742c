"""Promises over time: one objective everywhere, windows that fit it, and the same in every tool's words."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any, Final

import _jsonnet
import promql_parser
import pytest
import yaml

from deploy.rules import thresholds
from deploy.rules.groups import ALERTS, GROUPS, RECORDS
from deploy.rules.objectives import openslo, sloth
from deploy.rules.promises import (
    FAST,
    PERIOD,
    PROMISE_ALERTS,
    PROMISE_GROUPS,
    PROMISE_RECORDS,
    PROMISES,
    SLOW,
    Pace,
    kept,
    missed,
)
from deploy.rules.rule import Severity, limits, promql
from tests.rules.test_rules import known_metrics, metrics_in
from tools.programs import path_of

ROOT: Final = Path(__file__).resolve().parents[2]
FILE: Final = ROOT / "deploy" / "prometheus" / "optional" / "drs-promises.yml"
MIXIN: Final = str(ROOT / "deploy" / "mixin" / "mixin.libsonnet")
GUIDE: Final = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")


@pytest.mark.programs
def test_promtool_accepts_the_rules() -> None:
    run = subprocess.run([path_of("promtool"), "check", "rules", FILE], check=False, capture_output=True)
    assert run.returncode == 0, run.stderr.decode()


def test_nobody_has_them_who_did_not_ask() -> None:
    loaded = {alert.name for alert in ALERTS} | {record.name for record in RECORDS}
    assert not loaded & ({alert.name for alert in PROMISE_ALERTS} | {record.name for record in PROMISE_RECORDS})
    assert "optional" not in (ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("pace", "share"),
    list(zip((*FAST, *SLOW), (0.02, 0.05, 0.1, 0.1), strict=True)),
    ids=lambda value: str(value.long) if isinstance(value, Pace) else str(value),
)
def test_each_pair_of_windows_tells_when_that_share_of_the_month_is_used_up(pace: Pace, share: float) -> None:
    """The short one is a twelfth of the long one, so that an alert ends soon after the trouble."""
    factor = getattr(thresholds, pace.factor)
    assert factor * pace.long.seconds / PERIOD.seconds == pytest.approx(share)
    assert pace.short.seconds == pace.long.seconds / 12


def test_every_window_of_the_alerts_is_recorded_for_jobs_and_projects() -> None:
    recorded = {record.name for record in PROMISE_RECORDS}
    wanted = {
        missed(level, promise, str(window))
        for level in ("job", "project")
        for promise in PROMISES
        for pace in (*FAST, *SLOW)
        for window in (pace.long, pace.short)
    }
    assert wanted | {kept(promise) for promise in PROMISES} == recorded


@pytest.mark.parametrize("rule", [*PROMISE_RECORDS, *PROMISE_ALERTS], ids=lambda rule: rule.name)
def test_rules_read_only_series_there_are(rule: Any) -> None:
    recorded = {name.split(":ratio")[0] for name in (record.name for record in PROMISE_RECORDS)}
    assert metrics_in(re.sub(r":ratio_\w+", "", promql(rule.expr, limits()))) <= known_metrics() | recorded


def test_alerts_are_named_and_led_like_the_others() -> None:
    assert len(PROMISE_ALERTS) == 8
    for alert in PROMISE_ALERTS:
        assert re.fullmatch(r"DRS(Job|Project)(Delay|Rpo)Promise(Fast|Slow)", alert.name)
        assert alert.severity is (Severity.CRITICAL if alert.name.endswith("Fast") else Severity.WARNING)
        assert alert.annotations["runbook_url"].endswith("/docs/runbooks/DRSPromises.md")
        assert f"`{alert.name}`" in GUIDE
        assert (" and on (project, job_id) " in alert.expr) == ("Job" in alert.name)
    assert f"**{thresholds.PROMISE_OBJECTIVE:.0%}**".replace("%", " %") in GUIDE


def test_openslo_and_sloth_promise_the_same() -> None:
    service, *objectives = list(yaml.safe_load_all(openslo()))
    assert (service["apiVersion"], service["kind"]) == ("openslo/v1", "Service")
    for promise, one, other in zip(PROMISES, objectives, sloth()["slos"], strict=True):
        assert (one["apiVersion"], one["kind"]) == ("openslo/v1", "SLO")
        spec = one["spec"]
        assert spec["service"] == service["metadata"]["name"] == sloth()["service"]
        assert [goal["target"] for goal in spec["objectives"]] == [thresholds.PROMISE_OBJECTIVE]
        assert spec["timeWindow"] == [{"duration": "30d", "isRolling": True}]
        ratio = spec["indicator"]["spec"]["ratioMetric"]
        queries = [ratio[part]["metricSource"]["spec"]["query"] for part in ("good", "total")]
        assert other["objective"] == pytest.approx(thresholds.PROMISE_OBJECTIVE * 100)
        queries.append(other["sli"]["raw"]["error_ratio_query"].replace("{{.window}}", "5m"))
        for query in queries:
            promql_parser.parse(query)
            assert kept(promise) in query


@pytest.mark.parametrize("promises", [False, True])
def test_the_mixin_builds_and_holds_every_rule_and_dashboard(*, promises: bool) -> None:
    mixin = f"(import '{MIXIN}') + {{ _config+:: {{ promises: {str(promises).lower()} }} }}"
    fields = "prometheusRules", "prometheusAlerts", "grafanaDashboards"
    shown = ", ".join(f"{field}: m.{field}" for field in fields)
    built = json.loads(_jsonnet.evaluate_snippet("test.jsonnet", f"local m = {mixin}; {{ {shown} }}"))
    groups = (*GROUPS, *(PROMISE_GROUPS if promises else ()))
    wanted = {rule.name for group in groups for rule in group.rules}
    found = {
        rule.get("record") or rule["alert"]
        for field in fields[:2]
        for group in built[field]["groups"]
        for rule in group["rules"]
    }
    assert found == wanted
    assert all("alert" in rule for group in built["prometheusAlerts"]["groups"] for rule in group["rules"])
    boards = {path.name: json.loads(path.read_text()) for path in (ROOT / "grafana" / "dashboards").glob("*.json")}
    assert built["grafanaDashboards"] == boards
