"""Ends, rows, components, orders, restarts, objects, recovery points."""

from tests.rules.case import NAMED, Case, Firing, Subject, job, orders, status

_RUNS = {status("INCRE_TRANSFER_STARTED", "incremental"): "1x300"}
_GAP = {status("INCRE_TRANSFER_STARTED", "incremental"): "1x3 stale _x3 1x300"}
_ENDED = {status("RELEASE_RESOURCE_STARTED", "stopping"): "1x300"}
_OWNED = {job("drs_job_tags", tag_owner="orders"): "1x300"}


def _unreachable(end: str, what: str) -> tuple[Case, ...]:
    metric = job(f"drs_job_{end}_connected")
    text = f"The service cannot reach the {end} database of {NAMED}: {what}."
    return (
        Case(
            claim="fires after two readings",
            series=_RUNS | {metric: "0x100"},
            silent=("5m",),
            fires={"6m": orders(text)},
        ),
        Case(claim="one that is reached is fine", series=_RUNS | {metric: "1x100"}, silent=("6m", "1h")),
        Case(
            claim="carries its owner",
            series=_RUNS | _OWNED | {metric: "0x100"},
            fires={"6m": orders(text, tag_owner="orders")},
        ),
        Case(
            claim="a restart does not start the wait anew",
            series=_GAP | {metric: "0x3 stale _x3 0x90"},
            fires={"6m": orders(text)},
        ),
        Case(claim="one bad reading is a hiccup", series=_RUNS | {metric: "1x10 0x4 1x90"}, silent=("17m", "21m")),
        Case(claim="a job that ends needs none", series=_ENDED | {metric: "0x100"}, silent=("6m", "1h")),
    )


_ROWS = job("drs_job_abnormal_rows")


def _rows(number: str) -> tuple[Firing]:
    return orders(f"{number} rows of {NAMED} could not be applied: source and target differ, and it grows.")


_STOPPED = job("drs_job_component_status", component="apply", status="STOPPED")
_FROZEN = job("drs_job_order_status", status="FROZEN_CAN_RENEW")
_OBJECTS = job("drs_job_objects", object_type="VIEW", status="FAILED")
_STILL = orders(f"Component apply of {NAMED} has stopped, though the job is incremental.", component="apply")
_ICE = orders(
    f"The order of {NAMED} is in status FROZEN_CAN_RENEW: the job stands still, and will be released.",
    status="FROZEN_CAN_RENEW",
)
_MISSING = orders(f"Objects of type VIEW of {NAMED} could not be transferred.", object_type="VIEW")
_MEASURED = job("drs_job_rpo_updated_timestamp_seconds")


def _old(age: str) -> tuple[Firing]:
    return orders(f"The recovery point delay of {NAMED} was last measured {age} ago: what it says is not so any more.")


HEALTH = Subject(
    "health",
    {
        "DRSJobSourceUnreachable": _unreachable("source", "no change arrives any more"),
        "DRSJobTargetUnreachable": _unreachable("target", "nothing can be written any more"),
        "DRSJobRowsNotApplied": (
            Case(
                claim="fires while there are more than an hour ago, and for an hour",
                series=_RUNS | {_ROWS: "5x119 6x200"},
                silent=("1h50m", "2h5m", "3h10m"),
                fires={"2h6m": _rows("6"), "2h55m": _rows("6")},
            ),
            Case(
                claim="rows of a job that was not asked before are news",
                series=_RUNS | {_ROWS: "_x99 4x100"},
                silent=("1h44m",),
                fires={"1h45m": _rows("4")},
            ),
            Case(
                claim="rows that were counted before an outage are no news after it, nor an hour later",
                series=_RUNS | {_ROWS: "5x180 stale _x28 5x200"},
                silent=("3h40m", "4h10m", "4h25m"),
            ),
            Case(
                claim="rows that were counted under another name are no news, more of them are",
                series=_RUNS
                | {_ROWS: "5x180 stale", job("drs_job_abnormal_rows", job_name="bills"): "_x181 5x59 6x60"},
                silent=("3h20m", "4h"),
                fires={
                    "4h10m": orders(_rows("6")[0].description.replace("orders", "bills"), job_name="bills"),
                },
            ),
            Case(claim="none is none", series=_RUNS | {_ROWS: "_x99 0x200"}, silent=("1h50m", "4h")),
            Case(claim="fewer than before are none", series=_RUNS | {_ROWS: "9x99 3x200"}, silent=("1h50m", "2h30m")),
            Case(
                claim="a restart does not start the wait anew",
                series=_GAP | {_ROWS: "0x80 1x2 stale _x3 1x50"},
                fires={"1h27m": _rows("1")},
            ),
        ),
        "DRSJobComponentStopped": (
            Case(
                claim="fires after a quarter of an hour",
                series=_RUNS | {_STOPPED: "1x100"},
                silent=("14m",),
                fires={"15m": _STILL},
            ),
            Case(
                claim="one that runs is fine",
                series=_RUNS | {job("drs_job_component_status", component="apply", status="STARTED"): "1x100"},
                silent=("15m", "1h"),
            ),
            Case(
                claim="a restart does not start the wait anew",
                series=_GAP | {_STOPPED: "1x3 stale _x3 1x90"},
                fires={"15m": _STILL},
            ),
            Case(
                claim="a paused job has stopped it on purpose",
                series={status("PAUSING", "paused"): "1x100", _STOPPED: "1x100"},
                silent=("15m", "1h"),
            ),
        ),
        "DRSJobOrderFrozen": (
            Case(
                claim="fires after a quarter of an hour",
                series=_RUNS | {_FROZEN: "1x100"},
                silent=("14m",),
                fires={"15m": _ICE},
            ),
            Case(
                claim="one that is paid is fine",
                series=_RUNS | {job("drs_job_order_status", status="COMPLETED"): "1x100"},
                silent=("15m", "1h"),
            ),
            Case(
                claim="a restart does not start the wait anew",
                series=_GAP | {_FROZEN: "1x3 stale _x3 1x90"},
                fires={"15m": _ICE},
            ),
        ),
        "DRSJobObjectsFailed": (
            Case(
                claim="fires after a quarter of an hour",
                series=_RUNS | {_OBJECTS: "2x100"},
                silent=("14m",),
                fires={"15m": _MISSING},
            ),
            Case(claim="none is none", series=_RUNS | {_OBJECTS: "0x100"}, silent=("15m", "1h")),
            Case(
                claim="a restart does not start the wait anew",
                series=_GAP | {_OBJECTS: "2x3 stale _x3 2x90"},
                fires={"15m": _MISSING},
            ),
            Case(claim="a job that ends is over", series=_ENDED | {_OBJECTS: "2x100"}, silent=("15m", "1h")),
        ),
        "DRSJobRpoFrozen": (
            Case(
                claim="fires half an hour and five minutes after the last measurement",
                series=_RUNS | {_MEASURED: "0x100"},
                silent=("35m",),
                fires={"36m": _old("36m 0s")},
            ),
            Case(claim="one that moves is fine", series=_RUNS | {_MEASURED: "0+60x200"}, silent=("36m", "2h")),
            Case(
                claim="a restart does not start the wait anew",
                series=_GAP | {_MEASURED: "0x32 stale _x2 0x60"},
                fires={"36m": _old("36m 0s")},
            ),
            Case(
                claim="a job that is not incremental measures none",
                series={status("FULL_TRANSFER_STARTED", "full"): "1x100", _MEASURED: "0x100"},
                silent=("36m", "1h"),
            ),
        ),
    },
    groups=("drs-job-status", "drs-job-health"),
)

_EXPIRY = job("drs_job_order_expiry_timestamp_seconds")
_NEEDED = job("drs_job_restart_needed")
_WAITS = orders(f"{NAMED} was changed, and the change counts only after a restart.")


def _ends(in_: str) -> tuple[Firing]:
    return orders(f"The order of {NAMED} ends in {in_}: it is frozen then.")


ORDER = Subject(
    "orders",
    {
        "DRSJobOrderExpiring": (
            Case(
                claim="fires an hour after a week is left",
                series=_RUNS | {_EXPIRY: "608400x100"},
                silent=("1h", "2h"),
                fires={"2h10m": _ends("6d 22h 50m 0s")},
            ),
            Case(
                claim="one that is frozen already says so itself",
                series=_RUNS | {_EXPIRY: "608400x100", _FROZEN: "1x100"},
                silent=("2h10m", "5h"),
            ),
            Case(claim="a month is enough", series=_RUNS | {_EXPIRY: "2592000x100"}, silent=("2h10m", "5h")),
            Case(
                claim="a restart does not start the wait anew",
                series=_RUNS | {_EXPIRY: "608400x8 stale 608400x100"},
                fires={"2h10m": _ends("6d 22h 50m 0s")},
            ),
        ),
        "DRSJobRestartNeeded": (
            Case(
                claim="fires after a day", series=_RUNS | {_NEEDED: "1x300"}, silent=("23h50m",), fires={"24h": _WAITS}
            ),
            Case(claim="none that is needed is none", series=_RUNS | {_NEEDED: "0x300"}, silent=("24h", "30h")),
            Case(
                claim="a restart of the exporter does not start the wait anew",
                series=_RUNS | {_NEEDED: "1x8 stale 1x300"},
                fires={"24h": _WAITS},
            ),
        ),
    },
    groups=("drs-job-status", "drs-job-health"),
    step="10m",
)
