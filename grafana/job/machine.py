"""The machine under the job, as Cloud Eye measures it: whether source, target or machine is the slow one."""

from typing import Final

from grafana_foundation_sdk.models import dashboard

from deploy.rules import thresholds
from grafana.fields import fixed, words
from grafana.job.scope import of_job
from grafana.panels import lines, states
from grafana.phases import CRITICAL, GOOD, INFORMATION, QUIET, WARNING
from grafana.queries import any_of, over_time

_NOT_MEASURED: Final = "not measured"
_STATES: Final = {
    "abnormal": ("4", "abnormal", CRITICAL),
    "dml": ("3", "changes", GOOD),
    "ddl": ("2", "schema changes", INFORMATION),
    "idle": ("1", "idle", QUIET),
}
_PURPLE: Final = "#A352CC"


def load() -> dashboard.Panel:
    """CPU, memory and disk."""
    return lines(
        "Load of the machine",
        "Shares of CPU, memory and disk in use; dashed where the alerts call the CPU saturated.",
        over_time(of_job("drs_instance_cpu_utilization_ratio"), "CPU"),
        over_time(of_job("drs_instance_memory_utilization_ratio"), "memory"),
        over_time(of_job("drs_instance_disk_utilization_ratio"), "disk"),
        unit="percentunit",
        no_value=_NOT_MEASURED,
        maximum=1,
        limits=True,
        steps=((None, "transparent"), (thresholds.NODE_CPU_RATIO, WARNING)),
        overrides=[fixed("CPU", INFORMATION), fixed("memory", GOOD), fixed("disk", _PURPLE)],
    )


def traffic() -> dashboard.Panel:
    """Network and disk."""
    return lines(
        "Network and disk",
        "Bytes that the machine receives, sends, reads and writes each second.",
        over_time(of_job("drs_instance_network_receive_bytes_per_second"), "received"),
        over_time(of_job("drs_instance_network_transmit_bytes_per_second"), "sent"),
        over_time(of_job("drs_instance_disk_read_bytes_per_second"), "read"),
        over_time(of_job("drs_instance_disk_write_bytes_per_second"), "written"),
        unit="Bps",
        no_value=_NOT_MEASURED,
    )


def delays() -> dashboard.Panel:
    """Extract against apply delay."""
    return lines(
        "Source or target?",
        "How late changes are read from the source and written to the target: the higher one is the side that is slow.",
        over_time(of_job("drs_instance_extract_delay_seconds"), "reading the source"),
        over_time(of_job("drs_instance_apply_delay_seconds"), "writing the target"),
        unit="s",
        no_value=_NOT_MEASURED,
        overrides=[fixed("reading the source", INFORMATION), fixed("writing the target", _PURPLE)],
    )


def rows() -> dashboard.Panel:
    """Rows read and written."""
    return lines(
        "Rows read and written",
        "Rows read from the source and written to the target each second.",
        over_time(of_job("drs_instance_extract_rows_per_second"), "read"),
        over_time(of_job("drs_instance_apply_rows_per_second"), "written"),
        unit="wps",
        no_value=_NOT_MEASURED,
        overrides=[fixed("read", INFORMATION), fixed("written", _PURPLE)],
    )


def bytes_moved() -> dashboard.Panel:
    """Bytes read and written."""
    return lines(
        "Bytes read and written",
        "Bytes read from the source and written to the target each second.",
        over_time(of_job("drs_instance_extract_bytes_per_second"), "read"),
        over_time(of_job("drs_instance_apply_bytes_per_second"), "written"),
        unit="Bps",
        no_value=_NOT_MEASURED,
        overrides=[fixed("read", INFORMATION), fixed("written", _PURPLE)],
    )


def changes() -> dashboard.Panel:
    """Transactions and schema changes."""
    return lines(
        "Transactions",
        "Transactions and schema changes written to the target each second, and the threads that write them.",
        over_time(of_job("drs_instance_apply_transactions_per_second"), "transactions"),
        over_time(of_job("drs_instance_apply_ddl_per_second"), "schema changes"),
        over_time(of_job("drs_instance_apply_workers"), "threads"),
        unit="short",
        no_value=_NOT_MEASURED,
    )


def latency() -> dashboard.Panel:
    """How long the target takes."""
    return lines(
        "Time the target takes",
        "Average time to execute a change and to commit it: when it rises, the target is the bottleneck.",
        over_time(of_job("drs_instance_apply_execute_seconds"), "execute"),
        over_time(of_job("drs_instance_apply_commit_seconds"), "commit"),
        unit="s",
        no_value=_NOT_MEASURED,
    )


def apply_state() -> dashboard.Panel:
    """What the writing side was doing."""
    numbered = any_of(
        *(
            f"{of_job('drs_instance_apply_state', f'state={chr(34)}{state}{chr(34)}')} * {number}"
            for state, (number, _, _) in _STATES.items()
        )
    )
    return states(
        "Writing to the target",
        "What the side that writes to the target was doing.",
        over_time(numbered, "target"),
        mappings=words({number: (word, colour) for number, word, colour in _STATES.values()}),
    )


def age() -> dashboard.Panel:
    """How old the newest measurement is."""
    return lines(
        "Age of these measurements",
        "How old the newest of them is; Cloud Eye is five to ten minutes late at times.",
        over_time(f"time() - {of_job('drs_instance_metrics_timestamp_seconds')}", "age"),
        unit="s",
        no_value=_NOT_MEASURED,
        legend=False,
    )
