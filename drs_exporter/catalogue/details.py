"""Families of jobs that only a v5 detail tells of, and of the nodes that run them."""

from collections.abc import Callable
from typing import Final

from drs_exporter.catalogue.family import JOB_LABELS, Family, Row, active, flag, known
from drs_exporter.job_detail import Detail, Node

_V5: Final = ("async_jobs", "job_detail")
_NODE_LABELS: Final = ("node_id",)


def _precheck_items(detail: Detail) -> list[Row]:
    items = () if detail.precheck is None else detail.precheck.items
    return [((result,), float(count)) for result, count in items]


DETAILS: Final[tuple[Family[Detail], ...]] = (
    Family(
        name="drs_job_full_start_timestamp_seconds",
        help="Unix time at which the full transfer started; absent until it has.",
        collectors=_V5,
        source="migration_object_progress_info.full_start_time",
        value=lambda detail: detail.times.full_start,
    ),
    Family(
        name="drs_job_incremental_start_timestamp_seconds",
        help="Unix time at which incremental replication started; absent until it has.",
        collectors=_V5,
        source="migration_object_progress_info.incr_start_time",
        value=lambda detail: detail.times.incremental_start,
    ),
    Family(
        name="drs_job_end_timestamp_seconds",
        help="Unix time at which the job ended; absent until it has.",
        collectors=_V5,
        source="migration_object_progress_info.end_time",
        value=lambda detail: detail.times.end,
    ),
    Family(
        name="drs_job_abnormal_limit_seconds",
        help="How long the job may be abnormal before the service stops it; absent where no detail tells.",
        collectors=_V5,
        source="base_info.expired_days * 86400",
        value=lambda detail: detail.abnormal_limit,
    ),
    Family(
        name="drs_job_objects_to_transfer",
        help="Objects of one type to be transferred; absent where no detail counts them.",
        collectors=_V5,
        source="migration_object_overview[].src_count",
        labels=("object_type",),
        rows=lambda detail: known([((item.object_type,), item.to_transfer) for item in detail.objects]),
    ),
    Family(
        name="drs_job_objects_transferred",
        help="Objects of one type transferred so far; absent where no detail counts them.",
        collectors=_V5,
        source="migration_object_overview[].dst_count",
        labels=("object_type",),
        rows=lambda detail: known([((item.object_type,), item.transferred) for item in detail.objects]),
    ),
    Family(
        name="drs_job_objects",
        help="Entries of one object type by the status of their transfer; absent where no detail counts them.",
        collectors=_V5,
        source="migration_object_overview[].status, counted",
        labels=("object_type", "status"),
        rows=lambda detail: [((one.object_type, one.status), float(one.entries)) for one in detail.object_statuses],
    ),
    Family(
        name="drs_job_precheck_passed",
        help="1 if the pre-check passed, 0 if not; absent before there is one, and while it runs.",
        collectors=_V5,
        source="precheck_result.result",
        value=lambda detail: None if detail.precheck is None else flag(detail.precheck.passed),
    ),
    Family(
        name="drs_job_precheck_passed_ratio",
        help="Share of pre-check items that passed, 0 to 1; absent before there is a pre-check, and while it runs.",
        collectors=_V5,
        source="precheck_result.total_passed_rate / 100",
        value=lambda detail: None if detail.precheck is None else detail.precheck.passed_ratio,
    ),
    Family(
        name="drs_job_precheck_items",
        help="Pre-check items by result; absent before there is a pre-check.",
        collectors=_V5,
        source="precheck_results[].result, counted",
        labels=("result",),
        rows=_precheck_items,
    ),
    Family(
        name="drs_job_compare_source_objects",
        help="Objects of one type in the source, as the object comparison counted them; absent before one ran, and "
        "while one runs.",
        collectors=_V5,
        source="objects_compare_overview_info.compare_results[].source_count",
        labels=("object_type",),
        rows=lambda detail: known([((item.object_type,), item.source) for item in detail.object_comparisons]),
    ),
    Family(
        name="drs_job_compare_target_objects",
        help="Objects of one type in the target, as the object comparison counted them; absent before one ran, and "
        "while one runs.",
        collectors=_V5,
        source="objects_compare_overview_info.compare_results[].target_count",
        labels=("object_type",),
        rows=lambda detail: known([((item.object_type,), item.target) for item in detail.object_comparisons]),
    ),
    Family(
        name="drs_job_compare_result",
        help="The active result of the object comparison of one type, always 1; absent before one ran.",
        collectors=_V5,
        source="objects_compare_overview_info.compare_results[].status",
        labels=("object_type", "result"),
        rows=lambda detail: [
            ((item.object_type, item.result), 1.0) for item in detail.object_comparisons if item.result is not None
        ],
    ),
    Family(
        name="drs_job_compare_timestamp_seconds",
        help="Unix time at which the last object comparison began; absent before one ran.",
        collectors=_V5,
        source="objects_compare_overview_info.start_time",
        value=lambda detail: detail.compared,
    ),
    Family(
        name="drs_job_compare_tasks",
        help="Data comparison tasks by kind and status; absent where there are none.",
        collectors=_V5,
        source="data_compare_task_list[], counted",
        labels=("comparison", "status"),
        rows=lambda detail: [((item.comparison, item.status), float(item.tasks)) for item in detail.data_comparisons],
    ),
    Family(
        name="drs_job_public_ip_bound",
        help="1 if the public IP is bound, 0 if binding failed; absent for jobs without one.",
        collectors=_V5,
        source="bind_public_ip_state",
        value=lambda detail: flag(detail.public_ip_bound),
    ),
    Family(
        name="drs_job_node_info",
        help="Size of the replication instance, always 1; absent where no detail tells.",
        collectors=_V5,
        source="node_info.spec.node_type",
        labels=("node_type",),
        rows=lambda detail: active(detail.node_type),
    ),
)


def _node(name: str, help_: str, source: str, read: Callable[[Node], float | None]) -> Family[Detail]:
    """One family with one sample for each node."""
    return Family(
        name=name,
        help=help_,
        collectors=_V5,
        source=source,
        identity=JOB_LABELS,
        labels=_NODE_LABELS,
        rows=lambda detail: known([((node.node_id,), read(node)) for node in detail.nodes]),
    )


NODES: Final[tuple[Family[Detail], ...]] = (
    _node(
        "drs_node_cpu_utilization_ratio",
        "CPU in use on the node, 0 to 1; absent while the node reports none.",
        "metrics.cpu_util / 100",
        lambda node: node.cpu_ratio,
    ),
    _node(
        "drs_node_memory_utilization_ratio",
        "Memory in use on the node, 0 to 1; absent while the node reports none.",
        "metrics.mem_util / 100",
        lambda node: node.memory_ratio,
    ),
    _node(
        "drs_node_network_receive_bytes_per_second",
        "Bytes received by the node per second; absent while the node reports none.",
        "metrics.network_incoming_bytes_rate",
        lambda node: node.network_receive,
    ),
    _node(
        "drs_node_network_transmit_bytes_per_second",
        "Bytes sent by the node per second; absent while the node reports none.",
        "metrics.network_outgoing_bytes_rate",
        lambda node: node.network_transmit,
    ),
    _node(
        "drs_node_disk_read_bytes_per_second",
        "Bytes read from the disk of the node per second; absent while the node reports none.",
        "metrics.disk_read_bytes_rate",
        lambda node: node.disk_read,
    ),
    _node(
        "drs_node_disk_write_bytes_per_second",
        "Bytes written to the disk of the node per second; absent while the node reports none.",
        "metrics.disk_write_bytes_rate",
        lambda node: node.disk_write,
    ),
    _node(
        "drs_node_apply_rows_per_second",
        "Rows the node writes to the target per second; absent while the node reports none.",
        "metrics.apply_rows_rate",
        lambda node: node.apply_rows,
    ),
    _node(
        "drs_node_apply_transactions_per_second",
        "Data changes the node applies to the target per second; absent while the node reports none.",
        "metrics.apply_transactions_rate",
        lambda node: node.apply_transactions,
    ),
    _node(
        "drs_node_apply_ddl_per_second",
        "Schema changes the node applies to the target per second; absent while the node reports none.",
        "metrics.apply_ddl_rate",
        lambda node: node.apply_ddl,
    ),
    _node(
        "drs_node_apply_execute_seconds",
        "Average time the node takes to execute a transaction; absent while the node reports none.",
        "metrics.apply_average_execute_time / 1000",
        lambda node: node.apply_execute,
    ),
    _node(
        "drs_node_apply_commit_seconds",
        "Average time the node takes to commit a transaction; absent while the node reports none.",
        "metrics.apply_average_commit_time / 1000",
        lambda node: node.apply_commit,
    ),
    Family(
        name="drs_node_apply_state",
        help="The active state of applying changes on the node, always 1; absent while the node reports none.",
        collectors=_V5,
        source="metrics.apply_current_state",
        labels=("node_id", "state"),
        rows=lambda detail: [
            ((node.node_id, node.apply_state), 1.0) for node in detail.nodes if node.apply_state is not None
        ],
    ),
    _node(
        "drs_node_metrics_timestamp_seconds",
        "Unix time at which the node reported its metrics; absent while it reports none.",
        "metrics.time_stamp",
        lambda node: node.metrics_time,
    ),
    Family(
        name="drs_node_info",
        help="What is known of the node, always 1; a value that was not given is an empty label.",
        collectors=_V5,
        source="node_info.base_info.instance_type, role",
        labels=("node_id", "instance_type", "role"),
        rows=lambda detail: [((node.node_id, node.instance_type or "", node.role or ""), 1.0) for node in detail.nodes],
    ),
    Family(
        name="drs_node_status",
        help="The active status of the node, always 1; absent where the service does not tell.",
        collectors=_V5,
        source="node_info.base_info.status",
        labels=("node_id", "status"),
        rows=lambda detail: [((node.node_id, node.status), 1.0) for node in detail.nodes if node.status is not None],
    ),
)
