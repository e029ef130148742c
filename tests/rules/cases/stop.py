"""The service's own stop: how long a job has been failing, and how near the end of that is."""

from deploy.rules.promql import STATUS
from tests.rules.case import NAMED, Case, Subject, job, orders, recorded, status

_FAILED = status("INCRE_TRANSFER_FAILED", "failed")
_RUNS = status("INCRE_TRANSFER_STARTED", "incremental")
_LIMIT = job("drs_job_abnormal_limit_seconds")
_SINCE = 'drs:job_failed_since_timestamp_seconds{job_id="j1",project="prod"}'
_LIMIT_KEPT = 'drs:job_abnormal_limit_seconds{job_id="j1",project="prod"}'
_PAGE = ("DRSJobIncrementalTransferFailed",)


def _approaching(share: str) -> str:
    return f"{NAMED} has used {share}% of the time after which the service stops a failed job for good."


def _imminent(share: str) -> str:
    return (
        f"{NAMED} has used {share}% of the time after which the service stops a failed job for good: "
        "then only a new job with a new full transfer helps."
    )


# A limit of 8000 s: three quarters are 1 h 40 min, nine tenths 2 h.
STOP = Subject(
    "stop",
    {
        "DRSJobStopApproaching": (
            Case(
                claim="fires a quarter of an hour after three quarters of the time",
                series={_FAILED: "1x100", _LIMIT: "8000x100"},
                silent=("1h40m", "1h55m"),
                fires={"2h": orders(_approaching("90"))},
                also=_PAGE,
            ),
            Case(
                claim="the limit may come from another shard, and be lost later",
                series={_FAILED: "1x100", job("drs_job_abnormal_limit_seconds", instance="two"): "8000x5 stale"},
                fires={"2h": orders(_approaching("90"))},
                also=_PAGE,
                records={"2h": {_LIMIT_KEPT: 8000}},
            ),
            Case(
                claim="a recovery starts the clock anew",
                series={
                    _FAILED: "1x10 stale _ 1x100",
                    _RUNS: "_x11 1 stale",
                    _LIMIT: "8000x100",
                },
                silent=("2h", "2h30m", "3h"),
                fires={"3h5m": orders(_approaching("90"))},
                also=_PAGE,
                records={"50m": {_SINCE: 0}, "2h": {_SINCE: 3900}},
            ),
            Case(
                claim="another failure goes on with the clock",
                series={
                    _FAILED: "1x10 stale",
                    status("RELEASE_RESOURCE_FAILED", "failed"): "_x11 1x100",
                    _LIMIT: "8000x100",
                },
                fires={"2h": orders(_approaching("90"))},
                also=("DRSJobReleaseFailed",),
            ),
            Case(
                claim="what Prometheus recorded before it was restarted stands in no way",
                series={
                    _FAILED: "1x100",
                    recorded(STATUS, status="RELEASE_RESOURCE_FAILED", phase="failed"): "-1x100",
                    _LIMIT: "8000x100",
                },
                fires={"2h": orders(_approaching("90"))},
                also=(*_PAGE, "DRSJobReleaseFailed"),
            ),
            Case(
                claim="a failed creation has no such clock",
                series={status("CREATE_FAILED", "failed"): "1x100", _LIMIT: "8000x100"},
                silent=("2h", "3h"),
            ),
            Case(
                claim="two replicas make one alert",
                series={
                    _FAILED: "1x100",
                    status("INCRE_TRANSFER_FAILED", "failed", instance="two"): "1x100",
                    _LIMIT: "8000x100",
                    job("drs_job_abnormal_limit_seconds", instance="two"): "8000x100",
                },
                fires={"2h": orders(_approaching("90"))},
                also=_PAGE,
            ),
            Case(
                claim="a running job has no end to fear",
                series={_RUNS: "1x100", _LIMIT: "8000x100"},
                silent=("2h", "3h"),
            ),
        ),
        "DRSJobStopImminent": (
            Case(
                claim="fires a quarter of an hour after nine tenths of the time",
                series={_FAILED: "1x100", _LIMIT: "8000x100"},
                silent=("2h", "2h15m"),
                fires={"2h20m": orders(_imminent("105"))},
                also=(*_PAGE, "DRSJobStopApproaching"),
            ),
            Case(
                claim="a restart does not start the wait anew",
                series={_FAILED: "1x25 stale 1x100", _LIMIT: "8000x25 stale 8000x100"},
                fires={"2h20m": orders(_imminent("105"))},
                also=(*_PAGE, "DRSJobStopApproaching"),
            ),
            Case(
                claim="three quarters of the time are no reason yet",
                series={_FAILED: "1x100", _LIMIT: "9600x100"},
                silent=("2h15m", "2h20m"),
            ),
        ),
    },
    groups=("drs-job-status",),
    step="5m",
)


CLOCK = Subject(
    "clock",
    {
        "DRSJobStopApproaching": (
            Case(
                claim="without a limit it is the service's fourteen days",
                series={_FAILED: "1x10", _SINCE: "-907200"},
                silent=("0m",),
                fires={"1h": orders(_approaching("75.3"))},
                also=_PAGE,
                records={"1h": {_LIMIT_KEPT: 1209600, _SINCE: -907200}},
            ),
            Case(
                claim="the clock goes on over a weekend without monitoring",
                series={_FAILED: "1 stale _x140 1x20", _LIMIT: "86400 stale"},
                fires={"75h": orders(_approaching("312.5"))},
                also=(*_PAGE, "DRSJobStopImminent"),
                records={"71h": {_SINCE: 0, _LIMIT_KEPT: 86400}, "75h": {_SINCE: 0}},
            ),
            Case(
                claim="a recovery at the end of the weekend starts it anew",
                series={_FAILED: "1 stale _x95 1x40", _RUNS: "_x96 1 stale", _LIMIT: "86400x200"},
                silent=("65h",),
                records={"50h": {_SINCE: 174600}, "65h": {_SINCE: 174600}},
            ),
            Case(
                claim="what happened longer ago is forgotten",
                series={_FAILED: "1 stale _x150 1x20", _LIMIT: "86400 stale"},
                silent=("80h",),
                records={"80h": {_SINCE: 273600, _LIMIT_KEPT: 1209600}},
            ),
        ),
    },
    groups=("drs-job-status",),
    step="30m",
)
