"""How much of the time the job kept what is promised of it, and how fast what may be missed is used up."""

from typing import Final

from grafana_foundation_sdk.models import dashboard

from deploy.rules import thresholds
from deploy.rules.promises import PROMISES, Promise, missed
from grafana.job.scope import ID, PROJECT
from grafana.panels import lines, stat_panel
from grafana.phases import CRITICAL, GOOD, WARNING
from grafana.queries import now, over_time, recorded

MISSABLE: Final = round(1 - thresholds.PROMISE_OBJECTIVE, 6)
KEPT_STEPS: Final = ((None, CRITICAL), (thresholds.PROMISE_OBJECTIVE, WARNING), (1 - MISSABLE / 2, GOOD))
NOT_LOADED: Final = "not recorded"


def _share(promise: Promise, window: str) -> str:
    return f"max by (job_id) ({recorded(missed('job', promise, window), PROJECT, ID)})"


def kept() -> list[dashboard.Panel]:
    """One figure for each promise."""
    return [
        stat_panel(
            f"Kept: {promise.title}",
            "Share of the last three days in which it was so; drs-promises.yml records it.",
            now(f"1 - {_share(promise, '3d')}"),
            unit="percentunit",
            no_value=NOT_LOADED,
            decimals=2,
            steps=KEPT_STEPS,
        )
        for promise in PROMISES
    ]


def burn() -> dashboard.Panel:
    """How fast."""
    return lines(
        "Use of what may be missed",
        "1 uses up in thirty days what the objective leaves; alerts begin at "
        f"{thresholds.PROMISE_BURN_HOUR} for an hour and {thresholds.PROMISE_BURN_SHIFT} for six.",
        *(
            over_time(f"{_share(promise, window)} / {MISSABLE}", f"{promise.name} {window}")
            for promise in PROMISES
            for window in ("1h", "6h")
        ),
        unit="none",
        no_value=NOT_LOADED,
    )
