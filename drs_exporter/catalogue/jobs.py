"""Families of jobs, from the v3 operations and what v5 tells of the same things."""

from typing import Final

from drs_exporter.catalogue.family import Family, Row, active, flag, known
from drs_exporter.snapshot import JobInfo, JobState, Progress, RpoRto, Thresholds, Times


def _info(info: JobInfo | None) -> list[Row]:
    if info is None:
        return []
    values = (info.db_use_type, info.engine_type, info.task_type, info.net_type, info.job_direction, info.parent_id)
    return [(values, 1.0)]


INFO: Final[tuple[Family[JobInfo | None], ...]] = (
    Family(
        name="drs_job_info",
        help="What is known of a job, always 1; a value that was not given is an empty label.",
        collectors=("jobs",),
        source="db_use_type, engine_type, task_type, net_type, job_direction of the listing; parent of a subtask",
        labels=("db_use_type", "engine_type", "task_type", "net_type", "job_direction", "parent_id"),
        rows=_info,
    ),
)

STATES: Final[tuple[Family[JobState | None], ...]] = (
    Family(
        name="drs_job_status",
        help="The status a job stands in and the phase it belongs to, always 1; absent while no answer gave one.",
        collectors=("status", "jobs", "details"),
        source="status, the most recently read",
        labels=("status", "phase"),
        rows=lambda state: [] if state is None else [((state.status, state.phase), 1.0)],
    ),
    Family(
        name="drs_job_error",
        help="The error code of a job, always 1; absent while the service gives none.",
        collectors=("status", "details"),
        source="error_code next to a status",
        labels=("error_code",),
        rows=lambda state: [] if state is None else active(state.error_code),
    ),
)

CREATED: Final[Family[float | None]] = Family(
    name="drs_job_created_timestamp_seconds",
    help="Unix time at which the job was created; absent where no detail tells it and the time zone is not set.",
    collectors=("details", "jobs"),
    source="create_time of batch detail, else of the listing, read in the set time zone",
    value=lambda created: created,
)

BILLING: Final[Family[bool | None]] = Family(
    name="drs_job_billing_enabled",
    help="1 while the job is billed, 0 while it is not; absent where the listing does not say.",
    collectors=("jobs",),
    source="billing_tag",
    value=flag,
)

FULL_COMPLETE: Final[Family[float | None]] = Family(
    name="drs_job_full_complete_timestamp_seconds",
    help="Unix time at which the full transfer was complete; absent until it is.",
    collectors=("details", "async_jobs", "job_detail"),
    source="full_transfer_complete_time; migration_object_progress_info.full_complete_time where details is off",
    value=lambda full_complete: full_complete,
)

PROGRESS: Final[tuple[Family[Progress], ...]] = (
    Family(
        name="drs_job_progress_ratio",
        help="Share of the full transfer that is done, 0 to 1; absent until reported, once the full transfer is "
        "complete and for incremental-only jobs.",
        collectors=("progress", "async_jobs"),
        source="progress / 100",
        value=lambda progress: progress.ratio,
    ),
    Family(
        name="drs_job_remaining_seconds",
        help="Estimated time until the full transfer is done; only while the job starts or transfers in full.",
        collectors=("progress", "async_jobs"),
        source="remaining_time",
        value=lambda progress: progress.remaining,
    ),
    Family(
        name="drs_job_progress_updated_timestamp_seconds",
        help="Unix time at which the service last updated the progress of the job; absent until it has.",
        collectors=("progress", "async_jobs"),
        source="process_time",
        value=lambda progress: progress.updated,
    ),
    Family(
        name="drs_job_part_progress_ratio",
        help="Share of one part of the full transfer that is done, 0 to 1; absent for parts not reported.",
        collectors=("progress", "async_jobs"),
        source="progress_map.*.completed / 100",
        labels=("part",),
        rows=lambda progress: known([((part.part,), part.ratio) for part in progress.parts]),
    ),
    Family(
        name="drs_job_part_remaining_seconds",
        help="Estimated time until one part of the full transfer is done; absent for parts not reported.",
        collectors=("progress", "async_jobs"),
        source="progress_map.*.remaining_time",
        labels=("part",),
        rows=lambda progress: known([((part.part,), part.remaining) for part in progress.parts]),
    ),
    Family(
        name="drs_job_incremental_delay_seconds",
        help="How far the target is behind the source; absent outside phases with incremental replication, and "
        "possibly frozen after an incremental failure.",
        collectors=("progress", "async_jobs"),
        source="incre_trans_delay_millis / 1000, else incre_trans_delay",
        value=lambda progress: progress.delay,
    ),
    Family(
        name="drs_job_apply_rows_per_second",
        help="Rows written to the target per second; absent outside incremental replication.",
        collectors=("progress",),
        source="apply_rows_rate",
        value=lambda progress: progress.apply_rows,
    ),
    Family(
        name="drs_job_apply_bytes_per_second",
        help="Bytes written to the target per second; absent outside incremental replication.",
        collectors=("progress",),
        source="apply_bytes_rate",
        value=lambda progress: progress.apply_bytes,
    ),
)

DELAYS: Final[tuple[Family[RpoRto], ...]] = (
    Family(
        name="drs_job_rpo_delay_seconds",
        help="Recovery point delay between the primary database and the replication instance; absent but for "
        "disaster recovery.",
        collectors=("rpo_rto",),
        source="rpo_info.delay / 1000",
        value=lambda delays: delays.rpo,
    ),
    Family(
        name="drs_job_rto_delay_seconds",
        help="Recovery time delay between the replication instance and the standby database; absent but for "
        "disaster recovery.",
        collectors=("rpo_rto",),
        source="rto_info.delay / 1000",
        value=lambda delays: delays.rto,
    ),
    Family(
        name="drs_job_rpo_updated_timestamp_seconds",
        help="Unix time at which the recovery point delay was measured; absent but for disaster recovery, and where "
        "the time zone is not set.",
        collectors=("rpo_rto",),
        source="rpo_info.time, read in the set time zone",
        value=lambda delays: delays.rpo_updated,
    ),
    Family(
        name="drs_job_rto_updated_timestamp_seconds",
        help="Unix time at which the recovery time delay was measured; absent but for disaster recovery, and where "
        "the time zone is not set.",
        collectors=("rpo_rto",),
        source="rto_info.time, read in the set time zone",
        value=lambda delays: delays.rto_updated,
    ),
)

THRESHOLDS: Final[tuple[Family[Thresholds], ...]] = (
    Family(
        name="drs_job_incremental_delay_threshold_seconds",
        help="Delay above which the owner asked the service to tell; absent where none is set.",
        collectors=("details", "async_jobs"),
        source="alarm_notify.delay_time",
        value=lambda thresholds: thresholds.delay,
    ),
    Family(
        name="drs_job_rpo_delay_threshold_seconds",
        help="Recovery point delay above which the owner asked the service to tell; absent where none is set.",
        collectors=("details", "async_jobs"),
        source="alarm_notify.rpo_delay",
        value=lambda thresholds: thresholds.rpo,
    ),
    Family(
        name="drs_job_rto_delay_threshold_seconds",
        help="Recovery time delay above which the owner asked the service to tell; absent where none is set.",
        collectors=("details", "async_jobs"),
        source="alarm_notify.rto_delay",
        value=lambda thresholds: thresholds.rto,
    ),
)

TIMES: Final[tuple[Family[Times], ...]] = (
    Family(
        name="drs_job_scheduled_start_timestamp_seconds",
        help="Unix time for which the start of the job is scheduled; absent where none is.",
        collectors=("details",),
        source="inst_info.start_time",
        value=lambda times: times.scheduled_start,
    ),
    Family(
        name="drs_job_start_timestamp_seconds",
        help="Unix time at which the job started; absent until it has.",
        collectors=("details",),
        source="actual_start_time",
        value=lambda times: times.start,
    ),
    Family(
        name="drs_job_updated_timestamp_seconds",
        help="Unix time at which the job was last changed; absent where the service does not tell.",
        collectors=("details",),
        source="update_time",
        value=lambda times: times.updated,
    ),
)
