"""Full disks, slow ends, and machines that are silent."""

from tests.rules.case import NAMED, ORDERS, Case, Firing, Subject, job, orders, series, status
from tests.rules.cases.lagging import OWN, RUNS, meaningless

_LONG = {status("INCRE_TRANSFER_STARTED", "incremental"): "1x400"}
_DISK = job("drs_instance_disk_utilization_ratio")
_OTHER_DISK = job("drs_instance_disk_utilization_ratio", instance="two")
_EXTRACT = job("drs_instance_extract_delay_seconds")
_APPLY = job("drs_instance_apply_delay_seconds")
_ABNORMAL = job("drs_instance_apply_state", state="abnormal")
_DML = job("drs_instance_apply_state", state="dml")
_MEASURED = job("drs_instance_metrics_timestamp_seconds")
_READ = series("drs_exporter_collector_success", project="prod", collector="cloud_eye")

_WRITTEN = f"{NAMED} runs by its status, and Cloud Eye says that writing to its target is abnormal."


def _filling(share: str) -> str:
    return f"The disk under {NAMED} is {share}% full, and at the pace of the last 1h it is full within 4h."


def _full(share: str) -> str:
    return f"The disk under {NAMED} is {share}% full."


def _source(delay: str) -> str:
    return f"Reading the source of {NAMED} lags {delay}; writing to the target is not what holds it up."


def _target(delay: str) -> str:
    return f"Writing to the target of {NAMED} lags {delay}; reading the source is not what holds it up."


# A thousandth a minute is 0.24 in four hours.
_FILLING = (
    Case(
        claim="fires when the growth of an hour leads to a full disk within four, long before it is full",
        series=_LONG | {_DISK: "0.6955+0.001x300"},
        silent=("1h14m",),
        fires={"1h15m": orders(_filling("77.05"))},
    ),
    Case(
        claim="the wait is ten minutes from the moment the trend is seen",
        series=_LONG | {_DISK: "0.6x60 0.602+0.002x200"},
        silent=("1h48m",),
        fires={"1h49m": orders(_filling("69.8"))},
    ),
    Case(
        claim="a restart does not start the wait anew, and two replicas make one alert",
        series={
            status("INCRE_TRANSFER_STARTED", "incremental"): "1x64 stale _x3 1x200",
            _DISK: "0.7+0.002x64 stale _x3 0.838+0.002x200",
            _OTHER_DISK: "0.7+0.002x64 stale _x4 0.838+0.002x200",
        },
        fires={"1h10m": orders(_filling("84"))},
    ),
    Case(
        claim="growth that does not fill it within four hours is none",
        series=_LONG | {_DISK: "0.6+0.0005x300"},
        silent=("1h", "2h", "3h"),
    ),
    Case(
        claim="half full is the least that counts",
        series=_LONG | {_DISK: "0.298+0.004x300"},
        silent=("50m", "1h"),
        fires={"1h1m": orders(_filling("54.2"))},
    ),
    Case(
        claim="growth to exactly half is not over it",
        series=_LONG | {_DISK: "0.1+0.01x39 0.5x100"},
        silent=("50m", "1h"),
    ),
    Case(
        claim="a disk that is full is not filling any more",
        series=_LONG | {_DISK: "1x300"},
        silent=("1h", "2h"),
    ),
    Case(
        claim="growth that ended an hour ago is none",
        series=_LONG | {_DISK: "0.5+0.003x60 0.68x300"},
        silent=("1h50m", "3h"),
    ),
    Case(
        claim="a disk that is used alike is not filling",
        series=_LONG | {_DISK: "0.89x300"},
        silent=("1h", "2h", "3h"),
    ),
    Case(
        claim="what a stopped job left on its disk is nobody's",
        series={status("RELEASE_RESOURCE_COMPLETE", "stopped"): "1x300", _DISK: "0.7+0.001x300"},
        silent=("1h20m", "2h"),
    ),
)

_ALMOST_FULL = (
    Case(
        claim="fires after five minutes over nine tenths",
        series=RUNS | {_DISK: "0.91x100"},
        silent=("4m",),
        fires={"5m": orders(_full("91"))},
    ),
    Case(
        claim="a restart does not start the wait anew, and a failed job's disk counts",
        series={
            status("INCRE_TRANSFER_FAILED", "failed"): "1x2 stale _ 1x20",
            _DISK: "0.91x2 stale _ 0.91x20",
            _OTHER_DISK: "0.91x2 stale _x2 0.91x20",
        },
        fires={"5m": orders(_full("91"))},
        also=("DRSJobIncrementalTransferFailed",),
    ),
    Case(claim="nine tenths is allowed", series=RUNS | {_DISK: "0.9x100"}, silent=("5m", "1h")),
    Case(
        claim="a peak of a few minutes is none",
        series=RUNS | {_DISK: "0.5x5 0.95x3 0.5x50"},
        silent=("8m", "10m", "20m"),
    ),
    Case(
        claim="a stopped job needs no disk",
        series={status("RELEASE_RESOURCE_COMPLETE", "stopped"): "1x100", _DISK: "0.99x100"},
        silent=("5m", "1h"),
    ),
)

_SOURCE = (
    Case(
        claim="fires after six minutes over five minutes of reading delay",
        series=RUNS | {_EXTRACT: "301x100", _APPLY: "1x100"},
        silent=("5m",),
        fires={"6m": orders(_source("5m 1s"))},
    ),
    Case(
        claim="an owner's threshold is the limit where there is one",
        series=RUNS | {_EXTRACT: "61x100", _APPLY: "1x100", OWN: "60x100"},
        silent=("5m",),
        fires={"6m": orders(_source("1m 1s"))},
    ),
    Case(
        claim="a writing delay that holds the reading delay is no slow target",
        series=RUNS | {_EXTRACT: "400x100", _APPLY: "799x100"},
        fires={"6m": orders(_source("6m 40s"))},
    ),
    Case(
        claim="a restart does not start the wait anew, and a delay of writing need not be known",
        series={
            status("INCRE_TRANSFER_STARTED", "incremental"): "1x2 stale _ 1x20",
            _EXTRACT: "400x2 stale _ 400x20",
        },
        fires={"6m": orders(_source("6m 40s"))},
    ),
    Case(claim="five minutes are allowed", series=RUNS | {_EXTRACT: "300x100", _APPLY: "1x100"}, silent=("6m", "1h")),
    Case(
        claim="an owner who allows much is not told",
        series=RUNS | {_EXTRACT: "400x100", _APPLY: "1x100", OWN: "600x100"},
        silent=("6m", "1h"),
    ),
    Case(
        claim="where writing lags twice as much the target is slow",
        series=RUNS | {_EXTRACT: "400x100", _APPLY: "800x100"},
        silent=("6m", "1h"),
    ),
    *meaningless("drs_instance_extract_delay_seconds", "7200"),
)

_TARGET = (
    Case(
        claim="fires after six minutes over five minutes of writing delay",
        series=RUNS | {_APPLY: "301x100", _EXTRACT: "1x100"},
        silent=("5m",),
        fires={"6m": orders(_target("5m 1s"))},
    ),
    Case(
        claim="an owner's threshold is the limit where there is one",
        series=RUNS | {_APPLY: "61x100", _EXTRACT: "1x100", OWN: "60x100"},
        silent=("5m",),
        fires={"6m": orders(_target("1m 1s"))},
    ),
    Case(
        claim="twice what reading lags is the target's",
        series=RUNS | {_EXTRACT: "400x100", _APPLY: "800x100"},
        fires={"6m": orders(_target("13m 20s"))},
    ),
    Case(
        claim="a restart does not start the wait anew, and a delay of reading need not be known",
        series={
            status("INCRE_TRANSFER_STARTED", "incremental"): "1x2 stale _ 1x20",
            _APPLY: "400x2 stale _ 400x20",
        },
        fires={"6m": orders(_target("6m 40s"))},
    ),
    Case(claim="five minutes are allowed", series=RUNS | {_APPLY: "300x100", _EXTRACT: "1x100"}, silent=("6m", "1h")),
    Case(
        claim="a writing delay that is mostly that of reading is the source's",
        series=RUNS | {_APPLY: "799x100", _EXTRACT: "400x100"},
        silent=("6m", "1h"),
    ),
    *meaningless("drs_instance_apply_delay_seconds", "7200"),
)

_ABNORMAL_CASES = (
    Case(
        claim="fires after ten minutes of nothing else",
        series=RUNS | {_ABNORMAL: "1x100"},
        silent=("9m",),
        fires={"10m": orders(_WRITTEN)},
    ),
    Case(
        claim="another state counts for five minutes",
        series=RUNS | {_DML: "1x10 stale", _ABNORMAL: "_x11 1x100"},
        silent=("20m", "25m"),
        fires={"26m": orders(_WRITTEN)},
    ),
    Case(
        claim="a restart does not start the wait anew, and two replicas make one alert",
        series={
            status("INCRE_TRANSFER_STARTED", "incremental"): "1x5 stale _x2 1x30",
            _ABNORMAL: "1x5 stale _x2 1x30",
            job("drs_instance_apply_state", state="abnormal", instance="two"): "1x5 stale _x3 1x30",
        },
        fires={"10m": orders(_WRITTEN)},
    ),
    Case(claim="writing is none", series=RUNS | {_DML: "1x100"}, silent=("10m", "1h")),
    Case(
        claim="a state that comes and goes is none",
        series=RUNS | {_ABNORMAL: "1x3 stale _x2 1x3 stale _x2 1x3", _DML: "_x4 1 stale _x3 1 stale _x3 1x20"},
        silent=("10m", "15m", "20m"),
    ),
    Case(
        claim="of a failed job it is told already",
        series={status("INCRE_TRANSFER_FAILED", "failed"): "1x100", _ABNORMAL: "1x100"},
        silent=("10m", "1h"),
    ),
)

INSTANCES = Subject(
    "instances",
    {
        "DRSInstanceDiskFilling": _FILLING,
        "DRSInstanceDiskAlmostFull": _ALMOST_FULL,
        "DRSJobSourceSlow": _SOURCE,
        "DRSJobTargetSlow": _TARGET,
        "DRSJobApplyAbnormal": _ABNORMAL_CASES,
    },
    groups=("drs-job-status", "drs-job-delay", "drs-instance"),
)

_SILENT = f"Cloud Eye has had no datapoint of {NAMED} since 2020-09-13 12:26:40 +0000 UTC, though the job runs."
_STAMP = "1.6e9"

MISSING = Subject(
    "missing",
    {
        "DRSInstanceMetricsMissing": (
            Case(
                claim="fires after a quarter of an hour without a datapoint, beyond the ten minutes that one counts",
                series=RUNS | {_MEASURED: f"{_STAMP}x10 stale", _READ: "1x100"},
                silent=("35m",),
                fires={"36m": orders(_SILENT)},
            ),
            Case(
                claim="a restart does not start the wait anew",
                series={
                    status("INCRE_TRANSFER_STARTED", "incremental"): "1x25 stale _x3 1x30",
                    _MEASURED: f"{_STAMP}x10 stale",
                    _READ: "1x25 stale _x3 1x30",
                },
                fires={"36m": orders(_SILENT)},
            ),
            Case(
                claim="a datapoint is one, and two replicas make no difference",
                series=RUNS
                | {
                    _MEASURED: f"{_STAMP}x10 stale",
                    job("drs_instance_metrics_timestamp_seconds", instance="two"): f"{_STAMP}x100",
                    _READ: "1x100",
                },
                silent=("35m", "1h"),
            ),
            Case(claim="a job that never had one is none", series=RUNS | {_READ: "1x100"}, silent=("35m", "1h")),
            Case(
                claim="not while Cloud Eye does not answer",
                series=RUNS | {_MEASURED: f"{_STAMP}x10 stale", _READ: "0x100"},
                silent=("35m", "1h"),
            ),
            Case(
                claim="a paused job's machine may be silent",
                series={
                    status("PAUSING", "paused"): "1x100",
                    _MEASURED: f"{_STAMP}x10 stale",
                    _READ: "1x100",
                },
                silent=("35m", "1h"),
            ),
        ),
    },
    groups=("drs-job-status", "drs-instance"),
)

REMEMBERED = Subject(
    "remembered",
    {
        "DRSInstanceMetricsMissing": (
            Case(
                claim="is news for a day",
                series={
                    status("INCRE_TRANSFER_STARTED", "incremental"): "1x300",
                    _MEASURED: f"{_STAMP}x6 stale",
                    _READ: "1x300",
                },
                fires={"23h": (Firing(ORDERS, _SILENT),)},
                silent=("25h10m",),
            ),
        ),
    },
    groups=("drs-job-status", "drs-instance"),
    step="10m",
)
