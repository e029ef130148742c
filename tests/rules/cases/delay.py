"""Jobs that run and are behind: over the owner's threshold, else over the defaults."""

from deploy.rules.promql import STATUS
from tests.rules.case import NAMED, Case, Subject, job, orders, recorded, status
from tests.rules.cases.lagging import DELAY, OWN, RUNS, meaningless

_OLD_NAME = {
    recorded(STATUS, status="INCRE_TRANSFER_STARTED", phase="incremental", job_name="bills"): "-1x100",
    recorded("drs:job_settled", job_name="bills"): "1x100",
}


def _behind(delay: str, rest: str = "its owner set no threshold") -> str:
    return f"{NAMED} is {delay} behind its source, and {rest}."


def _over(delay: str, own: str) -> str:
    return f"{NAMED} is {delay} behind its source; its owner set a threshold of {own}."


def _settled(metric: str, value: str, description: str) -> Case:
    """The grace is over: what is still behind is told."""
    return Case(
        claim="fires once the grace after the switch is over",
        series={
            status("FULL_TRANSFER_STARTED", "full"): "1 stale",
            status("INCRE_TRANSFER_STARTED", "incremental"): "_ 1x60",
            job(metric): f"_ {value}x60",
        },
        silent=("36m",),
        fires={"37m": orders(description)},
    )


_OVER_OWN = (
    Case(
        claim="fires after six minutes over the owner's threshold",
        series=RUNS | {OWN: "60x20", DELAY: "61x20"},
        silent=("5m",),
        fires={"6m": orders(_over("1m 1s", "1m 0s"))},
    ),
    Case(
        claim="the threshold itself is allowed",
        series=RUNS | {OWN: "60x20", DELAY: "60x20"},
        silent=("6m", "15m"),
    ),
    Case(
        claim="an owner who allows an hour is not told of half an hour",
        series=RUNS | {OWN: "3600x20", DELAY: "1900x20"},
        silent=("6m", "15m"),
    ),
    Case(
        claim="the threshold may come from another shard, and its series may pause for an hour",
        series=RUNS
        | {
            job("drs_job_incremental_delay_threshold_seconds", instance="two"): "60 stale",
            DELAY: "61x70",
        },
        fires={"1h": orders(_over("1m 1s", "1m 0s"))},
        silent=("1h1m",),
    ),
    Case(
        claim="two replicas make one alert",
        series=RUNS
        | {
            status("INCRE_TRANSFER_STARTED", "incremental", instance="two"): "1x20",
            OWN: "60x20",
            job("drs_job_incremental_delay_threshold_seconds", instance="two"): "60x20",
            DELAY: "61x20",
            job("drs_job_incremental_delay_seconds", instance="two"): "62x20",
        },
        fires={"6m": orders(_over("1m 2s", "1m 0s"))},
    ),
    Case(
        claim="a restart does not start the wait anew",
        series={
            status("INCRE_TRANSFER_STARTED", "incremental"): "1x3 stale _ 1x10",
            OWN: "60x3 stale _ 60x10",
            DELAY: "61x3 stale _ 61x10",
        },
        fires={"6m": orders(_over("1m 1s", "1m 0s"))},
    ),
    *meaningless("drs_job_incremental_delay_seconds", "7200"),
)

_HIGH = (
    Case(
        claim="fires after six minutes over five minutes",
        series=RUNS | {DELAY: "301x20"},
        silent=("5m",),
        fires={"6m": orders(_behind("5m 1s"))},
    ),
    Case(claim="five minutes are allowed", series=RUNS | {DELAY: "300x20"}, silent=("6m", "15m")),
    Case(
        claim="an owner's threshold stands in its place",
        series=RUNS | {DELAY: "301x20", OWN: "400x20"},
        silent=("6m", "15m"),
    ),
    Case(
        claim="a restart does not start the wait anew",
        series={
            status("INCRE_TRANSFER_STARTED", "incremental"): "1x3 stale _ 1x10",
            DELAY: "301x3 stale _ 301x10",
        },
        fires={"6m": orders(_behind("5m 1s"))},
    ),
    Case(
        claim="what Prometheus recorded of the job's old name before it was restarted stands in no way",
        series=RUNS | _OLD_NAME | {DELAY: "301x20"},
        fires={"6m": orders(_behind("5m 1s"))},
    ),
    Case(
        claim="a spike that passes is no alert",
        series=RUNS | {DELAY: "2x2 900x5 2x20"},
        silent=("6m", "8m", "10m"),
    ),
    _settled("drs_job_incremental_delay_seconds", "301", _behind("5m 1s")),
    *meaningless("drs_job_incremental_delay_seconds", "7200"),
)

_CRITICAL = (
    Case(
        claim="fires after six minutes over half an hour",
        series=RUNS | {DELAY: "1801x20"},
        silent=("5m",),
        fires={"6m": orders(_behind("30m 1s"))},
        also=("DRSJobDelayHigh",),
    ),
    Case(
        claim="a restart does not start the wait anew",
        series={
            status("INCRE_TRANSFER_STARTED", "incremental"): "1x3 stale _ 1x10",
            DELAY: "1801x3 stale _ 1801x10",
        },
        fires={"6m": orders(_behind("30m 1s"))},
        also=("DRSJobDelayHigh",),
    ),
    Case(claim="half an hour is allowed", series=RUNS | {DELAY: "1800x20"}, silent=("6m", "15m")),
    Case(
        claim="an owner's threshold stands in its place",
        series=RUNS | {DELAY: "1801x20", OWN: "7200x20"},
        silent=("6m", "15m"),
    ),
    *meaningless("drs_job_incremental_delay_seconds", "7200"),
)

LIMITS = Subject(
    "delay",
    {
        "DRSJobDelayOverOwnThreshold": _OVER_OWN,
        "DRSJobDelayHigh": _HIGH,
        "DRSJobDelayCritical": _CRITICAL,
    },
    groups=("drs-job-status", "drs-job-delay"),
)
