"""Disaster recovery jobs over their thresholds."""

from tests.rules.case import NAMED, Case, Subject, job, orders, status
from tests.rules.cases.lagging import RUNS, meaningless


def _recovery(delay: str, description: str) -> tuple[Case, ...]:
    value, own = job(f"drs_job_{delay}_delay_seconds"), job(f"drs_job_{delay}_delay_threshold_seconds")
    return (
        Case(
            claim="fires after six minutes over five minutes where no threshold is set",
            series=RUNS | {value: "301x20"},
            silent=("5m",),
            fires={"6m": orders(description.format("5m 1s"))},
        ),
        Case(claim="five minutes are allowed", series=RUNS | {value: "300x20"}, silent=("6m", "15m")),
        Case(
            claim="fires over the owner's threshold",
            series=RUNS | {value: "31x20", own: "30x20"},
            silent=("5m",),
            fires={"6m": orders(description.format("31s"))},
        ),
        Case(
            claim="the owner's threshold stands in place of the default",
            series=RUNS | {value: "600x20", own: "900x20"},
            silent=("6m", "15m"),
        ),
        Case(
            claim="the owner's threshold is remembered for an hour",
            series=RUNS | {value: "31x70", own: "30 stale"},
            fires={"1h": orders(description.format("31s"))},
            silent=("1h1m",),
        ),
        Case(
            claim="a restart does not start the wait anew",
            series={
                status("INCRE_TRANSFER_STARTED", "incremental"): "1x3 stale _ 1x10",
                value: "301x3 stale _ 301x10",
            },
            fires={"6m": orders(description.format("5m 1s"))},
        ),
        Case(
            claim="two replicas make one alert",
            series=RUNS
            | {
                status("INCRE_TRANSFER_STARTED", "incremental", instance="two"): "1x20",
                value: "301x20",
                job(f"drs_job_{delay}_delay_seconds", instance="two"): "305x20",
            },
            fires={"6m": orders(description.format("5m 5s"))},
        ),
        *meaningless(f"drs_job_{delay}_delay_seconds", "7200"),
    )


RECOVERY = Subject(
    "recovery",
    {
        "DRSJobRpoHigh": _recovery("rpo", f"A disaster now would lose {{}} of changes of {NAMED}."),
        "DRSJobRtoHigh": _recovery(
            "rto", f"A switch-over now would wait {{}} until the target of {NAMED} has caught up."
        ),
    },
    groups=("drs-job-status", "drs-job-delay"),
)
