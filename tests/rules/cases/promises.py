"""Promises over time: what breaks one quickly or in the end, and what does not. Each project of a world is one case."""

from collections.abc import Mapping
from typing import Final

from tests.rules.case import NAMED, Case, Series, Subject, job, orders, recorded, status

_RUNS: Final = status("INCRE_TRANSFER_STARTED", "incremental")
_DELAY: Final = job("drs_job_incremental_delay_seconds")
_LIMIT: Final = job("drs_job_incremental_delay_threshold_seconds")
_RPO: Final = job("drs_job_rpo_delay_seconds")
_OWN_RPO: Final = job("drs_job_rpo_delay_threshold_seconds")

_LATE: Final = {_RUNS: "1x160", _DELAY: "10x119 301x20 10x20"}
"""Twenty minutes late after two hours."""
_RECOVERY: Final = {_RUNS: "1x160", _RPO: "5x119 31x20 5x20", _OWN_RPO: "30x160"}


def _without(series: Series, *names: str) -> dict[str, str]:
    return {name: values for name, values in series.items() if name not in names}


def _second(series: Series) -> dict[str, str]:
    """Those series as of another job."""
    return {name.replace('"j1"', '"j2"').replace('"orders"', '"bills"'): values for name, values in series.items()}


def _world(projects: Mapping[str, Series]) -> dict[str, str]:
    """The series of all projects."""
    return {
        name.replace('project="prod"', f'project="{project}"'): values
        for project, series in projects.items()
        for name, values in series.items()
    }


_FIRING: Final = 'count by (project, alertname) (ALERTS{alertstate="firing",alertname=~"DRS.+Promise(Fast|Slow)"})'


def _firing(word: str, **projects: str) -> dict[str, Series]:
    """In these projects exactly the alerts of that pace fire: for `job`, for `project` or for `both`."""
    levels = {"job": ("Job",), "project": ("Project",), "both": ("Job", "Project")}
    return {
        _FIRING: {
            f'{{alertname="DRS{level}{found.partition(" ")[2]}Promise{word}",project="{project}"}}': "1"
            for project, found in projects.items()
            for level in levels[found.partition(" ")[0]]
        }
    }


_QUICK: Final = _world(
    {
        "late": _LATE,
        "large": _LATE | _second({_RUNS: "1x160", _DELAY: "10x160"}),
        "own": _LATE | {_LIMIT: "400x160"},
        "new": {
            status("FULL_TRANSFER_STARTED", "full"): "1x119 stale",
            _RUNS: "_x120 1x40",
            _DELAY: "_x120 4000x20 10x20",
        },
        "guard": _RECOVERY,
        "default": _without(_RECOVERY, _OWN_RPO),
        "paused": _without(_RECOVERY, _RUNS) | {status("PAUSING", "paused"): "1x160"},
    }
)

QUICK = Subject(
    "promises",
    {
        "DRSJobDelayPromiseFast": (
            Case(
                claim="twenty minutes late use up the budget of days, and it is over when the delay is",
                series=_QUICK,
                vectors={
                    "2h5m": _firing("Fast"),
                    "2h15m": _firing("Fast", late="both Delay", large="job Delay", guard="both Rpo"),
                    "2h28m": _firing("Fast"),
                },
            ),
            Case(
                claim="a job that settled just now has missed minutes, not the whole of an hour",
                series=_world(
                    {
                        "brief": {_RUNS: "1x60", _DELAY: "400x6 10x54"},
                        "longer": {_RUNS: "1x60", _DELAY: "400x14 10x46"},
                    }
                ),
                vectors={
                    "5m": _firing("Fast"),
                    "8m": _firing("Fast"),
                    "14m": _firing("Fast", longer="both Delay"),
                },
            ),
            Case(
                claim="what Prometheus recorded of a job's old name before it was restarted stands in no way",
                series=_LATE | {recorded("drs:job_settled_delay_seconds", job_name="bills"): "10x160"},
                vectors={"2h15m": _firing("Fast", prod="job Delay")},
            ),
            Case(
                claim="it says how much of the time",
                series=_LATE,
                fires={
                    "2h15m": orders(
                        f"{NAMED}: in 26.23% of the time it was further behind its source than its threshold; "
                        "at this pace the 30d are missed."
                    )
                },
                silent=("2h5m",),
                also=("DRSJobDelayHigh", "DRSProjectDelayPromiseFast"),
            ),
        ),
    },
    groups=("drs-job-status", "drs-job-delay", "drs-promises"),
)

_DAYS: Final = "x920"
_EVERY_FOUR_HOURS: Final = " ".join(["10x46 301"] * 20)
_EVERY_HALF_DAY: Final = " ".join(["10x142 301"] * 7)
"""Five minutes late, again and again, for three days, at five minutes a sample."""

SLOW = Subject(
    "promises_days",
    {
        "DRSJobDelayPromiseSlow": (
            Case(
                claim="five minutes in four hours are too much for days, in half a day they are within the promise",
                series=_world(
                    {
                        "often": {_RUNS: f"1{_DAYS}", _DELAY: _EVERY_FOUR_HOURS},
                        "seldom": {_RUNS: f"1{_DAYS}", _DELAY: _EVERY_HALF_DAY},
                    }
                ),
                vectors={"60h": _firing("Slow", often="both Delay"), "75h": _firing("Slow", often="both Delay")},
            ),
        ),
    },
    groups=("drs-job-status", "drs-job-delay", "drs-promises"),
    step="5m",
)
