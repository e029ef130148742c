"""Full transfers in flight, and what is written to the targets."""

from grafana_foundation_sdk.models import dashboard

from grafana import needs
from grafana.fields import Column, axis_right, fixed
from grafana.fleet.columns import ID_COLUMN, JOB_COLUMN, PROJECT_COLUMN
from grafana.panels import lines, table_panel
from grafana.phases import INFORMATION
from grafana.queries import JOB_KEY, over_time, rows, with_info

PROGRESS_STEPS = ((None, "#3274D9"),)


def transfers() -> dashboard.Panel:
    """Progress and time left, job by job."""

    def column(metric: str) -> str:
        return needs.while_in(needs.fleet(metric), "full")

    return table_panel(
        "Full transfers in flight",
        "Progress and time left as the service reports them; the last columns are what is written to the target now.",
        [
            JOB_COLUMN,
            PROJECT_COLUMN,
            Column("engine_type", "Engine", width=150),
            Column(
                "Value #A",
                "Progress",
                unit="percentunit",
                decimals=0,
                cell="gradient-gauge",
                steps=PROGRESS_STEPS,
                maximum=1,
            ),
            Column("Value #B", "Time left", unit="s", decimals=1, width=95),
            Column("Value #C", "Running for", unit="s", decimals=1, width=95),
            Column("Value #D", "Rows", unit="wps", decimals=0, width=95),
            Column("Value #E", "Bytes", unit="Bps", decimals=1, width=95),
            ID_COLUMN,
        ],
        rows(with_info(column("drs_job_progress_ratio"), "engine_type", needs.PROJECT)),
        rows(column("drs_job_remaining_seconds")),
        rows(f"time() - {column('drs_job_start_timestamp_seconds')}"),
        rows(column("drs_job_apply_rows_per_second")),
        rows(column("drs_job_apply_bytes_per_second")),
        no_value="no full transfers",
        sort=("Progress", False),
    )


def throughput() -> dashboard.Panel:
    """What all jobs write together."""
    return lines(
        "Written to targets",
        "Rows (left) and bytes (right) that all jobs chosen apply each second.",
        over_time(f"sum({needs.fleet('drs_job_apply_rows_per_second', by=JOB_KEY)})", "rows"),
        over_time(f"sum({needs.fleet('drs_job_apply_bytes_per_second', by=JOB_KEY)})", "bytes"),
        unit="wps",
        overrides=[axis_right("bytes", "Bps"), fixed("rows", INFORMATION), fixed("bytes", "#A352CC")],
    )


def bytes_by_engine() -> dashboard.Panel:
    """Bytes by pair of databases."""
    return _by_engine("Bytes", "Bytes", "drs_job_apply_bytes_per_second", "Bps")


def rows_by_engine() -> dashboard.Panel:
    """Rows by pair of databases."""
    return _by_engine("Rows", "Rows", "drs_job_apply_rows_per_second", "wps")


def _by_engine(what: str, title: str, metric: str, unit: str) -> dashboard.Panel:
    per_job = with_info(needs.fleet(metric, by=JOB_KEY), "engine_type", needs.PROJECT)
    return lines(
        f"{title} written, by engine",
        f"{what} applied to targets each second, by the pair of databases.",
        over_time(f"sum by (engine_type) ({per_job})", "{{engine_type}}"),
        unit=unit,
        stacked=True,
    )
