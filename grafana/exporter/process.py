"""One row per shard: what the process itself costs."""

from grafana_foundation_sdk.models import dashboard

from grafana.fields import Column, axis_right, fixed, words
from grafana.panels import lines, table_panel
from grafana.phases import CRITICAL, GOOD, INFORMATION
from grafana.queries import over_time, rows, select


def cpu() -> dashboard.Panel:
    """Processor time."""
    return lines(
        "CPU",
        "Processor time this exporter uses; 100 % is one core.",
        over_time(f"sum(rate({select('process_cpu_seconds_total', over='$__rate_interval')}))", "CPU"),
        unit="percentunit",
        legend=False,
    )


def memory() -> dashboard.Panel:
    """Memory."""
    return lines(
        "Memory",
        "Memory this exporter holds.",
        over_time(f"sum({select('process_resident_memory_bytes')})", "memory"),
        unit="bytes",
        legend=False,
    )


def files() -> dashboard.Panel:
    """Open files."""
    return lines(
        "Open files",
        "Files and connections this exporter has open.",
        over_time(f"sum({select('process_open_fds')})", "open"),
        unit="short",
        legend=False,
    )


def served() -> dashboard.Panel:
    """Series and rendering."""
    return lines(
        "Series and rendering",
        "Series served (left) and time taken to render them after a poll (right).",
        over_time(f"sum({select('drs_exporter_series')})", "series"),
        over_time(f"max({select('drs_exporter_render_duration_seconds')})", "rendering"),
        unit="short",
        overrides=[axis_right("rendering", "s"), fixed("series", INFORMATION), fixed("rendering", "#A352CC")],
    )


def build_info() -> dashboard.Panel:
    """Versions, starts and reloads."""
    return table_panel(
        "Exporters",
        "Every exporter process chosen: its version, age, and the outcome of its last configuration reload.",
        [
            Column("instance", "Instance"),
            Column("version", "Version", width=75),
            Column("revision", "Revision", width=90),
            Column("python_version", "Python", width=75),
            Column("Value #B", "Up for", unit="s", decimals=1, width=85),
            Column(
                "Value #C",
                "Last reload",
                cell="background",
                mappings=words({"1": ("ok", GOOD), "0": ("failed", CRITICAL)}),
                width=95,
            ),
            Column("Value #D", "Reloaded", unit="dateTimeAsIso", width=155),
            Column("Value #A", hidden=True),
        ],
        rows(f"max by (instance, version, revision, python_version) ({select('drs_exporter_build_info')})"),
        rows(f"time() - max by (instance) ({select('process_start_time_seconds')})"),
        rows(f"max by (instance) ({select('drs_exporter_config_last_reload_successful')})"),
        rows(f"max by (instance) ({select('drs_exporter_config_last_reload_success_timestamp_seconds')}) * 1000"),
        no_value="no exporter",
        sort=("Instance", False),
    )
