"""Families of jobs that say whose they are, what they connect and what is being done with them."""

from collections.abc import Callable
from typing import Final

from drs_exporter.catalogue.family import ChosenLabels, Family, active, flag
from drs_exporter.snapshot import Condition, Database

_DETAILS: Final = ("details",)


def _told(name: str, help_: str, source: str, read: Callable[[Condition], float | None]) -> Family[Condition]:
    return Family(name=name, help=help_, collectors=_DETAILS, source=source, value=read)


ACTION: Final[Family[str | None]] = Family(
    name="drs_job_action",
    help="What is being done with the job, always 1; absent while nothing is.",
    collectors=("jobs",),
    source="job_action.current_action",
    labels=("action",),
    rows=active,
)

TAGS: Final[Family[tuple[tuple[str, str], ...]]] = Family(
    name="drs_job_tags",
    help="Tags of the job that the setting JOB_TAGS names, always 1; absent for a job that has none of them.",
    collectors=("details", "async_jobs"),
    source="tags[]",
    rows=lambda tags: [((), 1.0)] if tags else [],
    chosen=ChosenLabels("tag_…", lambda tags: tags),
)

DATABASES: Final[tuple[Family[tuple[Database, ...]], ...]] = (
    Family(
        name="drs_job_database_info",
        help="The database at one end of the job, always 1; a value that was not given is an empty label.",
        collectors=("details", "async_jobs"),
        source="source_endpoint, target_endpoint: db_type, inst_id (v5: endpoint.instance_id), region",
        labels=("role", "db_type", "instance_id", "region"),
        rows=lambda databases: [((end.role, end.db_type, end.instance_id, end.region), 1.0) for end in databases],
    ),
)

CONDITIONS: Final[tuple[Family[Condition], ...]] = (
    _told(
        "drs_job_restart_needed",
        "1 if the machine of the job must restart before changed settings count, 0 if not; absent where no detail "
        "tells.",
        "need_restart",
        lambda condition: flag(condition.restart_needed),
    ),
    _told(
        "drs_job_target_read_only",
        "1 while the target database is kept read-only, 0 if not; absent where no detail tells.",
        "is_target_readonly",
        lambda condition: flag(condition.target_read_only),
    ),
    _told(
        "drs_job_switched_over",
        "1 if disaster recovery runs the other way than the job was made for, 0 if not; absent but for disaster "
        "recovery.",
        "job_direction, original_job_direction",
        lambda condition: flag(condition.switched_over),
    ),
    _told(
        "drs_job_switching_over",
        "1 while disaster recovery is being switched over, 0 if not; absent but for disaster recovery.",
        "job_kernel_direction, job_direction",
        lambda condition: flag(condition.switching_over),
    ),
    _told(
        "drs_job_order_expiry_timestamp_seconds",
        "Unix time at which what was paid for ends; absent for jobs that are not paid by the month or year.",
        "period_order.exp_time",
        lambda condition: condition.order_expiry,
    ),
    Family(
        name="drs_job_order_status",
        help="The active status of the order of the job, always 1; absent for jobs that are not paid by the month or "
        "year.",
        collectors=_DETAILS,
        source="period_order.status",
        labels=("status",),
        rows=lambda condition: active(condition.order_status),
    ),
)
