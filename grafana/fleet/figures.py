"""The line of large figures at the top."""

from grafana_foundation_sdk.models import dashboard

from grafana import needs
from grafana.frame import TO_NEEDS
from grafana.panels import stat_panel
from grafana.phases import CRITICAL, GOOD, INFORMATION, WARNING
from grafana.queries import JOB_KEY, age, any_of, counted, now


def figures() -> list[tuple[int, dashboard.Panel]]:
    """Eight figures, three columns wide each."""
    bad = ((None, GOOD), (1, CRITICAL))
    poor = ((None, GOOD), (1, WARNING))
    dead = needs.while_in(f"({needs.fleet('drs_job_billing_enabled')} == 1)", "failed|stopped")
    recovery = needs.chosen(any_of(needs.missed("rpo"), needs.missed("rto")))
    listed = age(
        "drs_exporter_collector_last_success_timestamp_seconds", needs.PROJECT, 'collector="jobs"', by="project"
    )
    running = needs.fleet("drs_job_status", 'phase!="stopped"', by=JOB_KEY)
    failed = needs.fleet("drs_job_status", 'phase="failed"', by=JOB_KEY)
    full = needs.fleet("drs_job_status", 'phase="full"', by=JOB_KEY)
    return [
        (
            3,
            stat_panel(
                "Jobs",
                "Jobs that are not stopped, subtasks included.",
                now(counted(running)),
                unit="none",
                no_value="no data",
            ),
        ),
        (
            3,
            stat_panel(
                "Failed",
                "Jobs in a failed status. The service stops them by itself after 14 days, or what their owner set.",
                now(counted(failed)),
                unit="none",
                no_value="no data",
                steps=bad,
                links=[TO_NEEDS],
            ),
        ),
        (
            3,
            stat_panel(
                "Lagging",
                "Jobs further behind their source than their owner allows; where no limit is set, the alerts' default.",
                now(counted(needs.chosen(needs.lagging()))),
                unit="none",
                no_value="no data",
                steps=poor,
                links=[TO_NEEDS],
            ),
        ),
        (
            3,
            stat_panel(
                "Standing still",
                "Full transfers whose progress has not changed for two hours.",
                now(counted(needs.chosen(needs.stalled()))),
                unit="none",
                no_value="no data",
                steps=poor,
                links=[TO_NEEDS],
            ),
        ),
        (
            3,
            stat_panel(
                "RPO or RTO missed",
                "Disaster recovery jobs whose recovery point or time is over the limit.",
                now(counted(recovery)),
                unit="none",
                no_value="no data",
                steps=poor,
                links=[TO_NEEDS],
            ),
        ),
        (
            3,
            stat_panel(
                "Full transfers",
                "Jobs copying their whole content now.",
                now(counted(full)),
                unit="none",
                no_value="no data",
            ),
        ),
        (
            3,
            stat_panel(
                "Billed for nothing",
                "Failed or stopped jobs that still cost money.",
                now(counted(dead)),
                unit="none",
                no_value="no data",
                steps=((None, GOOD), (1, INFORMATION)),
            ),
        ),
        (
            3,
            stat_panel(
                "Age of this data",
                "Time since the job listing was last read, of the project where that is longest ago.",
                now(f"max({listed})"),
                unit="s",
                no_value="never read",
                decimals=1,
                steps=((None, GOOD), (180, WARNING), (600, CRITICAL)),
            ),
        ),
    ]
