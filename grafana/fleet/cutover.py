"""Which jobs could be switched over to their targets now."""

from grafana_foundation_sdk.models import dashboard

from grafana import needs
from grafana.fields import Column, words
from grafana.fleet.columns import ID_COLUMN, JOB_COLUMN, PROJECT_COLUMN
from grafana.panels import table_panel
from grafana.phases import CRITICAL, GOOD, WARNING
from grafana.queries import JOB_LABELS, recorded, rows


def readiness() -> dashboard.Panel:
    """Every migration and synchronisation in its incremental phase."""
    ready = f"max by ({JOB_LABELS}) ({recorded('drs:job_cutover_ready', needs.PROJECT, needs.NAME)})"
    reasons = f"max by ({JOB_LABELS}, reason) ({recorded('drs:job_cutover_blocker', needs.PROJECT, needs.NAME)})"
    return table_panel(
        "Ready to cut over",
        "Migrations and synchronisations in their incremental phase, and how many reasons speak against a switch: "
        "what is not known is one. A job's name leads to them.",
        [
            Column(
                "Value #A",
                "Cut-over",
                cell="background",
                mappings=words({"1": ("ready", GOOD), "0": ("not ready", WARNING)}),
                width=110,
            ),
            Column(
                "Value #B",
                "Blockers",
                unit="none",
                decimals=0,
                cell="text",
                steps=((None, GOOD), (1, WARNING), (5, CRITICAL)),
                width=110,
            ),
            Column("job_name", "Job", link=JOB_COLUMN.link),
            PROJECT_COLUMN,
            ID_COLUMN,
        ],
        rows(needs.chosen(ready)),
        rows(needs.chosen(f"count by ({JOB_LABELS}) ({reasons})")),
        no_value="no candidate",
        sort=("Cut-over", True),
        then=("Blockers", False),
    )
