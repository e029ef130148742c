"""Every enumeration the vendor's newest SDK documents for what we export, and what becomes of each value.

The SDK is the oracle: a value it adds fails here, and somebody decides whether a rule or a dashboard must know it.
"""

import importlib
import inspect
import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from deploy.rules.cutover import CUTOVER
from deploy.rules.groups import ALERTS, RECORDS
from deploy.rules.rule import Alert, Record, limits, promql
from drs_exporter.parse.checks import COMPARED_SPELLINGS
from drs_exporter.status import STATUSES, spelling

ROOT: Final = Path(__file__).resolve().parents[2]
TROUBLE: Final = "trouble"
"""Some alert names the value."""
FINE: Final = "fine"
"""It is shown as it is: a state somebody expects, or one that a dashboard alone shows."""

_OBJECT_RESULTS: Final = {
    "CONSISTENT": FINE,
    "INCONSISTENT": TROUBLE,
    "COMPARING": FINE,
    "WAITING_FOR_COMPARISON": FINE,
    "FAILED_TO_COMPARE": TROUBLE,
    "TARGET_DB_NOT_EXIST": TROUBLE,
    "CAN_NOT_COMPARE": FINE,
}

HANDLED: Final[dict[tuple[str, str], dict[str, str]]] = {
    ("v5.ObjectsCompareOverviewInfo", "status"): _OBJECT_RESULTS,
    ("v3.ObjectCompareResultOverview", "object_compare_result"): {
        **{name: how for name, how in _OBJECT_RESULTS.items() if name != "TARGET_DB_NOT_EXIST"},
        "TARGET_DB_NOT_EXIT": TROUBLE,
    },
    ("v5.CompareJobInfo", "status"): {
        "RUNNING": FINE,
        "WAITING_FOR_RUNNING": FINE,
        "SUCCESSFUL": FINE,
        "FAILED": TROUBLE,
        "CANCELLED": FINE,
        "TIMEOUT_INTERRUPT": TROUBLE,
        "FULL_DOING": FINE,
        "INCRE_DOING": FINE,
    },
    ("v5.PrecheckResult", "result"): {"PASSED": FINE, "ALARM": FINE, "FAILED": FINE},
    ("v5.AsyncJobResp", "status"): {
        "ASYNC_JOB_VALIDATING": FINE,
        "ASYNC_JOB_VALIDATE_FAILED": TROUBLE,
        "AUTO_PARAM_VALIDATE_SUCCESS": FINE,
        "COMMIT_SUCCESS": FINE,
    },
    ("v5.QueryMetricResult", "apply_current_state"): {
        "succeed": FINE,
        "failed": FINE,
        "processing": FINE,
        "waiting": FINE,
    },
    ("v5.JobDetailResp", "bind_public_ip_state"): {"SUCCESS": FINE, "FAILED": FINE},
}
"""What is exported of these fields, value by value; `FAILED` of the last is `drs_job_public_ip_bound` 0."""

SERIES: Final = {
    "v5.ObjectsCompareOverviewInfo": ("drs_job_compare_result", "result"),
    "v3.ObjectCompareResultOverview": ("drs_job_compare_result", "result"),
    "v5.CompareJobInfo": ("drs_job_compare_tasks", "status"),
    "v5.AsyncJobResp": ("drs_async_job_status", "status"),
}
"""The series and label in which an alert looks for the values that mean trouble."""

JOB_STATUSES: Final = (
    ("v3.QueryJobResp", "status"),
    ("v3.JobInfo", "status"),
    ("v5.JobDetailResp", "status"),
    ("v5.JobListResp", "status"),
    ("v5.JobProgressInfo", "transfer_status"),
)


def values(model: str, field: str) -> set[str]:
    """The values that the SDK documents for a field of a model."""
    version, name = model.split(".")
    kind: Any = getattr(importlib.import_module(f"huaweicloudsdkdrs.{version}.model"), name)
    text = inspect.getdoc(kind.__init__) or ""
    (description,) = re.findall(rf"^:param {field}: (.*)$", text, re.MULTILINE)
    return set(re.findall(r"(?<![\w-])([A-Za-z][A-Za-z_]+)(?:\uff1a|-(?=[^\x00-\x7f]))", description))


@pytest.mark.parametrize(("model", "field"), list(HANDLED), ids=".".join)
def test_every_value_of_the_sdk_was_thought_of_and_no_other(model: str, field: str) -> None:
    assert values(model, field) == HANDLED[model, field].keys()


@pytest.mark.parametrize(("model", "field"), JOB_STATUSES, ids=".".join)
def test_every_job_status_of_the_sdk_has_a_phase(model: str, field: str) -> None:
    found = values(model, field)
    assert len(found) > 20
    assert {spelling(status) for status in found} <= STATUSES.keys()


@pytest.mark.parametrize(
    ("model", "value"),
    [
        (model, value)
        for (model, _), handled in HANDLED.items()
        for value, how in handled.items()
        if model in SERIES and how == TROUBLE
    ],
)
def test_an_alert_looks_for_every_value_that_means_trouble(model: str, value: str) -> None:
    assert is_alerted(*SERIES[model], COMPARED_SPELLINGS.get(value, value))


@pytest.mark.parametrize(
    ("model", "value"),
    [
        (model, value)
        for (model, _), handled in HANDLED.items()
        for value, how in handled.items()
        if model in SERIES and how == FINE
    ],
)
def test_no_alert_looks_for_a_value_that_is_fine(model: str, value: str) -> None:
    assert not is_alerted(*SERIES[model], value)


def test_the_dashboard_has_a_word_for_every_result_of_a_comparison() -> None:
    dashboard = json.loads((ROOT / "grafana" / "dashboards" / "drs-job.json").read_text())
    shown = json.dumps(dashboard)
    assert [result for result in _OBJECT_RESULTS if f'"{result}"' not in shown] == []


def is_alerted(series: str, label: str, value: str) -> bool:
    """Whether some alert, or a recorded series it may read, selects the series with this value."""
    rules: tuple[Alert | Record, ...] = (*ALERTS, *(record for record in RECORDS if record not in CUTOVER))
    for rule in rules:
        for matchers in re.findall(rf"{series}\{{([^}}]*)\}}", promql(rule.expr, limits())):
            for operator, pattern in re.findall(rf'{label}(=~|=)"([^"]*)"', matchers):
                if value == pattern if operator == "=" else re.fullmatch(pattern, value):
                    return True
    return False
