"""Answers of the v5 operations."""

import msgspec

from drs_exporter.cloud.json_values import Plain, Scalar, Wrong, WrongList
from drs_exporter.drs.wire.v3 import AlarmNotify, ListedJob, Progress, Tag


class JobPageV5(msgspec.Struct, gc=False):
    """Answer of `list_jobs_v5`."""

    jobs: list[ListedJob | Wrong] | WrongList = None
    total_count: Scalar = None
    error_code: Scalar = None


class AsyncJob(msgspec.Struct, gc=False):
    """One batch of `list_async_jobs`; the user's name is not read."""

    async_job_id: Scalar = None
    status: Scalar = None
    domain_name: Scalar = None
    create_time: Scalar = None
    """ISO 8601, UTC."""


class AsyncJobPage(msgspec.Struct, gc=False):
    """Answer of `list_async_jobs`."""

    jobs: list[AsyncJob | Wrong] | WrongList = None
    total_count: Scalar = None
    error_code: Scalar = None


class BaseInfo(msgspec.Struct, gc=False):
    """Basic information of a v5 detail."""

    task_type: Scalar = None
    expired_days: Scalar = None
    """Days a job may be abnormal before the service stops it."""
    tags: list[Tag | Wrong] | WrongList = None


class CloudDatabase(msgspec.Struct, gc=False):
    """`endpoint` of a v5 endpoint; its address and user are not read."""

    instance_id: Scalar = None


class CloudRegion(msgspec.Struct, gc=False):
    """`cloud` of a v5 endpoint."""

    region: Scalar = None


class JobEndpoint(msgspec.Struct, gc=False):
    """One source or target of a v5 detail."""

    db_type: Scalar = None
    endpoint: CloudDatabase | Wrong = None
    cloud: CloudRegion | Wrong = None


class NodeSpec(msgspec.Struct, gc=False):
    """Size of the replication instance."""

    node_type: Scalar = None
    """`micro`, `small`, `medium`, `high`."""


class NodeBaseInfo(msgspec.Struct, gc=False):
    """State of the replication instance."""

    instance_type: Scalar = None
    """`single` or `ha`."""
    role: Scalar = None
    status: Scalar = None


class NodeInfo(msgspec.Struct, gc=False):
    """The replication instance of a v5 detail."""

    spec: NodeSpec | Wrong = None
    base_info: NodeBaseInfo | Wrong = None


class PrecheckItem(msgspec.Struct, gc=False):
    """One item of the pre-check."""

    result: Scalar = None
    """`PASSED`, `ALARM` or `FAILED`; empty while it is not checked yet."""
    is_skipped: Scalar = None


class PrecheckResult(msgspec.Struct, gc=False):
    """The pre-check of a v5 detail."""

    result: Scalar = None
    """False while it runs, too."""
    process: Scalar = None
    """Percent of the items that were checked."""
    total_passed_rate: Scalar = None
    """Percent."""
    precheck_results: list[PrecheckItem | Wrong] | WrongList = None


class ObjectOverview(msgspec.Struct, gc=False):
    """Counts of one object type."""

    type: Scalar = None
    src_count: Scalar = None
    """To be migrated."""
    dst_count: Scalar = None
    """Migrated."""
    status: Scalar = None
    """`NOT_START`, `TRANSFERING`, `COMPLETED`, `FAILED`, `TRANSFER_WHEN_END`."""


class ObjectProgress(msgspec.Struct, gc=False):
    """`migration_object_progress_info` of a v5 detail."""

    migration_object_overview: list[ObjectOverview | Wrong] | WrongList = None
    full_start_time: Scalar = None
    full_complete_time: Scalar = None
    incr_start_time: Scalar = None
    end_time: Scalar = None


class NodeMetrics(msgspec.Struct, gc=False):
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


class ObjectComparison(msgspec.Struct, gc=False):
    """Object comparison of one object type."""

    type: Scalar = None
    source_count: Scalar = None
    target_count: Scalar = None
    status: Scalar = None


class ObjectComparisonOverview(msgspec.Struct, gc=False):
    """`objects_compare_overview_info`."""

    compare_results: list[ObjectComparison | Wrong] | WrongList = None
    start_time: Scalar = None
    """ISO 8601, UTC."""


class DataComparison(msgspec.Struct, gc=False):
    """One data comparison task."""

    type: Scalar = None
    status: Scalar = None


class CompareResult(msgspec.Struct, gc=False):
    """`compare_result` of a v5 detail."""

    objects_compare_overview_info: ObjectComparisonOverview | Wrong = None
    data_compare_task_list: list[DataComparison | Wrong] | WrongList = None


class JobDetail(msgspec.Struct, gc=False):
    """One job of `async_job_detail`, and, in part, the `job` of `job_detail`."""

    id: Scalar = None
    status: Scalar = None
    base_info: BaseInfo | Wrong = None
    source_endpoint: list[JobEndpoint | Wrong] | WrongList = None
    target_endpoint: list[JobEndpoint | Wrong] | WrongList = None
    alarm_notify: AlarmNotify | Wrong = None
    node_info: NodeInfo | Wrong = None
    precheck_result: PrecheckResult | Wrong = None
    progress_info: Progress | Wrong = None
    migration_object_progress_info: ObjectProgress | Wrong = None
    metrics: NodeMetrics | list[NodeMetrics | Wrong] | Plain = None
    compare_result: CompareResult | Wrong = None
    bind_public_ip_state: Scalar = None
    """`SUCCESS` or `FAILED`."""


class AsyncJobDetail(msgspec.Struct, gc=False):
    """Answer of `async_job_detail`."""

    jobs: list[JobDetail | Wrong] | WrongList = None
    total_count: Scalar = None
    error_code: Scalar = None


class JobDetailAnswer(msgspec.Struct, gc=False):
    """Answer of `job_detail`."""

    job: JobDetail | Wrong = None
