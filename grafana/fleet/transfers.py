"""Full transfers in flight, and what is written to the targets."""

from grafana_foundation_sdk.models import dashboard

from deploy.rules import fleet
from grafana import needs
from grafana.fields import Column, axis_right, fixed
from grafana.fleet.columns import ID_COLUMN, JOB_COLUMN, PROJECT_COLUMN
from grafana.panels import FEW_POINTS, bars, lines, table_panel
from grafana.phases import INFORMATION
from grafana.queries import JOB_LABELS, now, over_time, rows, with_info

PROGRESS_STEPS = ((None, "#3274D9"),)


def transfers() -> dashboard.Panel:
    """Progress and time left, job by job."""

    def column(metric: str) -> str:
        return needs.while_in(needs.fleet(metric), "full")

    def objects(which: str) -> str:
        return f"sum by ({JOB_LABELS}) {column_by_type(f'drs_job_objects_{which}')}"

    def column_by_type(metric: str) -> str:
        return needs.while_in(needs.fleet(metric, by=f"{JOB_LABELS}, object_type"), "full")

    return table_panel(
        "Full transfers in flight",
        "Progress and time left as the service tells them; the last column is how long ago it did.",
        [
            JOB_COLUMN,
            PROJECT_COLUMN,
            Column("engine_type", "Engine", width=220),
            Column(
                "Value #A",
                "Progress",
                unit="percentunit",
                decimals=0,
                cell="gauge",
                steps=PROGRESS_STEPS,
                maximum=1,
            ),
            Column("Value #B", "Time left", unit="s", decimals=1, width=95),
            Column("Value #C", "Running for", unit="s", decimals=1, width=95),
            Column("Value #D", "Objects done", unit="percentunit", decimals=0, width=105),
            Column("Value #E", "Told", unit="s", decimals=0, width=75),
            ID_COLUMN,
        ],
        rows(with_info(column("drs_job_progress_ratio"), "engine_type", needs.PROJECT)),
        rows(column("drs_job_remaining_seconds")),
        rows(f"time() - {column('drs_job_start_timestamp_seconds')}"),
        rows(f"{objects('transferred')} / {objects('to_transfer')}"),
        rows(f"time() - {column('drs_job_progress_updated_timestamp_seconds')}"),
        no_value="no full transfers",
        sort=("Progress", False),
    )


def throughput() -> dashboard.Panel:
    """What all jobs write together."""
    return lines(
        "Written to targets",
        "Rows (left) and bytes (right) that all jobs chosen apply each second.",
        over_time(needs.together(fleet.ROWS, "drs_job_apply_rows_per_second"), "rows"),
        over_time(needs.together(fleet.BYTES, "drs_job_apply_bytes_per_second"), "bytes"),
        unit="wps",
        overrides=[axis_right("bytes", "Bps"), fixed("rows", INFORMATION), fixed("bytes", "#A352CC")],
        points=FEW_POINTS,
    )


def bytes_by_engine() -> dashboard.Panel:
    """Bytes by pair of databases."""
    return _by_engine("Bytes", "drs_job_apply_bytes_per_second", "Bps")


def rows_by_engine() -> dashboard.Panel:
    """Rows by pair of databases."""
    return _by_engine("Rows", "drs_job_apply_rows_per_second", "wps")


def _by_engine(title: str, metric: str, unit: str) -> dashboard.Panel:
    return bars(
        f"{title} written, by engine",
        f"{title} applied to targets each second now, by the pair of databases.",
        now(f"sort_desc({needs.by_engine(metric)})", "{{engine_type}}"),
        unit=unit,
        no_value="nothing written",
    )
