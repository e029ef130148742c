"""The instances that do the job's work."""

from grafana_foundation_sdk.models import dashboard

from deploy.rules import thresholds
from grafana.fields import Column
from grafana.job.scope import of_job
from grafana.panels import lines, table_panel
from grafana.phases import WARNING
from grafana.queries import over_time, rows


def load() -> list[tuple[int, dashboard.Panel]]:
    """CPU, memory, network, disk."""
    cpu = ((None, "transparent"), (thresholds.NODE_CPU_RATIO, WARNING))
    memory = ((None, "transparent"), (thresholds.NODE_MEMORY_RATIO, WARNING))
    return [
        (
            6,
            lines(
                "CPU",
                "Share of each node's CPU in use; dashed where the alerts call it saturated.",
                over_time(of_job("drs_node_cpu_utilization_ratio", by="node_id"), "{{node_id}}"),
                unit="percentunit",
                no_value="no node",
                maximum=1,
                limits=True,
                steps=cpu,
            ),
        ),
        (
            6,
            lines(
                "Memory",
                "Share of each node's memory in use; dashed where the alerts call it saturated.",
                over_time(of_job("drs_node_memory_utilization_ratio", by="node_id"), "{{node_id}}"),
                unit="percentunit",
                no_value="no node",
                maximum=1,
                limits=True,
                steps=memory,
            ),
        ),
        (
            6,
            lines(
                "Network",
                "Bytes each node receives and sends each second.",
                over_time(of_job("drs_node_network_receive_bytes_per_second", by="node_id"), "in {{node_id}}"),
                over_time(of_job("drs_node_network_transmit_bytes_per_second", by="node_id"), "out {{node_id}}"),
                unit="Bps",
                no_value="no node",
            ),
        ),
        (
            6,
            lines(
                "Disk",
                "Bytes each node reads and writes each second.",
                over_time(of_job("drs_node_disk_read_bytes_per_second", by="node_id"), "read {{node_id}}"),
                over_time(of_job("drs_node_disk_write_bytes_per_second", by="node_id"), "written {{node_id}}"),
                unit="Bps",
                no_value="no node",
            ),
        ),
    ]


def statements() -> dashboard.Panel:
    """Changes applied per second."""
    return lines(
        "Changes applied",
        "Data changes and schema changes that each node applies each second.",
        over_time(of_job("drs_node_apply_transactions_per_second", by="node_id"), "data {{node_id}}"),
        over_time(of_job("drs_node_apply_ddl_per_second", by="node_id"), "schema {{node_id}}"),
        unit="ops",
        no_value="no node",
    )


def latency() -> dashboard.Panel:
    """How long the target takes."""
    return lines(
        "Time per change",
        "Average time the target takes to execute a change and to commit: when it rises, the target is the bottleneck.",
        over_time(of_job("drs_node_apply_execute_seconds", by="node_id"), "execute {{node_id}}"),
        over_time(of_job("drs_node_apply_commit_seconds", by="node_id"), "commit {{node_id}}"),
        unit="s",
        no_value="no node",
    )


def inventory() -> dashboard.Panel:
    """The nodes and what they are."""
    return table_panel(
        "Node list",
        "Each node's kind, role and status, and the age of its readings.",
        [
            Column("node_id", "Node"),
            Column("instance_type", "Kind", width=70),
            Column("role", "Role", width=65),
            Column("status", "Status", width=85),
            Column("Value #C", "Read", unit="s", decimals=1, width=70),
            Column("Value #A", hidden=True),
            Column("Value #B", hidden=True),
        ],
        rows(of_job("drs_node_info", by="node_id, instance_type, role")),
        rows(of_job("drs_node_status", by="node_id, status")),
        rows(f"time() - {of_job('drs_node_metrics_timestamp_seconds', by='node_id')}"),
        no_value="no node",
        sort=("Node", False),
    )
