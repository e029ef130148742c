"""Sums and extremes of all jobs, by what the fleet dashboard can be narrowed to: its graphs read these, not every job.

Without them a graph of hours over ten thousand jobs costs Prometheus seconds each time that somebody looks.
"""

from typing import Final

from deploy.rules.promql import in_phase, latest
from deploy.rules.rule import Record

KIND: Final = "project, engine_type, db_use_type"
_INFO: Final = latest("drs_job_info", "engine_type", "db_use_type")
_DELAY: Final = latest("drs_job_incremental_delay_seconds")


def _all(aggregation: str, expr: str) -> str:
    """The jobs together; two replicas that disagree for a moment on what a job is do no harm."""
    return f"""
        {aggregation} by ({KIND}) (
          ({expr})
          * on (project, job_id) group_left (engine_type, db_use_type)
          topk by (project, job_id) (1, {_INFO})
        )
    """


DELAY: Final = Record(
    name="drs:fleet_incremental_delay_seconds:max",
    expr=_all("max", f"{_DELAY} and on (project, job_id) ({in_phase('incremental')})"),
    meaning="The largest delay of all jobs that should follow their source.",
)

LAGGING: Final = Record(
    name="drs:fleet_lagging_jobs:sum",
    expr=_all(
        "sum",
        f"{_DELAY} > bool on (project, job_id) "
        f"(drs:job_delay_threshold_seconds or on (project, job_id) {_DELAY} * 0 + $DELAY_WARNING_SECONDS) "
        f"and on (project, job_id) ({in_phase('incremental')})",
    ),
    meaning="How many jobs that should follow their source are further behind than their owner allows, or else "
    "than the default.",
)

ROWS: Final = Record(
    name="drs:fleet_apply_rows_per_second:sum",
    expr=_all("sum", latest("drs_job_apply_rows_per_second")),
    meaning="Rows that all jobs apply each second.",
)

BYTES: Final = Record(
    name="drs:fleet_apply_bytes_per_second:sum",
    expr=_all("sum", latest("drs_job_apply_bytes_per_second")),
    meaning="Bytes that all jobs apply each second.",
)

RPO: Final = Record(
    name="drs:fleet_rpo_delay_seconds:max",
    expr=_all("max", latest("drs_job_rpo_delay_seconds")),
    meaning="The largest recovery point delay of all disaster recovery jobs.",
)

RTO: Final = Record(
    name="drs:fleet_rto_delay_seconds:max",
    expr=_all("max", latest("drs_job_rto_delay_seconds")),
    meaning="The largest recovery time delay of all disaster recovery jobs.",
)

FLEET: Final = (DELAY, LAGGING, ROWS, BYTES, RPO, RTO)
