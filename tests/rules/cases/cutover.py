"""What speaks against cutting over, one reason at a time, and that nothing else does."""

from typing import Final, NamedTuple

from tests.rules.case import ORDERS, Case, Series, Subject, job, status

_DELAY: Final = job("drs_job_incremental_delay_seconds")
_REPORTED: Final = job("drs_job_progress_updated_timestamp_seconds")
_LIMIT: Final = job("drs_job_incremental_delay_threshold_seconds")
_COMPARED: Final = job("drs_job_compare_timestamp_seconds")
_DIAGNOSED: Final = job("drs_job_diagnosed_timestamp_seconds")
_ROWS: Final = job("drs_job_abnormal_rows")
_TABLES: Final = job("drs_job_objects_to_transfer", object_type="TABLE")
_TABLES_DONE: Final = job("drs_job_objects_transferred", object_type="TABLE")
_PRECHECK: Final = job("drs_job_precheck_passed")
_SOURCE: Final = job("drs_job_source_connected")
_TARGET: Final = job("drs_job_target_connected")
_FAILED_TASKS: Final = job("drs_job_compare_tasks", comparison="lines", status="FAILED")

_LONG: Final = "1x60"
_NOW: Final = "0+60x60"
"""A time that is now at every sample."""
_AT: Final = "20m"


def _past(seconds: int) -> str:
    """A time that many seconds before the minute 20, at every sample."""
    return f"{1200 - seconds}x60"


def _info(db_use_type: str = "sync", task_type: str = "FULL_INCR_TRANS") -> str:
    return job("drs_job_info", db_use_type=db_use_type, task_type=task_type, parent_id="")


def _result(result: str, object_type: str = "TABLE") -> str:
    return job("drs_job_compare_result", object_type=object_type, result=result)


def _component(component: str, state: str = "STARTED") -> str:
    return job("drs_job_component_status", component=component, status=state)


def _objects(state: str, object_type: str = "TABLE") -> str:
    return job("drs_job_objects", object_type=object_type, status=state)


_RUNS: Final = status("INCRE_TRANSFER_STARTED", "incremental")
_READY: Final[dict[str, str]] = {
    _RUNS: _LONG,
    _info(): _LONG,
    _DELAY: "10x60",
    _REPORTED: _NOW,
    _COMPARED: _NOW,
    _result("CONSISTENT"): _LONG,
    _ROWS: "0x60",
    _TABLES: "7x60",
    _TABLES_DONE: "7x60",
    _objects("COMPLETED"): _LONG,
    _PRECHECK: _LONG,
    _SOURCE: _LONG,
    _TARGET: _LONG,
    _component("capture"): _LONG,
    _component("apply"): _LONG,
    _DIAGNOSED: _NOW,
}
"""A job against which nothing speaks, with a delay that is just small enough."""


class _Told(NamedTuple):
    """A job that differs from the one that is ready, and the reasons there must be; None where it is no candidate."""

    claim: str
    changes: Series
    reasons: tuple[str, ...] | None = ()
    without: tuple[str, ...] = ()


_UNKNOWN: Final = (
    "delay_unknown", "delay_not_small", "comparison_missing", "rows_unknown", "objects_unknown", "precheck_unknown",
    "ends_unknown", "components_unknown",
)  # fmt: skip
_EACH: Final = (
    _Told("ready", {}),
    _Told("nothing else known", {}, _UNKNOWN, tuple(_READY.keys() - {_RUNS, _info()})),
    _Told("disaster recovery", {_info("cloudDataGuard"): _LONG}, None, (_info(),)),
    _Told("full transfer", {status("FULL_TRANSFER_STARTED", "full"): _LONG}, None, (_RUNS,)),
    _Told("a migration", {_info("migration"): _LONG}, (), (_info(),)),
    _Told("a gap of minutes", {_DELAY: "10x16 stale _x2 10x60", _ROWS: "0x12 stale _x20"}),
    _Told("no delay for long", {_DELAY: "10x14 stale"}, ("delay_unknown", "delay_not_small")),
    _Told("measured no more", {_REPORTED: _past(601)}, ("delay_unknown",)),
    _Told("measured ten minutes ago", {_REPORTED: _past(600)}),
    _Told("over the limit of all", {_DELAY: "301x60"}, ("delay_over_threshold", "delay_not_small")),
    _Told("at the limit of all", {_DELAY: "300x60"}, ("delay_not_small",)),
    _Told("over its own limit", {_LIMIT: "9x60"}, ("delay_over_threshold",)),
    _Told("at its own limit", {_LIMIT: "10x60"}),
    _Told("a higher limit counts", {_DELAY: "301x60", _LIMIT: "600x60"}, ("delay_not_small",)),
    _Told("never compared", {}, ("comparison_missing",), (_result("CONSISTENT"),)),
    _Told("compared, but when", {}, ("comparison_missing",), (_COMPARED,)),
    _Told("one type left", {_result("WAITING_FOR_COMPARISON", "VIEW"): _LONG}, ("comparison_missing",)),
    _Told("one type cannot be compared", {_result("CAN_NOT_COMPARE", "VIEW"): _LONG}),
    _Told("compared a day ago", {_COMPARED: _past(86400)}),
    _Told("compared before that", {_COMPARED: _past(86401)}, ("comparison_old",)),
    _Told("a difference", {_result("INCONSISTENT", "VIEW"): _LONG}, ("comparison_inconsistent",)),
    _Told("nothing to compare with", {_result("TARGET_DB_NOT_EXIST", "DB"): _LONG}, ("comparison_failed",)),
    _Told("comparing data failed", {_FAILED_TASKS: "_x14 1x60"}, ("comparison_failed",)),
    _Told("comparing data did not fail", {_FAILED_TASKS: "0x60"}),
    _Told("rows not known", {}, ("rows_unknown",), (_ROWS,)),
    _Told("one row", {_ROWS: "1x60"}, ("rows_not_applied",)),
    _Told("objects not counted", {}, ("objects_unknown",), (_TABLES,)),
    _Told("arrivals not counted", {}, ("objects_unknown",), (_TABLES_DONE,)),
    _Told("only changes", {_info(task_type="INCR_TRANS"): _LONG}, (), (_info(), _TABLES, _TABLES_DONE)),
    _Told("an object failed", {_objects("FAILED"): _LONG}, ("objects_failed",)),
    _Told("an object outstanding", {_TABLES_DONE: "6x60"}, ("objects_outstanding",)),
    _Told("more than asked for", {_TABLES_DONE: "8x60"}),
    _Told(
        "some come at the end",
        {
            job("drs_job_objects_to_transfer", object_type="EVENT"): "3x60",
            job("drs_job_objects_transferred", object_type="EVENT"): "0x60",
            _objects("TRANSFER_WHEN_END", "EVENT"): _LONG,
        },
    ),
    _Told("never checked", {}, ("precheck_unknown",), (_PRECHECK,)),
    _Told("check failed", {_PRECHECK: "0x60"}, ("precheck_failed",)),
    _Told("source not known", {}, ("ends_unknown",), (_SOURCE,)),
    _Told("target not known", {}, ("ends_unknown",), (_TARGET,)),
    _Told("source lost", {_SOURCE: "0x60"}, ("end_unreachable",)),
    _Told("target lost", {_TARGET: "0x60"}, ("end_unreachable",)),
    _Told("apply not known", {}, ("components_unknown",), (_component("apply"),)),
    _Told("capture not known", {}, ("components_unknown",), (_component("capture"),)),
    _Told(
        "apply stopped", {_component("apply", "STOPPED"): _LONG}, ("component_stopped",), (_component("apply"),)
    ),
    _Told("asked an hour ago", {_DIAGNOSED: _past(3600)}),
    _Told("asked before that", {_DIAGNOSED: _past(3601)}, ("diagnosis_old",)),
    _Told("two replicas", {name.replace('"one"', '"two"'): values for name, values in _READY.items()}),
)  # fmt: skip


def _named(series: str, name: str) -> str:
    """The series as one of the job of that name."""
    return series.replace('job_id="j1",job_name="orders"', f'job_id="{name}",job_name="{name}"')


def _recorded(name: str, **labels: str) -> str:
    pairs = ",".join(f'{label}="{value}"' for label, value in (ORDERS | labels).items())
    return f"drs:job_cutover_{name}{{{pairs}}}"


def _told(*reasons: str) -> dict[str, Series]:
    """What is recorded of the job when exactly these reasons speak against it."""
    return {
        "drs:job_cutover_blocker": {_recorded("blocker", reason=reason): "1" for reason in reasons},
        "drs:job_cutover_ready": {_recorded("ready"): "0" if reasons else "1"},
    }


def _all_told() -> Case:
    """Every job of the table in one world: one evaluation for all of them."""
    series: dict[str, str] = {}
    blockers: dict[str, str] = {}
    ready: dict[str, str] = {}
    for one in _EACH:
        mine = {name: values for name, values in _READY.items() if name not in one.without} | dict(one.changes)
        series |= {_named(name, one.claim): values for name, values in mine.items()}
        for reason in one.reasons or ():
            blockers[_named(_recorded("blocker", reason=reason), one.claim)] = "1"
        if one.reasons is not None:
            ready[_named(_recorded("ready"), one.claim)] = "0" if one.reasons else "1"
    vectors = {"drs:job_cutover_blocker": blockers, "drs:job_cutover_ready": ready}
    return Case(claim="each job is told its own reasons and no others", series=series, vectors={_AT: vectors})


_GONE: Final[dict[str, Series]] = {"drs:job_cutover_blocker": {}, "drs:job_cutover_ready": {}}
_DAYS: Final = "x320"

CUTOVER = Subject(
    "cutover",
    {
        "drs:job_cutover_ready": (
            Case(
                claim="ready once the delay was small for a quarter of an hour, until it was not",
                series=_READY | {_DELAY: "10x20 11 10x60"},
                vectors={
                    "14m": _told("delay_not_small"),
                    "15m": _told(),
                    "20m": _told(),
                    "21m": _told("delay_not_small"),
                    "35m": _told("delay_not_small"),
                    "37m": _told(),
                },
            ),
            _all_told(),
            Case(
                claim="when everything falls silent, nothing is ready for longer than the last delay stands",
                series={name: values.replace("x60", "x16") + " stale" for name, values in _READY.items()},
                vectors={_AT: _told(), "22m": _told("delay_unknown", "delay_not_small"), "27m": _GONE},
            ),
        )
    },
    groups=("drs-job-status", "drs-job-delay", "drs-job-cutover"),
)

TASKS = Subject(
    "cutover_tasks",
    {
        "drs:job_cutover_ready": (
            Case(
                claim="one more comparison of data that failed is news for a day",
                series={name: values.replace("x60", _DAYS) for name, values in _READY.items()}
                | {
                    _REPORTED: f"0+300{_DAYS}",
                    _COMPARED: f"0+300{_DAYS}",
                    _DIAGNOSED: f"0+300{_DAYS}",
                    _FAILED_TASKS: "1x299 2x300",
                },
                vectors={"12h": _told("comparison_failed"), "24h30m": _told(), "25h30m": _told("comparison_failed")},
            ),
        )
    },
    groups=("drs-job-status", "drs-job-delay", "drs-job-cutover"),
    step="5m",
)
