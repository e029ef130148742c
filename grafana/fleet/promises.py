"""How much of the time the jobs of each project kept what is promised of them."""

from grafana_foundation_sdk.models import dashboard

from deploy.rules.promises import PROMISES, missed
from grafana import needs
from grafana.job.promises import KEPT_STEPS, MISSABLE, NOT_LOADED
from grafana.panels import bars, lines
from grafana.queries import now, over_time, recorded


def kept() -> dashboard.Panel:
    """Of three days."""
    return bars(
        "Kept in three days",
        "Share of the time in which the jobs of a project kept their thresholds; drs-promises.yml records it.",
        *(
            now(
                f"1 - max by (project) ({recorded(missed('project', promise, '3d'), needs.PROJECT)})",
                f"{{{{project}}}} {promise.name}",
            )
            for promise in PROMISES
        ),
        unit="percentunit",
        no_value=NOT_LOADED,
        maximum=1,
        decimals=2,
        steps=KEPT_STEPS,
    )


def burn() -> dashboard.Panel:
    """How fast."""
    return lines(
        "Use of what may be missed",
        "By project, over six hours: 1 uses up in thirty days what the objective leaves.",
        *(
            over_time(
                f"max by (project) ({recorded(missed('project', promise, '6h'), needs.PROJECT)}) / {MISSABLE}",
                f"{{{{project}}}} {promise.name}",
            )
            for promise in PROMISES
        ),
        unit="none",
        no_value=NOT_LOADED,
    )
