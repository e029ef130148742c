"""Families of the machines that run jobs, as Cloud Eye measures them."""

from collections.abc import Callable
from typing import Final

from drs_exporter.catalogue.family import Family, active
from drs_exporter.snapshot import Instance


def _measured(name: str, meaning: str, source: str, read: Callable[[Instance], float | None]) -> Family[Instance]:
    return Family(
        name=f"drs_instance_{name}",
        help=f"{meaning}; absent while no datapoint of the last 15 minutes is known.",
        collectors=("cloud_eye",),
        source=source,
        value=read,
    )


INSTANCES: Final[tuple[Family[Instance], ...]] = (
    _measured(
        "cpu_utilization_ratio",
        "Share of its CPU that the machine of a job uses, 0 to 1",
        "cpu_util / 100",
        lambda instance: instance.cpu_ratio,
    ),
    _measured(
        "memory_utilization_ratio",
        "Share of its memory that the machine of a job uses, 0 to 1",
        "mem_util / 100",
        lambda instance: instance.memory_ratio,
    ),
    _measured(
        "disk_utilization_ratio",
        "Share of its disk that the machine of a job uses, 0 to 1",
        "disk_util / 100",
        lambda instance: instance.disk_ratio,
    ),
    _measured(
        "network_receive_bytes_per_second",
        "Bytes that the machine of a job receives per second",
        "network_incoming_bytes_rate",
        lambda instance: instance.network_receive,
    ),
    _measured(
        "network_transmit_bytes_per_second",
        "Bytes that the machine of a job sends per second",
        "network_outgoing_bytes_rate",
        lambda instance: instance.network_transmit,
    ),
    _measured(
        "disk_read_bytes_per_second",
        "Bytes that the machine of a job reads from its disk per second",
        "disk_read_bytes_rate",
        lambda instance: instance.disk_read,
    ),
    _measured(
        "disk_write_bytes_per_second",
        "Bytes that the machine of a job writes to its disk per second",
        "disk_write_bytes_rate",
        lambda instance: instance.disk_write,
    ),
    _measured(
        "extract_bytes_per_second",
        "Bytes that a job reads from the source per second",
        "extract_bytes_rate",
        lambda instance: instance.extract_bytes,
    ),
    _measured(
        "extract_rows_per_second",
        "Rows that a job reads from the source per second",
        "extract_rows_rate",
        lambda instance: instance.extract_rows,
    ),
    _measured(
        "extract_delay_seconds",
        "How far reading lags behind what the source writes",
        "extract_latency / 1000",
        lambda instance: instance.extract_delay,
    ),
    _measured(
        "apply_bytes_per_second",
        "Bytes that a job writes to the target per second",
        "apply_bytes_rate",
        lambda instance: instance.apply_bytes,
    ),
    _measured(
        "apply_rows_per_second",
        "Rows that a job writes to the target per second",
        "apply_rows_rate",
        lambda instance: instance.apply_rows,
    ),
    _measured(
        "apply_transactions_per_second",
        "Data changes that a job writes to the target per second",
        "apply_transactions_rate",
        lambda instance: instance.apply_transactions,
    ),
    _measured(
        "apply_ddl_per_second",
        "Schema changes that a job writes to the target per second",
        "apply_ddls_rate",
        lambda instance: instance.apply_ddl,
    ),
    _measured(
        "apply_delay_seconds",
        "How far writing to the target lags behind what was read",
        "apply_latency / 1000",
        lambda instance: instance.apply_delay,
    ),
    _measured(
        "apply_execute_seconds",
        "Average time that a statement takes on the target",
        "apply_average_execute_time / 1000",
        lambda instance: instance.apply_execute,
    ),
    _measured(
        "apply_commit_seconds",
        "Average time that a commit takes on the target",
        "apply_average_commit_time / 1000",
        lambda instance: instance.apply_commit,
    ),
    _measured(
        "apply_workers",
        "Threads that write to the target",
        "apply_thread_workers",
        lambda instance: instance.apply_workers,
    ),
    Family(
        name="drs_instance_apply_state",
        help="What a job does at the target, always 1; absent while no datapoint of the last 15 minutes is known.",
        collectors=("cloud_eye",),
        source="apply_current_state: abnormal, idle, dml, ddl for 10, 1, 2, 3; another number as it is",
        labels=("state",),
        rows=lambda instance: active(instance.apply_state),
    ),
    _measured(
        "metrics_timestamp_seconds",
        "Unix time of the newest datapoint of the machine of a job",
        "timestamp / 1000",
        lambda instance: instance.metrics_time,
    ),
)
