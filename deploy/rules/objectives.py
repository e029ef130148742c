"""The promises as OpenSLO and Sloth write them, for those whose objectives live there."""

from typing import Any, Final

from deploy.rules import thresholds
from deploy.rules.manifest import dump
from deploy.rules.promises import PERIOD, PROMISES, Promise, kept

_SERVICE: Final = "drs-replication"


def openslo() -> str:
    """One document of OpenSLO v1 for the service, and one for each promise."""
    service = {
        "apiVersion": "openslo/v1",
        "kind": "Service",
        "metadata": {"name": _SERVICE, "displayName": "Data replication"},
        "spec": {"description": "Replication jobs of DRS, as drs-exporter watches them."},
    }
    return "---\n".join(map(dump, (service, *map(_openslo, PROMISES))))


def sloth() -> dict[str, Any]:
    """All promises as Sloth reads them (`prometheus/v1`)."""
    return {
        "version": "prometheus/v1",
        "service": _SERVICE,
        "slos": [
            {
                "name": f"job-{promise.name}",
                "objective": round(thresholds.PROMISE_OBJECTIVE * 100, 6),
                "description": _described(promise),
                "sli": {
                    "raw": {"error_ratio_query": f"1 - avg(avg_over_time({kept(promise)}[{{{{.window}}}}]))"},
                },
                "alerting": {
                    "name": f"DRS{promise.name.capitalize()}Promise",
                    "page_alert": {"labels": {"severity": "critical"}},
                    "ticket_alert": {"labels": {"severity": "warning"}},
                },
            }
            for promise in PROMISES
        ],
    }


def _openslo(promise: Promise) -> dict[str, Any]:
    """How many of all readings are good."""
    return {
        "apiVersion": "openslo/v1",
        "kind": "SLO",
        "metadata": {"name": f"drs-job-{promise.name}", "displayName": f"Jobs: {promise.title}"},
        "spec": {
            "description": _described(promise),
            "service": _SERVICE,
            "indicator": {
                "metadata": {"name": f"drs-job-{promise.name}-kept"},
                "spec": {
                    "ratioMetric": {
                        "counter": False,
                        "good": _asked(f"sum({kept(promise)})"),
                        "total": _asked(f"count({kept(promise)})"),
                    }
                },
            },
            "timeWindow": [{"duration": str(PERIOD), "isRolling": True}],
            "budgetingMethod": "Occurrences",
            "objectives": [{"displayName": promise.title, "target": thresholds.PROMISE_OBJECTIVE}],
        },
    }


def _asked(query: str) -> dict[str, Any]:
    return {"metricSource": {"type": "Prometheus", "spec": {"query": query}}}


def _described(promise: Promise) -> str:
    return (
        f"Replication jobs keep their {promise.title} in {thresholds.PROMISE_OBJECTIVE:.2%} of the time. "
        f"Needs the recorded series {kept(promise)} of drs-promises.yml."
    )
