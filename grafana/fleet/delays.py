"""How far the jobs are behind their sources, and what a failover would cost."""

from grafana_foundation_sdk.models import dashboard

from deploy.rules import fleet, thresholds
from grafana import needs
from grafana.distributions import spread
from grafana.fields import Column, axis_right, fixed
from grafana.fleet.columns import DELAY_STEPS, ID_COLUMN, JOB_COLUMN, PHASE_COLUMN, times_allowed
from grafana.frame import TO_JOB_OF_SERIES
from grafana.panels import FEW_POINTS, bars, lines, table_panel
from grafana.phases import CRITICAL, INFORMATION, WARNING
from grafana.queries import now, over_time, rows, with_status


def worst_delays() -> dashboard.Panel:
    """The jobs furthest behind."""
    delay = needs.while_in(needs.jobs("drs_job_incremental_delay_seconds"), "incremental")
    return bars(
        "Furthest behind",
        "The ten jobs with the largest delay now.",
        now(f"sort_desc(topk(10, {needs.chosen(delay)}))", "{{job_name}}"),
        unit="s",
        no_value="no delays",
        steps=DELAY_STEPS,
        links=[TO_JOB_OF_SERIES],
    )


def delay_course() -> dashboard.Panel:
    """Delay of the fleet over time."""
    return lines(
        "Delay of the fleet",
        "The worst delay of jobs that should follow their source (left), and how many lag (right); dashed the alerts' "
        "default limits.",
        over_time(needs.delay_together(fleet.DELAY), "worst"),
        over_time(needs.lagging_together(fleet.LAGGING), "lagging"),
        unit="s",
        no_value="no delays",
        log=True,
        limits=True,
        steps=(
            (None, "transparent"),
            (thresholds.DELAY_WARNING_SECONDS, WARNING),
            (thresholds.DELAY_CRITICAL_SECONDS, CRITICAL),
        ),
        overrides=[axis_right("lagging", "none", count=True), fixed("worst", CRITICAL), fixed("lagging", INFORMATION)],
        points=FEW_POINTS,
    )


def delay_spread() -> dashboard.Panel:
    """How the fleet uses its allowance."""
    following = needs.while_in(needs.delay_share(), "incremental")
    return spread(
        "Share of the allowed delay in use",
        "How many jobs use how much of the delay they are allowed; from 100 % on lagging, 200 % holds all beyond.",
        now(f"clamp_max({needs.chosen(following)}, 2)"),
        unit="percentunit",
        no_value="no delays",
    )


def recovery() -> dashboard.Panel:
    """Disaster recovery jobs, one a row."""

    def value(kind: str) -> str:
        return needs.fleet(f"drs_job_{kind}_delay_seconds")

    return table_panel(
        "Recovery point and time",
        "Data and time that a failover now would cost, and how much of what their owner allows that is.",
        [
            JOB_COLUMN,
            PHASE_COLUMN,
            Column("Value #A", "RPO", unit="s", width=80),
            times_allowed("RPO of allowed", "Value #B", 120),
            Column("Value #C", "RTO", unit="s", width=80),
            times_allowed("RTO of allowed", "Value #D", 120),
            Column("project", "Project"),
            ID_COLUMN,
            Column("status", "Status", hidden=True),
        ],
        rows(with_status(value("rpo"), needs.PROJECT)),
        rows(needs.chosen(needs.recovery_share("rpo"))),
        rows(value("rto")),
        rows(needs.chosen(needs.recovery_share("rto"))),
        no_value="no disaster recovery jobs",
        sort=("RPO of allowed", True),
    )


def recovery_course() -> dashboard.Panel:
    """The worst of them over time."""
    return lines(
        "Worst RPO and RTO",
        "The largest recovery point and recovery time delay of all disaster recovery jobs chosen.",
        over_time(needs.together(fleet.RPO, "drs_job_rpo_delay_seconds"), "RPO"),
        over_time(needs.together(fleet.RTO, "drs_job_rto_delay_seconds"), "RTO"),
        unit="s",
        no_value="no disaster recovery jobs",
        overrides=[fixed("RPO", WARNING), fixed("RTO", "#A352CC")],
        points=FEW_POINTS,
    )
