"""Every name and label that was promised, written down a second time: a rename in the catalogue must not go unseen."""

from collections.abc import Mapping
from typing import Final

_JOB: Final = "project job_id job_name"
_NODE: Final = f"{_JOB} node_id"
_BATCH: Final = "project async_job_id"

_LABELS: Final = {
    _JOB: """
        drs_job_created_timestamp_seconds drs_job_billing_enabled drs_job_progress_ratio drs_job_remaining_seconds
        drs_job_progress_updated_timestamp_seconds drs_job_incremental_delay_seconds
        drs_job_incremental_delay_threshold_seconds drs_job_rpo_delay_seconds drs_job_rto_delay_seconds
        drs_job_rpo_delay_threshold_seconds drs_job_rto_delay_threshold_seconds drs_job_apply_rows_per_second
        drs_job_apply_bytes_per_second drs_job_scheduled_start_timestamp_seconds drs_job_start_timestamp_seconds
        drs_job_updated_timestamp_seconds drs_job_full_start_timestamp_seconds drs_job_full_complete_timestamp_seconds
        drs_job_incremental_start_timestamp_seconds drs_job_end_timestamp_seconds drs_job_abnormal_limit_seconds
        drs_job_precheck_passed drs_job_precheck_passed_ratio drs_job_public_ip_bound
        drs_job_compare_timestamp_seconds
        drs_instance_cpu_utilization_ratio drs_instance_memory_utilization_ratio drs_instance_disk_utilization_ratio
        drs_instance_network_receive_bytes_per_second drs_instance_network_transmit_bytes_per_second
        drs_instance_disk_read_bytes_per_second drs_instance_disk_write_bytes_per_second
        drs_instance_extract_bytes_per_second drs_instance_extract_rows_per_second drs_instance_extract_delay_seconds
        drs_instance_apply_bytes_per_second drs_instance_apply_rows_per_second
        drs_instance_apply_transactions_per_second drs_instance_apply_ddl_per_second drs_instance_apply_delay_seconds
        drs_instance_apply_execute_seconds drs_instance_apply_commit_seconds drs_instance_apply_workers
        drs_instance_metrics_timestamp_seconds
        drs_job_restart_needed drs_job_target_read_only drs_job_switched_over drs_job_switching_over
        drs_job_order_expiry_timestamp_seconds drs_job_rpo_updated_timestamp_seconds
        drs_job_rto_updated_timestamp_seconds drs_job_source_connected drs_job_target_connected
        drs_job_transferred_bytes drs_job_transferred_rows drs_job_abnormal_rows drs_job_diagnosed_timestamp_seconds
        drs_instance_disk_used_bytes drs_instance_disk_size_bytes
    """,
    f"{_JOB} component status": "drs_job_component_status",
    f"{_JOB} component": "drs_job_component_delay_seconds",
    f"{_JOB} action": "drs_job_action",
    f"{_JOB} tag_owner": "drs_job_tags",
    f"{_JOB} role db_type instance_id region": "drs_job_database_info",
    f"{_JOB} status": "drs_job_order_status",
    f"{_JOB} object_type status": "drs_job_objects",
    f"{_JOB} db_use_type engine_type task_type net_type job_direction parent_id": "drs_job_info",
    f"{_JOB} status phase": "drs_job_status",
    f"{_JOB} error_code": "drs_job_error",
    f"{_JOB} part": "drs_job_part_progress_ratio drs_job_part_remaining_seconds",
    f"{_JOB} object_type": """
        drs_job_objects_to_transfer drs_job_objects_transferred drs_job_compare_source_objects
        drs_job_compare_target_objects
    """,
    f"{_JOB} result": "drs_job_precheck_items",
    f"{_JOB} object_type result": "drs_job_compare_result",
    f"{_JOB} comparison status": "drs_job_compare_tasks",
    f"{_JOB} node_type": "drs_job_node_info",
    "project status phase subtask": "drs_jobs",
    f"{_JOB} state": "drs_instance_apply_state",
    _NODE: """
        drs_node_cpu_utilization_ratio drs_node_memory_utilization_ratio drs_node_network_receive_bytes_per_second
        drs_node_network_transmit_bytes_per_second drs_node_disk_read_bytes_per_second
        drs_node_disk_write_bytes_per_second drs_node_apply_rows_per_second drs_node_apply_transactions_per_second
        drs_node_apply_ddl_per_second drs_node_apply_execute_seconds drs_node_apply_commit_seconds
        drs_node_metrics_timestamp_seconds
    """,
    f"{_NODE} state": "drs_node_apply_state",
    f"{_NODE} instance_type role": "drs_node_info",
    f"{_NODE} status": "drs_node_status",
    _BATCH: "drs_async_job_created_timestamp_seconds drs_async_job_members",
    f"{_BATCH} domain_name": "drs_async_job_info",
    f"{_BATCH} status": "drs_async_job_status",
    f"{_BATCH} job_id": "drs_async_job_member_info",
    "project resource": "drs_quota_limit drs_quota_used",
    "project": """
        drs_up drs_exporter_unknown_statuses drs_exporter_credential_expiry_timestamp_seconds drs_exporter_series
        drs_exporter_render_duration_seconds
    """,
    "project project_id region": "drs_project_info",
    "project collector": """
        drs_exporter_collector_success drs_exporter_collector_supported drs_exporter_collector_duration_seconds
        drs_exporter_collector_interval_seconds drs_exporter_collector_last_success_timestamp_seconds
        drs_exporter_collector_round_seconds
    """,
    "project service": "drs_exporter_request_budget_utilization_ratio",
    "version revision python_version": "drs_exporter_build_info",
    "": """
        drs_exporter_config_last_reload_successful drs_exporter_config_last_reload_success_timestamp_seconds
    """,
}

GAUGES: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset(labels.split()) for labels, names in _LABELS.items() for name in names.split()
}
"""Labels by the name of the family."""

COUNTERS: Final[Mapping[str, frozenset[str]]] = {
    "drs_exporter_api_requests_total": frozenset({"project", "operation", "code"}),
    "drs_exporter_api_retries_total": frozenset({"project", "operation", "reason"}),
    "drs_exporter_api_throttled_seconds_total": frozenset({"project"}),
    "drs_exporter_parse_errors_total": frozenset({"project", "field"}),
    "drs_exporter_dropped_values_total": frozenset({"project", "kind"}),
    "drs_exporter_poll_crashes_total": frozenset({"project"}),
    "drs_exporter_sign_ins_total": frozenset({"project"}),
    "drs_exporter_sign_in_failures_total": frozenset({"project"}),
    "drs_exporter_dropped_log_lines_total": frozenset(),
    "drs_exporter_http_requests_total": frozenset({"path", "code"}),
}

HISTOGRAM: Final = "drs_exporter_api_request_duration_seconds"
BUCKETS: Final = ("0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0", "15.0", "30.0", "+Inf")

CODES: Final = frozenset(
    {"200", "202", "401", "403", "404", "429", "500", "502", "503", "timeout", "connection", "schema", "error"}
)
"""Of requests; each is there at 0 from the start."""

COLLECTORS: Final = (
    "jobs", "status", "progress", "rpo_rto", "cloud_eye", "async_jobs", "diagnosis", "details", "quotas",
)  # fmt: skip
"""Those that are on by default."""

_BATCHES: Final = ("batch_status", "batch_progress", "batch_rpo_rto", "batch_detail")
_DIAGNOSIS: Final = ("dr_monitor", "monitor_data", "dirty_data", "components")
_CLOUD_EYE: Final = ("ces_list_metrics", "ces_data")
OPERATIONS: Final = frozenset(
    {
        "list_jobs",
        "list_jobs_v5",
        "job_progress",
        *_BATCHES,
        "list_async_jobs",
        "async_job_detail",
        "quotas",
        *_DIAGNOSIS,
        *_CLOUD_EYE,
    }
)
"""Those that are in use by default, without signing in."""

PHASES: Final = {
    "pending": "CREATING CONFIGURATION WAITING_FOR_START",
    "starting": "STARTJOBING CHILD_TRANSFER_STARTING",
    "full": "FULL_TRANSFER_STARTED",
    "full_complete": "FULL_TRANSFER_COMPLETE",
    "incremental": "INCRE_TRANSFER_STARTED",
    "paused": "PAUSING",
    "changing": "CHANGE_JOB_STARTED CHILD_TRANSFER_STARTED CHILD_TRANSFER_COMPLETE REBUILD_NODE_STARTED "
    "NODE_UPGRADE_START NODE_UPGRADE_COMPLETE",
    "failed": "CREATE_FAILED START_JOB_FAILED FULL_TRANSFER_FAILED INCRE_TRANSFER_FAILED RELEASE_RESOURCE_FAILED "
    "CHANGE_JOB_FAILED CHILD_TRANSFER_FAILED REBUILD_NODE_FAILED NODE_UPGRADE_FAILED",
    "stopping": "RELEASE_RESOURCE_STARTED RELEASE_CHILD_TRANSFER_STARTED",
    "stopped": "RELEASE_RESOURCE_COMPLETE RELEASE_CHILD_TRANSFER_COMPLETE DELETED",
}
KNOWN: Final = {status: phase for phase, statuses in PHASES.items() for status in statuses.split()}
"""Every status of the table with its phase."""
