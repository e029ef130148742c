"""What the API says, in its own words: a transcript, not a design.

Only fields that are read are declared, so nothing else of an answer, passwords among it, is ever held. Every
field accepts whatever JSON puts there: a wrong type is for `parse` to count, never a reason to lose the job, and
an object or list where a single value belongs is decoded to an empty `Unread` or to nothing that is looked at.
"""

from typing import Generic, TypeAlias, TypeVar

import msgspec

T = TypeVar("T")


class Unread(msgspec.Struct):
    """An object where none belongs; its content is dropped while decoding."""


Plain: TypeAlias = str | int | float | bool | None
"""Any JSON value that is neither object nor array."""

Scalar: TypeAlias = Plain | Unread | list[msgspec.Raw]
"""A field that should hold one value, and may hold anything."""

Wrong: TypeAlias = Plain | list[msgspec.Raw]
"""What may stand where an object belongs."""

WrongList: TypeAlias = Plain | Unread
"""What may stand where a list belongs."""


class ErrorBody(msgspec.Struct):
    """What a refusal says; its message is not read, it can hold secrets."""

    error_code: Scalar = None


class Results(msgspec.Struct, Generic[T]):
    """Answer of a batch operation: the array has two published names."""

    results: list[T | Wrong] | WrongList = None
    jobs: list[T | Wrong] | WrongList = None
    count: Scalar = None


class ChildJob(msgspec.Struct):
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
    task_type: Scalar = None


class ListedJob(ChildJob):
    """One job of `list_jobs`."""

    children: list[ChildJob | Wrong] | WrongList = None


class JobPage(msgspec.Struct):
    """Answer of `list_jobs`."""

    jobs: list[ListedJob | Wrong] | WrongList = None
    total_record: Scalar = None


class JobStatus(msgspec.Struct):
    """One result of `batch_status`; one published example leaves out `id`."""

    id: Scalar = None
    status: Scalar = None
    error_code: Scalar = None


class PartProgress(msgspec.Struct):
    """Progress of one part of a full transfer."""

    completed: Scalar = None
    """Percent, as `"94%"`."""
    remaining_time: Scalar = None
    """Seconds."""
    type: Scalar = None
    """The part's name where `progress_map` comes as an array."""
    name: Scalar = None
    """As `type`, in another spelling."""


class Progress(msgspec.Struct):
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
    progress_map: dict[str, PartProgress | Wrong] | list[PartProgress | Wrong] | Plain = None
    apply_rows_rate: Scalar = None
    """Rows per second; -1 outside the incremental phase."""
    apply_bytes_rate: Scalar = None
    """Bytes per second; -1 outside the incremental phase."""
    error_code: Scalar = None


class Lag(msgspec.Struct):
    """`rpo_info` or `rto_info`."""

    delay: Scalar = None
    """Milliseconds, as a string."""


class RpoRto(msgspec.Struct):
    """One result of `batch_rpo_rto`."""

    job_id: Scalar = None
    rpo_info: Lag | Wrong = None
    rto_info: Lag | Wrong = None
    error_code: Scalar = None


class AlarmNotify(msgspec.Struct):
    """Thresholds the owner set, in seconds; 0 is unset."""

    delay_time: Scalar = None
    rpo_delay: Scalar = None
    rto_delay: Scalar = None


class InstInfo(msgspec.Struct):
    """Instance information of a batch detail."""

    start_time: Scalar = None
    """Scheduled start, epoch milliseconds; `"0"` is none."""


class BatchDetail(msgspec.Struct):
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


class StartResult(msgspec.Struct):
    """One result of `batch_start`."""

    id: Scalar = None
    status: Scalar = None
    """`success` or `failed`."""
    error_code: Scalar = None
    error_msg: Scalar = None
    """Shown to the person who asked, never logged or exported."""


class AsyncJob(msgspec.Struct):
    """One batch of `list_async_jobs`; the user's name is not read."""

    async_job_id: Scalar = None
    status: Scalar = None
    domain_name: Scalar = None
    create_time: Scalar = None
    """ISO 8601, UTC."""


class AsyncJobPage(msgspec.Struct):
    """Answer of `list_async_jobs`."""

    jobs: list[AsyncJob | Wrong] | WrongList = None
    total_count: Scalar = None


class BaseInfo(msgspec.Struct):
    """Basic information of a v5 detail."""

    task_type: Scalar = None
    expired_days: Scalar = None
    """Days a job may be abnormal before the service stops it."""


class NodeSpec(msgspec.Struct):
    """Size of the replication instance."""

    node_type: Scalar = None
    """`micro`, `small`, `medium`, `high`."""


class NodeBaseInfo(msgspec.Struct):
    """State of the replication instance."""

    instance_type: Scalar = None
    """`single` or `ha`."""
    role: Scalar = None
    status: Scalar = None


class NodeInfo(msgspec.Struct):
    """The replication instance of a v5 detail."""

    spec: NodeSpec | Wrong = None
    base_info: NodeBaseInfo | Wrong = None


class PrecheckItem(msgspec.Struct):
    """One item of the pre-check."""

    result: Scalar = None
    """`PASSED`, `ALARM` or `FAILED`."""


class PrecheckResult(msgspec.Struct):
    """The pre-check of a v5 detail."""

    result: Scalar = None
    total_passed_rate: Scalar = None
    """Percent."""
    precheck_results: list[PrecheckItem | Wrong] | WrongList = None


class ObjectOverview(msgspec.Struct):
    """Counts of one object type."""

    type: Scalar = None
    src_count: Scalar = None
    """To be migrated."""
    dst_count: Scalar = None
    """Migrated."""


class ObjectProgress(msgspec.Struct):
    """`migration_object_progress_info` of a v5 detail."""

    migration_object_overview: list[ObjectOverview | Wrong] | WrongList = None
    full_start_time: Scalar = None
    full_complete_time: Scalar = None
    incr_start_time: Scalar = None
    end_time: Scalar = None


class NodeMetrics(msgspec.Struct):
    """`metrics` of a v5 detail."""

    node_id: Scalar = None
    time_stamp: Scalar = None
    cpu_util: Scalar = None
    """Percent."""
    mem_util: Scalar = None
    """Percent."""
    network_incoming_bytes_rate: Scalar = None
    network_outgoing_bytes_rate: Scalar = None
    disk_read_bytes_rate: Scalar = None
    disk_write_bytes_rate: Scalar = None
    apply_rows_rate: Scalar = None
    apply_transactions_rate: Scalar = None
    apply_ddl_rate: Scalar = None
    apply_average_execute_time: Scalar = None
    """Milliseconds."""
    apply_average_commit_time: Scalar = None
    """Milliseconds."""
    apply_current_state: Scalar = None
    """`succeed`, `failed`, `processing`, `waiting`."""


class ObjectComparison(msgspec.Struct):
    """Object comparison of one object type."""

    type: Scalar = None
    source_count: Scalar = None
    target_count: Scalar = None
    status: Scalar = None


class ObjectComparisonOverview(msgspec.Struct):
    """`objects_compare_overview_info`."""

    compare_results: list[ObjectComparison | Wrong] | WrongList = None


class DataComparison(msgspec.Struct):
    """One data comparison task."""

    type: Scalar = None
    status: Scalar = None


class CompareResult(msgspec.Struct):
    """`compare_result` of a v5 detail."""

    objects_compare_overview_info: ObjectComparisonOverview | Wrong = None
    data_compare_task_list: list[DataComparison | Wrong] | WrongList = None


class JobDetail(msgspec.Struct):
    """One job of `async_job_detail`, and, in part, the `job` of `job_detail`."""

    id: Scalar = None
    status: Scalar = None
    base_info: BaseInfo | Wrong = None
    alarm_notify: AlarmNotify | Wrong = None
    node_info: NodeInfo | Wrong = None
    precheck_result: PrecheckResult | Wrong = None
    progress_info: Progress | Wrong = None
    migration_object_progress_info: ObjectProgress | Wrong = None
    metrics: NodeMetrics | list[NodeMetrics | Plain] | Plain = None
    compare_result: CompareResult | Wrong = None
    bind_public_ip_state: Scalar = None
    """`SUCCESS` or `FAILED`."""


class AsyncJobDetail(msgspec.Struct):
    """Answer of `async_job_detail`."""

    jobs: list[JobDetail | Wrong] | WrongList = None
    total_count: Scalar = None


class JobDetailAnswer(msgspec.Struct):
    """Answer of `job_detail`."""

    job: JobDetail | Wrong = None


class QuotaResource(msgspec.Struct):
    """One quota."""

    type: Scalar = None
    quota: Scalar = None
    used: Scalar = None


class Quotas(msgspec.Struct):
    """`quotas` of the answer; the resource is an object, in newer answers possibly a list."""

    resource: QuotaResource | list[QuotaResource | Plain] | Plain = None


class QuotasAnswer(msgspec.Struct):
    """Answer of `quotas`."""

    quotas: Quotas | Wrong = None
