"""Answers of the v3 operations; `Progress` and `AlarmNotify` come in v5 details too."""

from typing import Generic, TypeAlias, TypeVar

import msgspec

from drs_exporter.cloud.json_values import Plain, Scalar, Wrong, WrongList

T = TypeVar("T")


class Results(msgspec.Struct, Generic[T], gc=False):
    """Answer of a batch operation: the array has two published names."""

    results: list[T | Wrong] | WrongList = None
    jobs: list[T | Wrong] | WrongList = None
    count: Scalar = None
    error_code: Scalar = None


class JobAction(msgspec.Struct, gc=False):
    """What may be done with a job, of which only what is being done is read."""

    current_action: Scalar = None


class ChildJob(msgspec.Struct, gc=False):
    """One subtask of a listed job; it has no children of its own."""

    id: Scalar = None
    name: Scalar = None
    status: Scalar = None
    create_time: Scalar = None
    """`YYYY-MM-DD HH:MM:SS` without a zone, and not UTC."""
    engine_type: Scalar = None
    net_type: Scalar = None
    billing_tag: Scalar = None
    job_direction: Scalar = None
    db_use_type: Scalar = None
    job_type: Scalar = None
    """As `db_use_type`, in the listing of v5."""
    task_type: Scalar = None
    job_action: JobAction | Wrong = None


class ListedJob(ChildJob, gc=False):
    """One job of `list_jobs` or `list_jobs_v5`."""

    children: list[ChildJob | Wrong] | WrongList = None


class JobPage(msgspec.Struct, gc=False):
    """Answer of `list_jobs`."""

    jobs: list[ListedJob | Wrong] | WrongList = None
    total_record: Scalar = None
    error_code: Scalar = None


class JobStatus(msgspec.Struct, gc=False):
    """One result of `batch_status`; one published example leaves out `id`."""

    id: Scalar = None
    status: Scalar = None
    error_code: Scalar = None


class PartProgress(msgspec.Struct, gc=False):
    """Progress of one part of a full transfer."""

    completed: Scalar = None
    """Percent, as `"94%"`."""
    remaining_time: Scalar = None
    """Seconds."""
    type: Scalar = None
    """The part's name where `progress_map` comes as an array."""
    name: Scalar = None
    """As `type`, in another spelling."""


PartMap: TypeAlias = dict[str, PartProgress | Wrong] | list[PartProgress | Wrong] | Plain
"""Progress by part; an array on one published page."""


class Progress(msgspec.Struct, gc=False):
    """One result of `batch_progress`, and `progress_info` of a v5 detail, which spells the delay another way."""

    job_id: Scalar = None
    progress: Scalar = None
    """Percent."""
    incre_trans_delay: Scalar = None
    """Seconds (v3); -1 outside the incremental phase."""
    incre_trans_delay_millis: Scalar = None
    """Milliseconds (v3)."""
    incr_trans_delay: Scalar = None
    """Seconds (v5)."""
    incr_trans_delay_millis: Scalar = None
    """Milliseconds (v5)."""
    process_time: Scalar = None
    """Epoch milliseconds of the last progress update."""
    remaining_time: Scalar = None
    """Seconds."""
    progress_map: PartMap = None
    apply_rows_rate: Scalar = None
    """Rows per second; -1 outside the incremental phase."""
    apply_bytes_rate: Scalar = None
    """Bytes per second; -1 outside the incremental phase."""
    error_code: Scalar = None


class Lag(msgspec.Struct, gc=False):
    """`rpo_info` or `rto_info`."""

    delay: Scalar = None
    """Milliseconds, as a string."""
    time: Scalar = None
    """When it was measured: `YYYY-MM-DD HH:MM:SS` without a zone, as in the listing."""


class RpoRto(msgspec.Struct, gc=False):
    """One result of `batch_rpo_rto`."""

    job_id: Scalar = None
    rpo_info: Lag | Wrong = None
    rto_info: Lag | Wrong = None
    error_code: Scalar = None


class AlarmNotify(msgspec.Struct, gc=False):
    """Thresholds the owner set, in seconds; 0 is unset."""

    delay_time: Scalar = None
    rpo_delay: Scalar = None
    rto_delay: Scalar = None


class InstInfo(msgspec.Struct, gc=False):
    """Instance information of a batch detail."""

    start_time: Scalar = None
    """Scheduled start, epoch milliseconds; `"0"` is none."""


class Endpoint(msgspec.Struct, gc=False):
    """The source or the target of a batch detail; who and where it is otherwise is not read."""

    db_type: Scalar = None
    region: Scalar = None
    inst_id: Scalar = None
    """Of a database of this cloud; empty for any other."""


class Tag(msgspec.Struct, gc=False):
    """What an owner has written on a job."""

    key: Scalar = None
    value: Scalar = None


class PeriodOrder(msgspec.Struct, gc=False):
    """The order of a job that is paid by the month or year."""

    status: Scalar = None
    exp_time: Scalar = None


class BatchDetail(msgspec.Struct, gc=False):
    """One result of `batch_detail`; all times in epoch milliseconds."""

    id: Scalar = None
    status: Scalar = None
    error_code: Scalar = None
    create_time: Scalar = None
    actual_start_time: Scalar = None
    full_transfer_complete_time: Scalar = None
    update_time: Scalar = None
    alarm_notify: AlarmNotify | Wrong = None
    inst_info: InstInfo | Wrong = None
    source_endpoint: Endpoint | Wrong = None
    target_endpoint: Endpoint | Wrong = None
    tags: list[Tag | Wrong] | WrongList = None
    need_restart: Scalar = None
    is_target_readonly: Scalar = None
    db_use_type: Scalar = None
    job_direction: Scalar = None
    original_job_direction: Scalar = None
    """As the job was made."""
    job_kernel_direction: Scalar = None
    """Another than `job_direction` while it is switched over."""
    period_order: PeriodOrder | Wrong = None


class StartResult(msgspec.Struct, gc=False):
    """One result of `batch_start`."""

    id: Scalar = None
    status: Scalar = None
    """`success` or `failed`."""
    error_code: Scalar = None
    error_msg: Scalar = None
    """Shown to the person who asked, never logged or exported."""


class QuotaResource(msgspec.Struct, gc=False):
    """One quota."""

    type: Scalar = None
    quota: Scalar = None
    used: Scalar = None


class Quotas(msgspec.Struct, gc=False):
    """`quotas` of the answer; the resource is an object, in newer answers possibly a list."""

    resource: QuotaResource | list[QuotaResource | Wrong] | Plain = None


class QuotasAnswer(msgspec.Struct, gc=False):
    """Answer of `quotas`."""

    quotas: Quotas | Wrong = None
