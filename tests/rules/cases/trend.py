"""Jobs that fall behind more and more, or apply nothing at all."""

from tests.rules.case import NAMED, Case, Subject, job, orders, recorded, status
from tests.rules.cases.lagging import DELAY, OWN, RUNS, meaningless

_ROWS = job("drs_job_apply_rows_per_second")


def _growing(delay: str) -> str:
    return f"{NAMED} falls behind steadily: at this pace it is {delay} behind in 4h, over its limit."


def _idle(delay: str) -> str:
    return f"{NAMED} has applied no row for 15m and is now {delay} behind its source."


_GROWING = (
    # 0.125 s/s: 225 s after half an hour, 2025 s four hours later
    Case(
        claim="fires when half an hour's growth leads over the limit, long before it",
        series=RUNS | {DELAY: "0+7.5x100"},
        silent=("44m",),
        fires={"45m": orders(_growing("35m 37s"))},
    ),
    Case(
        claim="a restart does not start the wait anew",
        series={
            status("INCRE_TRANSFER_STARTED", "incremental"): "1x35 stale _ 1x50",
            DELAY: "0+7.5x35 stale _ 285+7.5x50",
        },
        fires={"45m": orders(_growing("35m 21s"))},
    ),
    Case(
        claim="what Prometheus recorded of the job's old name before it was restarted stands in no way",
        series=RUNS | {DELAY: "0+7.5x100", recorded("drs:job_settled_delay_seconds", job_name="bills"): "0x100"},
        fires={"45m": orders(_growing("35m 37s"))},
    ),
    Case(
        claim="growth that stays under the limit for four hours is none",
        series=RUNS | {DELAY: "0+6x100"},
        silent=("30m", "45m"),
    ),
    Case(
        claim="an owner's threshold is the limit where there is one",
        series=RUNS | {DELAY: "30+2.4x100", OWN: "600x100"},
        silent=("44m",),
        fires={"45m": orders(_growing("11m 54s"))},
    ),
    Case(
        claim="an owner who allows much is not told early",
        series=RUNS | {DELAY: "0+7.5x100", OWN: "7200x100"},
        silent=("45m", "1h"),
    ),
    Case(
        claim="a minute of delay is too little to count",
        series=RUNS | {DELAY: "0+1x100", OWN: "100x100"},
        silent=("30m", "45m", "1h"),
    ),
    Case(
        claim="the least that counts is over a minute",
        series=RUNS | {DELAY: "0+1.5x100", OWN: "100x100"},
        silent=("40m", "55m"),
        fires={"56m": orders(_growing("7m 24s"))},
    ),
    Case(
        claim="a delay that stays is not one that grows",
        series=RUNS | {DELAY: "250x100", OWN: "240x100"},
        silent=("30m", "1h"),
    ),
    Case(
        claim="without half an hour of history there is no trend",
        series=RUNS | {DELAY: "100+20x50"},
        silent=("15m", "30m", "44m"),
    ),
    *meaningless("drs_job_incremental_delay_seconds", "7200"),
)

_STALLED = (
    Case(
        claim="fires when nothing is applied for a quarter of an hour and the delay grows",
        series=RUNS | {_ROWS: "0x100", DELAY: "0+10x100"},
        silent=("19m",),
        fires={"20m": orders(_idle("3m 20s"))},
    ),
    Case(
        claim="a restart is no sign of rows",
        series={
            status("INCRE_TRANSFER_STARTED", "incremental"): "1x15 stale _ 1x20",
            _ROWS: "0x15 stale _ 0x20",
            DELAY: "0+10x15 stale _ 180+10x20",
        },
        fires={"20m": orders(_idle("3m 20s"))},
    ),
    Case(
        claim="one row in a quarter of an hour is enough",
        series=RUNS | {_ROWS: "0x10 1 0x12 1 0x10", DELAY: "0+2x100"},
        silent=("15m", "20m", "25m", "30m"),
    ),
    Case(
        claim="fires a quarter of an hour after the last row",
        series=RUNS | {_ROWS: "5 0x100", DELAY: "0+4x100"},
        silent=("20m",),
        fires={"21m": orders(_idle("1m 24s"))},
    ),
    Case(
        claim="a source without changes makes no rows and no delay",
        series=RUNS | {_ROWS: "0x100", DELAY: "1x100"},
        silent=("20m", "30m"),
    ),
    Case(
        claim="a delay that falls is being worked on",
        series=RUNS | {_ROWS: "0x100", DELAY: "900-6x100"},
        silent=("20m", "30m"),
    ),
    *meaningless("drs_job_incremental_delay_seconds", "7200"),
)


TREND = Subject(
    "trend",
    {
        "DRSJobDelayGrowing": _GROWING,
        "DRSJobApplyStalled": _STALLED,
    },
    groups=("drs-job-status", "drs-job-delay"),
)
