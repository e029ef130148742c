"""What the service says of the job's condition beside its status: who has to do something about it, and by when."""

from grafana_foundation_sdk.models import dashboard

from grafana.fields import Column, words
from grafana.job.scope import of_job
from grafana.panels import bars, stat_panel, table_panel
from grafana.phases import CRITICAL, GOOD, INFORMATION, QUIET, WARNING
from grafana.queries import now, or_named, rows


def figures() -> list[tuple[int, dashboard.Panel]]:
    """A line of facts."""
    needed = words({"1": ("yes", WARNING), "0": ("no", GOOD)})
    neutral = words({"1": ("yes", INFORMATION), "0": ("no", QUIET)})
    action = or_named(of_job("drs_job_action", by="action"), "action", "none")
    order = or_named(of_job("drs_job_order_status", by="status"), "status", "none")
    left = f"({of_job('drs_job_order_expiry_timestamp_seconds')} - time()) / 86400"
    return [
        (
            4,
            stat_panel(
                "Running action",
                "What is being done with the job now.",
                now(action, "{{action}}"),
                unit="none",
                no_value="none",
                names=True,
                steps=((None, QUIET), (1, INFORMATION)),
            ),
        ),
        (
            4,
            stat_panel(
                "Restart needed",
                "Whether the job has to be restarted for what was changed.",
                now(of_job("drs_job_restart_needed")),
                unit="none",
                no_value="not known",
                mappings=needed,
            ),
        ),
        (
            4,
            stat_panel(
                "Target read-only",
                "Whether the target refuses writes by others while the job runs.",
                now(of_job("drs_job_target_read_only")),
                unit="none",
                no_value="not known",
                mappings=neutral,
            ),
        ),
        (
            4,
            stat_panel(
                "Switched over",
                "Whether a disaster recovery job runs the other way than it was made.",
                now(f"{of_job('drs_job_switched_over')} + 2 * {of_job('drs_job_switching_over')}"),
                unit="none",
                no_value="no disaster recovery",
                mappings=words(
                    {
                        "0": ("no", GOOD),
                        "1": ("yes", WARNING),
                        "2": ("under way", INFORMATION),
                        "3": ("under way", INFORMATION),
                    }
                ),
            ),
        ),
        (
            4,
            stat_panel(
                "Order",
                "Status of the order, for jobs paid by the month or year.",
                now(order, "{{status}}"),
                unit="none",
                no_value="none",
                names=True,
                steps=((None, QUIET), (1, INFORMATION)),
            ),
        ),
        (
            4,
            stat_panel(
                "Order ends in",
                "Days until the order of the job ends.",
                now(left),
                unit="suffix:days",
                no_value="no order",
                decimals=1,
                steps=((None, CRITICAL), (7, WARNING), (30, GOOD)),
            ),
        ),
    ]


def databases() -> dashboard.Panel:
    """The two ends."""
    return table_panel(
        "Databases",
        "The database at each end, for joins with its own metrics.",
        [
            Column("role", "End", width=90),
            Column("db_type", "Kind", width=140),
            Column("instance_id", "Instance"),
            Column("region", "Region", width=130),
            Column("Value", hidden=True),
        ],
        rows(of_job("drs_job_database_info", by="role, db_type, instance_id, region")),
        no_value="not known",
        sort=("End", False),
    )


def objects() -> dashboard.Panel:
    """Objects by status."""
    return bars(
        "Objects by state",
        "Kinds of objects by the state of their transfer.",
        now(of_job("drs_job_objects", by="object_type, status"), "{{object_type}} {{status}}"),
        unit="none",
        no_value="none known",
        decimals=0,
    )
