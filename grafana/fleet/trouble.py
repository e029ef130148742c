"""The table of jobs that need somebody, and where all jobs are."""

from grafana_foundation_sdk.models import dashboard

from deploy.rules import thresholds
from grafana import needs
from grafana.fields import Column, phase_colours, words
from grafana.fleet.columns import (
    DELAY_STEPS,
    ID_COLUMN,
    JOB_COLUMN,
    PHASE_COLUMN,
    PROJECT_COLUMN,
    STATUS_COLUMN,
    times_allowed,
)
from grafana.frame import TO_NEEDS
from grafana.panels import bars, lines, table_panel
from grafana.phases import CRITICAL, GOOD, QUIET, WARNING
from grafana.queries import JOB_KEY, JOB_LABELS, first_of, now, or_named, over_time, rows, select

URGENCY = words(
    {
        "2": ("act now", CRITICAL),
        "1": ("look", WARNING),
        "0": ("all is well", GOOD),
        "-1": ("not known", QUIET),
    }
)
STOP_STEPS = (
    (None, CRITICAL),
    (round(thresholds.ABNORMAL_LIMIT_SECONDS * (1 - thresholds.STOP_IMMINENT_RATIO) / 86400, 2), WARNING),
    (round(thresholds.ABNORMAL_LIMIT_SECONDS * (1 - thresholds.STOP_APPROACHING_RATIO) / 86400, 2), QUIET),
)


def needs_me() -> dashboard.Panel:
    """One row per job in trouble."""
    delay = needs.jobs("drs_job_incremental_delay_seconds")
    columns = [
        Column("Value #A", "Urgency", cell="background", mappings=URGENCY, width=85),
        JOB_COLUMN,
        PHASE_COLUMN,
        STATUS_COLUMN,
        Column("Value #B", "Failed for", unit="s", decimals=1, width=90),
        Column("Value #C", "Stopped in", unit="suffix:days", decimals=1, width=95, cell="text", steps=STOP_STEPS),
        Column("Value #D", "Delay", unit="s", decimals=1, width=85, cell="text", steps=DELAY_STEPS),
        times_allowed("Of allowed", "Value #E", 100),
        Column("Value #F", "Stands at", unit="percentunit", decimals=0, width=85),
        times_allowed("RPO", "Value #G"),
        times_allowed("RTO", "Value #H"),
        Column("Value #I", "Late by", unit="s", decimals=1, width=75),
        Column("error_code", "Error", width=100),
        Column("Value #J", hidden=True),
        PROJECT_COLUMN,
        ID_COLUMN,
    ]
    return table_panel(
        "What needs me now",
        "One row per job in trouble: failed, lagging, standing still, near its stop, or late. "
        "Of allowed, RPO and RTO are times what their owner allows. An empty cell is fine; a job's name leads to it.",
        columns,
        rows(or_named(first_of(needs.urgency(), needs.nobody()), "status", "some project is not read", -1)),
        rows(needs.chosen(needs.failed_for())),
        rows(f"{needs.chosen(needs.seconds_to_stop())} / 86400"),
        rows(needs.chosen(f"{delay} and on ({JOB_KEY}) {needs.lagging()}")),
        rows(needs.chosen(needs.lagging())),
        rows(needs.chosen(needs.stalled())),
        rows(needs.chosen(needs.missed("rpo"))),
        rows(needs.chosen(needs.missed("rto"))),
        rows(needs.chosen(needs.late())),
        rows(f"{needs.fleet('drs_job_error', by=f'{JOB_LABELS}, error_code')} and on ({JOB_KEY}) {needs.failed()}"),
        no_value="no job needs anybody",
        sort=("Urgency", True),
        then=("Of allowed", True),
    )


def by_phase() -> dashboard.Panel:
    """All jobs by phase, over time."""
    counts = select("drs_jobs", needs.PROJECT, 'phase!="stopped"')
    return lines(
        "Jobs by phase",
        "Jobs and subtasks in each phase over time, stopped ones left out; of the filters only the project applies.",
        over_time(f"sum by (phase) ({counts})", "{{phase}}"),
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
        "All that the listings hold, in excluded phases too; of the filters only the project applies.",
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
        links=[TO_NEEDS],
    )
