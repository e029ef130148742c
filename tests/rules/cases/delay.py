"""Jobs that run and fall behind: over a threshold, growing, or applying nothing."""

from tests.rules.case import NAMED, Case, Subject, job, orders, status

_RUNS = {status("INCRE_TRANSFER_STARTED", "incremental"): "1x100"}
_DELAY = job("drs_job_incremental_delay_seconds")
_OWN = job("drs_job_incremental_delay_threshold_seconds")
_ROWS = job("drs_job_apply_rows_per_second")


def _behind(delay: str, rest: str = "its owner set no threshold") -> str:
    return f"{NAMED} is {delay} behind its source, and {rest}."


def _over(delay: str, own: str) -> str:
    return f"{NAMED} is {delay} behind its source; its owner set a threshold of {own}."


def _growing(delay: str) -> str:
    return f"{NAMED} falls behind steadily: at this pace it is {delay} behind in 4h, over its limit."


def _idle(delay: str) -> str:
    return f"{NAMED} has applied no row for 15m and is now {delay} behind its source."


def _meaningless(metric: str, value: str) -> tuple[Case, ...]:
    """States of a job in which its delay is no news."""
    return (
        Case(
            claim="not while a full transfer runs",
            series={status("FULL_TRANSFER_STARTED", "full"): "1x20", job(metric): f"{value}x20"},
            silent=("6m", "12m"),
        ),
        Case(
            claim="not while the job is paused",
            series={status("PAUSING", "paused"): "1x20", job(metric): f"{value}x20"},
            silent=("6m", "12m"),
        ),
        Case(
            claim="not once the job is stopped, though its last delay is remembered",
            series={
                status("INCRE_TRANSFER_STARTED", "incremental"): "1x4 stale",
                status("RELEASE_RESOURCE_COMPLETE", "stopped"): "_x5 1x20",
                job(metric): f"{value}x4 stale",
            },
            silent=("6m", "8m"),
        ),
        Case(
            claim="not right after the switch to incremental, nor while the grace lasts",
            series={
                status("FULL_TRANSFER_STARTED", "full"): "1 stale",
                status("INCRE_TRANSFER_STARTED", "incremental"): "_ 1x60",
                job(metric): f"_ {value}x60",
            },
            silent=("7m", "30m", "36m"),
        ),
    )


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
        series=_RUNS | {_OWN: "60x20", _DELAY: "61x20"},
        silent=("5m",),
        fires={"6m": orders(_over("1m 1s", "1m 0s"))},
    ),
    Case(
        claim="the threshold itself is allowed",
        series=_RUNS | {_OWN: "60x20", _DELAY: "60x20"},
        silent=("6m", "15m"),
    ),
    Case(
        claim="an owner who allows an hour is not told of half an hour",
        series=_RUNS | {_OWN: "3600x20", _DELAY: "1900x20"},
        silent=("6m", "15m"),
    ),
    Case(
        claim="the threshold may come from another shard, and its series may pause for an hour",
        series=_RUNS
        | {
            job("drs_job_incremental_delay_threshold_seconds", instance="two"): "60 stale",
            _DELAY: "61x70",
        },
        fires={"1h": orders(_over("1m 1s", "1m 0s"))},
        silent=("1h1m",),
    ),
    Case(
        claim="two replicas make one alert",
        series=_RUNS
        | {
            status("INCRE_TRANSFER_STARTED", "incremental", instance="two"): "1x20",
            _OWN: "60x20",
            job("drs_job_incremental_delay_threshold_seconds", instance="two"): "60x20",
            _DELAY: "61x20",
            job("drs_job_incremental_delay_seconds", instance="two"): "62x20",
        },
        fires={"6m": orders(_over("1m 2s", "1m 0s"))},
    ),
    Case(
        claim="a restart does not start the wait anew",
        series={
            status("INCRE_TRANSFER_STARTED", "incremental"): "1x3 stale _ 1x10",
            _OWN: "60x3 stale _ 60x10",
            _DELAY: "61x3 stale _ 61x10",
        },
        fires={"6m": orders(_over("1m 1s", "1m 0s"))},
    ),
    *_meaningless("drs_job_incremental_delay_seconds", "7200"),
)

_HIGH = (
    Case(
        claim="fires after six minutes over five minutes",
        series=_RUNS | {_DELAY: "301x20"},
        silent=("5m",),
        fires={"6m": orders(_behind("5m 1s"))},
    ),
    Case(claim="five minutes are allowed", series=_RUNS | {_DELAY: "300x20"}, silent=("6m", "15m")),
    Case(
        claim="an owner's threshold stands in its place",
        series=_RUNS | {_DELAY: "301x20", _OWN: "400x20"},
        silent=("6m", "15m"),
    ),
    Case(
        claim="a restart does not start the wait anew",
        series={
            status("INCRE_TRANSFER_STARTED", "incremental"): "1x3 stale _ 1x10",
            _DELAY: "301x3 stale _ 301x10",
        },
        fires={"6m": orders(_behind("5m 1s"))},
    ),
    Case(
        claim="a spike that passes is no alert",
        series=_RUNS | {_DELAY: "2x2 900x5 2x20"},
        silent=("6m", "8m", "10m"),
    ),
    _settled("drs_job_incremental_delay_seconds", "301", _behind("5m 1s")),
    *_meaningless("drs_job_incremental_delay_seconds", "7200"),
)

_CRITICAL = (
    Case(
        claim="fires after six minutes over half an hour",
        series=_RUNS | {_DELAY: "1801x20"},
        silent=("5m",),
        fires={"6m": orders(_behind("30m 1s"))},
        also=("DRSJobDelayHigh",),
    ),
    Case(
        claim="a restart does not start the wait anew",
        series={
            status("INCRE_TRANSFER_STARTED", "incremental"): "1x3 stale _ 1x10",
            _DELAY: "1801x3 stale _ 1801x10",
        },
        fires={"6m": orders(_behind("30m 1s"))},
        also=("DRSJobDelayHigh",),
    ),
    Case(claim="half an hour is allowed", series=_RUNS | {_DELAY: "1800x20"}, silent=("6m", "15m")),
    Case(
        claim="an owner's threshold stands in its place",
        series=_RUNS | {_DELAY: "1801x20", _OWN: "7200x20"},
        silent=("6m", "15m"),
    ),
    *_meaningless("drs_job_incremental_delay_seconds", "7200"),
)

_GROWING = (
    # 0.125 s/s: 225 s after half an hour, 2025 s four hours later
    Case(
        claim="fires when half an hour's growth leads over the limit, long before it",
        series=_RUNS | {_DELAY: "0+7.5x100"},
        silent=("44m",),
        fires={"45m": orders(_growing("35m 37s"))},
    ),
    Case(
        claim="a restart does not start the wait anew",
        series={
            status("INCRE_TRANSFER_STARTED", "incremental"): "1x35 stale _ 1x50",
            _DELAY: "0+7.5x35 stale _ 285+7.5x50",
        },
        fires={"45m": orders(_growing("35m 21s"))},
    ),
    Case(
        claim="growth that stays under the limit for four hours is none",
        series=_RUNS | {_DELAY: "0+6x100"},
        silent=("30m", "45m"),
    ),
    Case(
        claim="an owner's threshold is the limit where there is one",
        series=_RUNS | {_DELAY: "30+2.4x100", _OWN: "600x100"},
        silent=("44m",),
        fires={"45m": orders(_growing("11m 54s"))},
    ),
    Case(
        claim="an owner who allows much is not told early",
        series=_RUNS | {_DELAY: "0+7.5x100", _OWN: "7200x100"},
        silent=("45m", "1h"),
    ),
    Case(
        claim="a minute of delay is too little to count",
        series=_RUNS | {_DELAY: "0+1x100", _OWN: "100x100"},
        silent=("30m", "45m", "1h"),
    ),
    Case(
        claim="the least that counts is over a minute",
        series=_RUNS | {_DELAY: "0+1.5x100", _OWN: "100x100"},
        silent=("40m", "55m"),
        fires={"56m": orders(_growing("7m 24s"))},
    ),
    Case(
        claim="a delay that stays is not one that grows",
        series=_RUNS | {_DELAY: "250x100", _OWN: "240x100"},
        silent=("30m", "1h"),
    ),
    Case(
        claim="without half an hour of history there is no trend",
        series=_RUNS | {_DELAY: "100+20x50"},
        silent=("15m", "30m", "44m"),
    ),
    *_meaningless("drs_job_incremental_delay_seconds", "7200"),
)

_STALLED = (
    Case(
        claim="fires when nothing is applied for a quarter of an hour and the delay grows",
        series=_RUNS | {_ROWS: "0x100", _DELAY: "0+10x100"},
        silent=("19m",),
        fires={"20m": orders(_idle("3m 20s"))},
    ),
    Case(
        claim="a restart is no sign of rows",
        series={
            status("INCRE_TRANSFER_STARTED", "incremental"): "1x15 stale _ 1x20",
            _ROWS: "0x15 stale _ 0x20",
            _DELAY: "0+10x15 stale _ 180+10x20",
        },
        fires={"20m": orders(_idle("3m 20s"))},
    ),
    Case(
        claim="one row in a quarter of an hour is enough",
        series=_RUNS | {_ROWS: "0x10 1 0x12 1 0x10", _DELAY: "0+2x100"},
        silent=("15m", "20m", "25m", "30m"),
    ),
    Case(
        claim="fires a quarter of an hour after the last row",
        series=_RUNS | {_ROWS: "5 0x100", _DELAY: "0+4x100"},
        silent=("20m",),
        fires={"21m": orders(_idle("1m 24s"))},
    ),
    Case(
        claim="a source without changes makes no rows and no delay",
        series=_RUNS | {_ROWS: "0x100", _DELAY: "1x100"},
        silent=("20m", "30m"),
    ),
    Case(
        claim="a delay that falls is being worked on",
        series=_RUNS | {_ROWS: "0x100", _DELAY: "900-6x100"},
        silent=("20m", "30m"),
    ),
    *_meaningless("drs_job_incremental_delay_seconds", "7200"),
)


def _recovery(delay: str, description: str) -> tuple[Case, ...]:
    value, own = job(f"drs_job_{delay}_delay_seconds"), job(f"drs_job_{delay}_delay_threshold_seconds")
    return (
        Case(
            claim="fires after six minutes over five minutes where no threshold is set",
            series=_RUNS | {value: "301x20"},
            silent=("5m",),
            fires={"6m": orders(description.format("5m 1s"))},
        ),
        Case(claim="five minutes are allowed", series=_RUNS | {value: "300x20"}, silent=("6m", "15m")),
        Case(
            claim="fires over the owner's threshold",
            series=_RUNS | {value: "31x20", own: "30x20"},
            silent=("5m",),
            fires={"6m": orders(description.format("31s"))},
        ),
        Case(
            claim="the owner's threshold stands in place of the default",
            series=_RUNS | {value: "600x20", own: "900x20"},
            silent=("6m", "15m"),
        ),
        Case(
            claim="the owner's threshold is remembered for an hour",
            series=_RUNS | {value: "31x70", own: "30 stale"},
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
            series=_RUNS
            | {
                status("INCRE_TRANSFER_STARTED", "incremental", instance="two"): "1x20",
                value: "301x20",
                job(f"drs_job_{delay}_delay_seconds", instance="two"): "305x20",
            },
            fires={"6m": orders(description.format("5m 5s"))},
        ),
        *_meaningless(f"drs_job_{delay}_delay_seconds", "7200"),
    )


DELAY = Subject(
    "delay",
    {
        "DRSJobDelayOverOwnThreshold": _OVER_OWN,
        "DRSJobDelayHigh": _HIGH,
        "DRSJobDelayCritical": _CRITICAL,
        "DRSJobDelayGrowing": _GROWING,
        "DRSJobApplyStalled": _STALLED,
        "DRSJobRpoHigh": _recovery("rpo", f"A disaster now would lose {{}} of changes of {NAMED}."),
        "DRSJobRtoHigh": _recovery(
            "rto", f"A switch-over now would wait {{}} until the target of {NAMED} has caught up."
        ),
    },
    groups=("drs-job-status", "drs-job-delay"),
)
