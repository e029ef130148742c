"""Whether the job could be switched over to its target now, and what speaks against it."""

from grafana_foundation_sdk.models import dashboard

from deploy.rules import thresholds
from drs_exporter.cutover import REASONS
from grafana.fields import Column, words
from grafana.job.scope import ID, PROJECT, of_job
from grafana.panels import stat_panel, table_panel
from grafana.phases import CRITICAL, GOOD, QUIET, WARNING
from grafana.queries import now, or_named, recorded, rows

READINESS = words({"1": ("ready", GOOD), "0": ("not ready", WARNING)})


def ready() -> dashboard.Panel:
    """Yes or no, as the rules record it."""
    return stat_panel(
        "Ready to cut over",
        "Whether nothing speaks against switching over; what is not known speaks against it. Migrations and "
        "synchronisations in their incremental phase.",
        now(f"max by (job_id) ({recorded('drs:job_cutover_ready', PROJECT, ID)})"),
        unit="none",
        no_value="no candidate",
        mappings=READINESS,
    )


def compared() -> dashboard.Panel:
    """How old the comparison is that counts."""
    return stat_panel(
        "Compared",
        "How long ago the last comparison of objects began: one that is older than a day does not count.",
        now(f"time() - {of_job('drs_job_compare_timestamp_seconds')}"),
        unit="s",
        no_value="not compared",
        decimals=0,
        steps=((None, GOOD), (thresholds.CUTOVER_COMPARED_SECONDS, CRITICAL)),
    )


def blockers() -> dashboard.Panel:
    """What speaks against it."""
    meanings = words({reason: (meaning, QUIET) for reason, meaning in REASONS.items()})
    found = f"max by (reason) ({recorded('drs:job_cutover_blocker', PROJECT, ID)})"
    return table_panel(
        "What speaks against it",
        "One row for each reason; docs/cutover.md says what is claimed by this, and what is not.",
        [Column("reason", "Reason", mappings=meanings), Column("Value", hidden=True)],
        rows(or_named(found, "reason", "nothing known, or no candidate")),
        no_value="nothing known, or no candidate",
        sort=("Reason", False),
    )
