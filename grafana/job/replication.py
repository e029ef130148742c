"""Delay and throughput of the job."""

from typing import Final

from grafana_foundation_sdk.models import dashboard

from deploy.rules import thresholds
from grafana.fields import fixed, words
from grafana.job.scope import of_job, raw
from grafana.panels import lines, states
from grafana.phases import CRITICAL, GOOD, INFORMATION, QUIET, WARNING
from grafana.queries import any_of, over_time

_TREND: Final = "30m"
_APPLY: Final = {
    "succeed": ("2", "idle", GOOD),
    "processing": ("3", "applying", INFORMATION),
    "waiting": ("1", "waiting", QUIET),
    "failed": ("4", "failed", CRITICAL),
}


def delay() -> dashboard.Panel:
    """The delay, what is allowed, and where it leads."""
    trend = (
        f"clamp_min(max by (job_id) (predict_linear({raw('drs_job_incremental_delay_seconds', over=_TREND)}, 3600)), 0)"
    )
    return lines(
        "Delay over time",
        "How far the target is behind; what the owner allows; and where the last half hour leads in one more hour.",
        over_time(of_job("drs_job_incremental_delay_seconds"), "delay"),
        over_time(of_job("drs_job_incremental_delay_threshold_seconds"), "allowed"),
        over_time(trend, "in one hour at this pace"),
        unit="s",
        no_value="not replicating",
        limits=True,
        steps=(
            (None, "transparent"),
            (thresholds.DELAY_WARNING_SECONDS, WARNING),
            (thresholds.DELAY_CRITICAL_SECONDS, CRITICAL),
        ),
        overrides=[
            fixed("delay", GOOD),
            fixed("allowed", CRITICAL, dashed=True),
            fixed("in one hour at this pace", QUIET, dashed=True),
        ],
    )


def recovery() -> dashboard.Panel:
    """RPO and RTO with their limits."""
    return lines(
        "Recovery point and time",
        "Data (RPO) and time (RTO) that a failover now would cost, with what the owner allows; disaster recovery only.",
        over_time(of_job("drs_job_rpo_delay_seconds"), "RPO"),
        over_time(of_job("drs_job_rto_delay_seconds"), "RTO"),
        over_time(of_job("drs_job_rpo_delay_threshold_seconds"), "RPO allowed"),
        over_time(of_job("drs_job_rto_delay_threshold_seconds"), "RTO allowed"),
        over_time(f"time() - {of_job('drs_job_rpo_updated_timestamp_seconds')}", "RPO told ago"),
        over_time(f"time() - {of_job('drs_job_rto_updated_timestamp_seconds')}", "RTO told ago"),
        unit="s",
        no_value="no disaster recovery job",
        overrides=[
            fixed("RPO", WARNING),
            fixed("RTO", "#A352CC"),
            fixed("RPO allowed", WARNING, dashed=True),
            fixed("RTO allowed", "#A352CC", dashed=True),
            fixed("RPO told ago", QUIET),
            fixed("RTO told ago", QUIET),
        ],
    )


def rows_applied() -> dashboard.Panel:
    """Rows per second."""
    return lines(
        "Rows applied",
        "Rows written to the target each second, by the job's own count and by each node's.",
        over_time(of_job("drs_job_apply_rows_per_second"), "job"),
        over_time(of_job("drs_node_apply_rows_per_second", by="node_id"), "node {{node_id}}"),
        unit="wps",
    )


def bytes_applied() -> dashboard.Panel:
    """Bytes per second."""
    return lines(
        "Bytes applied",
        "Bytes written to the target each second.",
        over_time(of_job("drs_job_apply_bytes_per_second"), "job"),
        unit="Bps",
    )


def apply_state() -> dashboard.Panel:
    """What each node's apply process does."""
    numbered = any_of(
        *(
            f"{of_job('drs_node_apply_state', f'state={chr(34)}{state}{chr(34)}', by='node_id')} * {number}"
            for state, (number, _, _) in _APPLY.items()
        )
    )
    return states(
        "Apply process",
        "What each node's apply process was doing.",
        over_time(numbered, "{{node_id}}"),
        mappings=words({number: (word, colour) for number, word, colour in _APPLY.values()}),
    )
