"""What the job is, where it stands, and since when."""

from typing import Final

from grafana_foundation_sdk.models import dashboard

from deploy.rules import thresholds
from grafana.fields import PHASE_BY_NUMBER, Column, words
from grafana.job.scope import of_job, raw
from grafana.panels import stat_panel, states, table_panel
from grafana.phases import CRITICAL, GOOD, INFORMATION, PHASE_NUMBERS, QUIET, WARNING
from grafana.queries import any_of, counted, now, or_named, over_time, rows

_NONE: Final = ((None, QUIET),)

EVENTS: Final = (
    ("Created", "drs_job_created_timestamp_seconds"),
    ("Scheduled start", "drs_job_scheduled_start_timestamp_seconds"),
    ("Start", "drs_job_start_timestamp_seconds"),
    ("Full transfer begins", "drs_job_full_start_timestamp_seconds"),
    ("Full transfer complete", "drs_job_full_complete_timestamp_seconds"),
    ("Incremental begins", "drs_job_incremental_start_timestamp_seconds"),
    ("Progress last read by the service", "drs_job_progress_updated_timestamp_seconds"),
    ("Last change", "drs_job_updated_timestamp_seconds"),
    ("End", "drs_job_end_timestamp_seconds"),
)


def phase_number(by: str) -> str:
    """The phase as its number, per group."""
    status = "drs_job_status"
    return any_of(
        *(f"{of_job(status, f'phase={chr(34)}{phase}{chr(34)}', by=by)} * {n}" for phase, n in PHASE_NUMBERS.items())
    )


def figures() -> list[tuple[int, dashboard.Panel]]:
    """The line of large figures."""
    failed = of_job("drs_job_status", 'phase="failed"')
    delay = f"{of_job('drs_job_incremental_delay_seconds')} unless {failed}"
    return [
        (
            3,
            stat_panel(
                "Phase",
                "What the job is doing, in the word and colour used on all DRS dashboards.",
                now(phase_number("job_id")),
                unit="none",
                no_value="gone",
                mappings=PHASE_BY_NUMBER,
            ),
        ),
        (
            6,
            stat_panel(
                "Status",
                "The status as the service spells it.",
                now(or_named(phase_number("status"), "status", "gone"), "{{status}}"),
                unit="none",
                no_value="gone",
                names=True,
                mappings=PHASE_BY_NUMBER,
            ),
        ),
        (
            3,
            stat_panel(
                "Error",
                "The error code the service gives for this job; its meaning is in the vendor's error list.",
                now(or_named(of_job("drs_job_error", by="error_code"), "error_code", "none"), "{{error_code}}"),
                unit="none",
                no_value="none",
                names=True,
                steps=((None, QUIET), (1, CRITICAL)),
            ),
        ),
        (
            3,
            stat_panel(
                "Delay",
                "How far the target is behind the source; what the service last said of a job that failed is not that.",
                now(delay),
                unit="s",
                no_value="not replicating",
                decimals=1,
                steps=(
                    (None, GOOD),
                    (thresholds.DELAY_WARNING_SECONDS, WARNING),
                    (thresholds.DELAY_CRITICAL_SECONDS, CRITICAL),
                ),
            ),
        ),
        (
            3,
            stat_panel(
                "Allowed delay",
                "The delay above which the job's owner asked to be told.",
                now(of_job("drs_job_incremental_delay_threshold_seconds")),
                unit="s",
                no_value="not set",
                steps=_NONE,
            ),
        ),
        (
            3,
            stat_panel(
                "Progress",
                "Share of the full transfer that is done.",
                now(of_job("drs_job_progress_ratio")),
                unit="percentunit",
                no_value="none now",
                decimals=0,
            ),
        ),
        (
            3,
            stat_panel(
                "Time left",
                "What the service expects the full transfer still to take.",
                now(of_job("drs_job_remaining_seconds")),
                unit="s",
                no_value="none now",
                decimals=1,
            ),
        ),
    ]


def timeline() -> dashboard.Panel:
    """The job's life as coloured stretches."""
    return states(
        "Status over time",
        "The upper row is the phase; below it each status the job had in this time, in its phase's colour.",
        over_time(phase_number("job_id"), "phase"),
        over_time(phase_number("status"), "{{status}}"),
        mappings=PHASE_BY_NUMBER,
    )


def identity() -> dashboard.Panel:
    """What the listing says of the job."""
    info = "project, job_id, job_name, db_use_type, engine_type, task_type, net_type, job_direction, parent_id"
    return table_panel(
        "What it is",
        "The job as the listing describes it; a subtask names its parent.",
        [
            Column("job_name", "Job"),
            Column("project", "Project", width=90),
            Column("job_id", "Id", width=310),
            Column("db_use_type", "Scenario", width=125),
            Column("engine_type", "Engine"),
            Column("task_type", "Task", width=145),
            Column("job_direction", "Direction", width=85),
            Column("net_type", "Network", width=80),
            Column("node_type", "Node size", width=85),
            Column("parent_id", "Parent"),
            Column("Value #A", hidden=True),
            Column("Value #B", hidden=True),
        ],
        rows(of_job("drs_job_info", by=info)),
        rows(of_job("drs_job_node_info", by="project, job_id, job_name, node_type")),
        no_value="job is gone",
        sort=("Job", False),
    )


def times() -> dashboard.Panel:
    """The job's timestamps as dates."""
    every = any_of(*(f'label_replace({of_job(metric)}, "event", "{event}", "", "")' for event, metric in EVENTS))
    return table_panel(
        "Dates",
        "The job's life as the service dates it.",
        [
            Column("event", "Event"),
            Column("Value #A", "When", unit="dateTimeAsIso", width=170),
            Column("Value #B", "From now", unit="dateTimeFromNow", width=130),
            Column("job_id", hidden=True),
        ],
        rows(f"({every}) * 1000"),
        rows(f"({every}) * 1000"),
        no_value="no dates known",
        sort=("When", False),
    )


def facts() -> list[tuple[int, dashboard.Panel]]:
    """Yes-or-no facts and the service's own limit."""
    yes_no = words({"1": ("yes", GOOD), "0": ("no", CRITICAL)})
    billed = words({"1": ("yes", INFORMATION), "0": ("no", QUIET)})
    return [
        (
            4,
            stat_panel(
                "Billed",
                "Whether the job costs money now.",
                now(of_job("drs_job_billing_enabled")),
                unit="none",
                no_value="not known",
                mappings=billed,
            ),
        ),
        (
            4,
            stat_panel(
                "Public IP bound",
                "Whether the public address could be bound, for jobs that go over the Internet.",
                now(of_job("drs_job_public_ip_bound")),
                unit="none",
                no_value="none asked for",
                mappings=yes_no,
            ),
        ),
        (
            4,
            stat_panel(
                "Stopped after",
                "A job that stays abnormal for this long is stopped by the service.",
                now(f"{of_job('drs_job_abnormal_limit_seconds')} / 86400"),
                unit="suffix:days",
                no_value="14 days",
                steps=_NONE,
            ),
        ),
        (
            4,
            stat_panel(
                "Subtasks",
                "Jobs that name this one as their parent.",
                now(counted(subtasks())),
                unit="none",
                no_value="none",
            ),
        ),
        (
            4,
            stat_panel(
                "Pre-check passed",
                "Whether the check that the service runs before a start lets the job start.",
                now(of_job("drs_job_precheck_passed")),
                unit="none",
                no_value="not run",
                mappings=yes_no,
            ),
        ),
        (
            4,
            stat_panel(
                "Pre-check items passed",
                "Share of the pre-check's items that passed.",
                now(of_job("drs_job_precheck_passed_ratio")),
                unit="percentunit",
                no_value="not run",
                decimals=0,
                steps=((None, WARNING), (1, GOOD)),
            ),
        ),
    ]


def subtasks() -> str:
    """The info series of this job's subtasks."""
    own = raw("drs_job_info").replace('job_id="$job_id"', 'parent_id="$job_id"')
    return f"max by (project, job_id) ({own})"
