"""The table of jobs that need somebody, and where all jobs are."""

from grafana_foundation_sdk.models import dashboard

from deploy.rules import thresholds
from grafana import needs
from grafana.fields import Column, phase_colours, words
from grafana.fleet.columns import DELAY_STEPS, ID_COLUMN, JOB_COLUMN, PHASE_COLUMN, PROJECT_COLUMN, STATUS_COLUMN
from grafana.panels import bars, lines, table_panel
from grafana.phases import CRITICAL, QUIET, WARNING
from grafana.queries import JOB_KEY, now, over_time, rows, select

URGENCY = words({"2": ("act now", CRITICAL), "1": ("look", WARNING)})
STOP_STEPS = (
    (None, CRITICAL),
    (round(thresholds.ABNORMAL_LIMIT_SECONDS * (1 - thresholds.STOP_IMMINENT_RATIO)), WARNING),
    (round(thresholds.ABNORMAL_LIMIT_SECONDS * (1 - thresholds.STOP_APPROACHING_RATIO)), QUIET),
)


def needs_me() -> dashboard.Panel:
    """One row per job in trouble."""
    columns = [
        Column("Value #A", "Urgency", cell="color-background-solid", mappings=URGENCY, width=95),
        JOB_COLUMN,
        PHASE_COLUMN,
        STATUS_COLUMN,
        Column("Value #B", "Failed for", unit="s", decimals=1, width=105),
        Column("Value #C", "Stopped in", unit="s", decimals=1, width=105, cell="color-text", steps=STOP_STEPS),
        Column("Value #D", "Delay", unit="s", decimals=1, width=95, cell="color-text", steps=DELAY_STEPS),
        Column("Value #E", "Of allowed", unit="percentunit", decimals=0, width=105),
        Column("Value #F", "Stands at", unit="percentunit", decimals=0, width=95),
        Column("Value #G", "RPO of allowed", unit="percentunit", decimals=0, width=125),
        Column("Value #H", "RTO of allowed", unit="percentunit", decimals=0, width=125),
        Column("Value #I", "Late by", unit="s", decimals=1, width=95),
        PROJECT_COLUMN,
        ID_COLUMN,
    ]
    return table_panel(
        "What needs me now",
        "One row per job in trouble: failed, lagging, standing still, near its stop, or late. "
        "An empty cell is fine; click a job's name for its own dashboard.",
        columns,
        rows(needs.urgency()),
        rows(needs.failed_for()),
        rows(needs.seconds_to_stop()),
        rows(f"{needs.delay()} and on ({JOB_KEY}) {needs.lagging()}"),
        rows(needs.lagging()),
        rows(needs.stalled()),
        rows(f"{needs.recovery_share('rpo')} > 1"),
        rows(f"{needs.recovery_share('rto')} > 1"),
        rows(needs.late()),
        no_value="no job needs anybody",
        sort=("Urgency", True),
    )


def by_phase() -> dashboard.Panel:
    """All jobs by phase, over time."""
    running = needs.fleet("drs_job_status", 'phase!="stopped"', by=f"{JOB_KEY}, phase")
    return lines(
        "Jobs by phase",
        "Jobs in each phase over time, stopped ones left out. A colour means the same phase on every DRS dashboard.",
        over_time(f"count by (phase) ({running})", "{{phase}}"),
        unit="none",
        stacked=True,
        decimals=0,
        overrides=phase_colours(),
        no_value="no jobs",
    )


def by_status() -> dashboard.Panel:
    """All jobs by status, now."""
    return bars(
        "Jobs by status",
        "All jobs the projects' listings hold, also those in excluded phases; only the project filter applies.",
        now(f"sort_desc(sum by (status) ({select('drs_jobs', needs.PROJECT)}) > 0)", "{{status}}"),
        unit="none",
        no_value="no jobs",
    )


def by_error() -> dashboard.Panel:
    """Failed jobs by error code."""
    errors = needs.fleet("drs_job_error", by=f"{JOB_KEY}, error_code")
    return bars(
        "Errors",
        "Jobs by the error code the service gives for them.",
        now(f"sort_desc(count by (error_code) ({errors}))", "{{error_code}}"),
        unit="none",
        no_value="no errors",
        steps=((None, CRITICAL),),
    )
