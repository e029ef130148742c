"""How old the data is, per project and collector."""

from typing import Final

from grafana_foundation_sdk.models import dashboard

from deploy.rules import thresholds
from grafana.fields import Column, words
from grafana.panels import lines, stat_panel, states, table_panel
from grafana.phases import CRITICAL, GOOD, QUIET, WARNING
from grafana.queries import age, best, counted, now, over_time, rows, select, while_scraped

PROJECT: Final = 'project=~"$project"'
EACH: Final = "project, collector"
LAST: Final = "drs_exporter_collector_last_success_timestamp_seconds"


def figures() -> list[tuple[int, dashboard.Panel]]:
    """The line of large figures."""
    failures = f"sum(increase({select('drs_exporter_sign_in_failures_total', PROJECT, over='$__range')}))"
    bad = 'code!~"2.."'
    every = f"sum(rate({select('drs_exporter_api_requests_total', PROJECT, over='$__rate_interval')}))"
    wrong = f"sum(rate({select('drs_exporter_api_requests_total', PROJECT, bad, over='$__rate_interval')}))"
    waiting = select("drs_exporter_api_throttled_seconds_total", PROJECT, over="$__rate_interval")
    low = ((None, CRITICAL), (thresholds.CREDENTIAL_LEFT_SECONDS, GOOD))
    return [
        (
            3,
            stat_panel(
                "Projects unreadable",
                "Configured projects whose last listing failed.",
                now(counted(f"{best('drs_up', PROJECT, by='project')} == 0")),
                unit="none",
                no_value="no data",
                steps=((None, GOOD), (1, CRITICAL)),
            ),
        ),
        (
            3,
            stat_panel(
                "Oldest data",
                "The worst age of any collector's data, in intervals of that collector; the alerts call 3 too old.",
                now(f"max({_age_in_intervals()})"),
                unit="suffix:intervals",
                no_value="never read",
                decimals=1,
                steps=(
                    (None, GOOD),
                    (thresholds.COLLECTOR_MISSED_RUNS, WARNING),
                    (thresholds.DATA_TOO_OLD_RUNS, CRITICAL),
                ),
            ),
        ),
        (
            3,
            stat_panel(
                "Calls",
                "Calls to the cloud each second, retries included.",
                now(every),
                unit="reqps",
                no_value="no data",
                decimals=1,
            ),
        ),
        (
            3,
            stat_panel(
                "Failing calls",
                "Share of the calls that did not succeed.",
                now(f"{wrong} / {every}"),
                unit="percentunit",
                no_value="no calls",
                decimals=1,
                steps=((None, GOOD), (0.01, WARNING), (0.1, CRITICAL)),
            ),
        ),
        (
            3,
            stat_panel(
                "Waiting for budget",
                "Calls that wait at a time, on average: for the cloud's limit or ours.",
                now(f"sum(rate({waiting}))"),
                unit="none",
                no_value="no data",
                decimals=2,
                steps=((None, GOOD), (thresholds.THROTTLED_RATIO, WARNING)),
            ),
        ),
        (
            3,
            stat_panel(
                "Credential life",
                "Time until the first token or temporary key ends; it is renewed before that.",
                now(f"min({best('drs_exporter_credential_expiry_timestamp_seconds', PROJECT, by='project')}) - time()"),
                unit="s",
                no_value="nothing ends",
                decimals=1,
                steps=low,
            ),
        ),
        (
            3,
            stat_panel(
                "Sign-in failures",
                "Refused sign-ins in the time shown.",
                now(while_scraped(failures)),
                unit="none",
                no_value="no data",
                decimals=0,
                steps=((None, GOOD), (1, CRITICAL)),
            ),
        ),
        (
            3,
            stat_panel(
                "Series",
                "Series that all exporters chosen serve, by their last rendering.",
                now(f"sum({select('drs_exporter_series', PROJECT)})"),
                unit="short",
                no_value="no data",
            ),
        ),
    ]


def collectors() -> dashboard.Panel:
    """One row per project and collector."""
    yes_no = words({"1": ("ok", GOOD), "0": ("failing", CRITICAL)})
    known = words({"1": ("yes", QUIET), "0": ("not here", QUIET)})
    steps = ((None, GOOD), (thresholds.COLLECTOR_MISSED_RUNS, WARNING), (thresholds.DATA_TOO_OLD_RUNS, CRITICAL))
    return table_panel(
        "Collectors",
        "Each project's collectors: outcome and duration of the last run, and how old the data is that is served.",
        [
            Column("project", "Project"),
            Column("collector", "Collector", width=100),
            Column("Value #A", "Supported", cell="text", mappings=known, width=90),
            Column("Value #B", "Last run", cell="background", mappings=yes_no, width=80),
            Column("Value #C", "Age", unit="s", decimals=1, width=90),
            Column("Value #D", "Interval", unit="s", decimals=1, width=85),
            Column("Value #E", "Age in intervals", unit="none", decimals=1, cell="text", steps=steps, width=135),
            Column("Value #F", "Duration", unit="s", decimals=1, width=85),
        ],
        rows(best("drs_exporter_collector_supported", PROJECT, by=EACH)),
        rows(f"min by ({EACH}) ({select('drs_exporter_collector_success', PROJECT)})"),
        rows(age(LAST, PROJECT, by=EACH)),
        rows(best("drs_exporter_collector_interval_seconds", PROJECT, by=EACH)),
        rows(_age_in_intervals()),
        rows(best("drs_exporter_collector_duration_seconds", PROJECT, by=EACH)),
        no_value="no collector has run",
        sort=("Age in intervals", True),
    )


def ages() -> dashboard.Panel:
    """Age of data over time."""
    return lines(
        "Age of the listing",
        "Seconds since each project's jobs were last read; a saw-tooth as high as the poll interval is healthy.",
        over_time(age(LAST, PROJECT, 'collector="jobs"', by="project"), "{{project}}"),
        unit="s",
        no_value="never read",
    )


def readable() -> dashboard.Panel:
    """Whether each project can be read."""
    return states(
        "Projects readable",
        "Whether each project's last listing succeeded.",
        over_time(best("drs_up", PROJECT, by="project"), "{{project}}"),
        mappings=words({"1": ("readable", GOOD), "0": ("unreadable", CRITICAL)}),
    )


def projects() -> dashboard.Panel:
    """What is configured."""
    return table_panel(
        "Projects",
        "The configured projects, and how many statuses now seen are unknown: tell the maintainers of those.",
        [
            Column("project", "Project", width=110),
            Column("region", "Region", width=120),
            Column("project_id", "Id"),
            Column("Value #B", "Unknown", unit="none", decimals=0, width=85),
            Column("Value #C", "Series", unit="short", width=80),
            Column("Value #A", hidden=True),
        ],
        rows(best("drs_project_info", PROJECT, by="project, project_id, region")),
        rows(best("drs_exporter_unknown_statuses", PROJECT, by="project")),
        rows(f"sum by (project) ({select('drs_exporter_series', PROJECT)})"),
        no_value="no project",
        sort=("Project", False),
    )


def durations() -> dashboard.Panel:
    """How long collectors take."""
    return lines(
        "Duration of collectors",
        "How long each collector's last run took, the slowest project's.",
        over_time(best("drs_exporter_collector_duration_seconds", PROJECT, by="collector"), "{{collector}}"),
        unit="s",
    )


def _age_in_intervals() -> str:
    interval = best("drs_exporter_collector_interval_seconds", PROJECT, by=EACH)
    return f"({age(LAST, PROJECT, by=EACH)}) / {interval}"
