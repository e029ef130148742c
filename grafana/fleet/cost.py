"""Jobs that cost money for nothing, and quotas."""

from grafana_foundation_sdk.models import dashboard

from deploy.rules import thresholds
from grafana import needs
from grafana.fields import Column
from grafana.fleet.columns import ID_COLUMN, JOB_COLUMN, PHASE_COLUMN, PROJECT_COLUMN, STATUS_COLUMN
from grafana.panels import bars, table_panel
from grafana.phases import CRITICAL, GOOD, WARNING
from grafana.queries import JOB_KEY, best, now, rows, with_status


def billed() -> dashboard.Panel:
    """Dead jobs that cost money."""
    billed = needs.while_in(f"({needs.fleet('drs_job_billing_enabled')} == 1)", "failed|stopped")
    since = f"{needs.fleet('drs_job_updated_timestamp_seconds')} and on ({JOB_KEY}) {billed}"
    return table_panel(
        "Billed, but not replicating",
        "Failed and stopped jobs whose billing is on: end and delete them in DRS, or repair them.",
        [
            JOB_COLUMN,
            PHASE_COLUMN,
            STATUS_COLUMN,
            Column("Value #B", "Last change", unit="dateTimeFromNow", width=160),
            PROJECT_COLUMN,
            Column("Value #A", "Billed", hidden=True),
            ID_COLUMN,
        ],
        rows(with_status(billed, needs.PROJECT)),
        rows(f"({since}) * 1000"),
        no_value="none",
        sort=("Phase", False),
    )


def quotas() -> dashboard.Panel:
    """Quotas in use."""
    used = best("drs_quota_used", needs.PROJECT, by="project, resource")
    limit = best("drs_quota_limit", needs.PROJECT, by="project, resource")
    return bars(
        "Quotas",
        "Share of each project's quota in use; creating jobs fails when one is full.",
        now(f"sort_desc({used} / {limit})", "{{project}} {{resource}}"),
        unit="percentunit",
        no_value="quotas not read",
        maximum=1,
        decimals=0,
        steps=((None, GOOD), (thresholds.QUOTA_RATIO, WARNING), (0.95, CRITICAL)),
    )
