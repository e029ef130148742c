"""Comparisons of source and target, and the check before the start."""

from grafana_foundation_sdk.models import dashboard

from grafana.fields import Column, fixed, words
from grafana.job.scope import of_job
from grafana.panels import bars, table_panel
from grafana.phases import CRITICAL, GOOD, INFORMATION, QUIET, WARNING
from grafana.queries import now, rows


def comparison() -> dashboard.Panel:
    """Object comparison."""
    results = words(
        {
            "CONSISTENT": ("consistent", GOOD),
            "INCONSISTENT": ("inconsistent", CRITICAL),
            "FAILED_TO_COMPARE": ("failed", CRITICAL),
            "TARGET_DB_NOT_EXIST": ("no target", CRITICAL),
            "TIMEOUT_INTERRUPT": ("timed out", CRITICAL),
            "COMPARING": ("comparing", INFORMATION),
            "WAITING_FOR_COMPARISON": ("waiting", QUIET),
            "CAN_NOT_COMPARE": ("cannot", WARNING),
        }
    )
    return table_panel(
        "Object comparison",
        "Objects in the source against those in the target, as the service last compared them.",
        [
            Column("object_type", "Type"),
            Column("Value #A", "Source", unit="short", decimals=0, width=90),
            Column("Value #B", "Target", unit="short", decimals=0, width=90),
            Column("result", "Result", cell="background", mappings=results, width=130),
            Column("Value #C", hidden=True),
        ],
        rows(of_job("drs_job_compare_source_objects", by="object_type")),
        rows(of_job("drs_job_compare_target_objects", by="object_type")),
        rows(of_job("drs_job_compare_result", by="object_type, result")),
        no_value="not compared",
        sort=("Type", False),
    )


def data_comparison() -> dashboard.Panel:
    """Data comparison tasks."""
    return bars(
        "Data comparison tasks",
        "Tasks that compare contents, by kind and state.",
        now(of_job("drs_job_compare_tasks", by="comparison, status"), "{{comparison}} {{status}}"),
        unit="none",
        no_value="none",
        decimals=0,
    )


def precheck() -> dashboard.Panel:
    """Pre-check items by result."""
    return bars(
        "Pre-check items",
        "Items of the check that the service runs before a start, by result.",
        now(of_job("drs_job_precheck_items", by="result"), "{{result}}"),
        unit="none",
        no_value="not run",
        decimals=0,
        overrides=[fixed("PASSED", GOOD), fixed("ALARM", WARNING), fixed("FAILED", CRITICAL)],
    )
