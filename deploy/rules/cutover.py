"""Ready to cut over: which jobs could be switched over to their target, and what still speaks against it.

What is not known speaks against it. Every condition is asked of candidates only, so that none makes a job appear.
"""

from typing import Final

from deploy.rules.promql import TASKS_FAILED, in_phase, latest
from deploy.rules.rule import Record

_CANDIDATE: Final = "drs:job_cutover_candidate"
_INFO: Final = latest('drs_job_info{db_use_type=~"migration|sync"}')
_ONLY_CHANGES: Final = latest('drs_job_info{task_type="INCR_TRANS"}')
_DELAY: Final = "max by (project, job_id) (last_over_time(drs_job_incremental_delay_seconds[$CUTOVER_HOLD]))"
_DELAY_BEFORE: Final = (
    "max by (project, job_id) (last_over_time(drs_job_incremental_delay_seconds[$CUTOVER_HOLD] offset $CUTOVER_WINDOW))"
)
_HIGHEST_DELAY: Final = "max by (project, job_id) (max_over_time(drs_job_incremental_delay_seconds[$CUTOVER_WINDOW]))"
_REPORTED: Final = latest("drs_job_progress_updated_timestamp_seconds")
_COMPARED: Final = latest("drs_job_compare_timestamp_seconds")
_DIAGNOSED: Final = latest("drs_job_diagnosed_timestamp_seconds")
_ROWS: Final = latest("drs_job_abnormal_rows")
_TO_TRANSFER: Final = latest("drs_job_objects_to_transfer", "object_type")
_TRANSFERRED: Final = latest("drs_job_objects_transferred", "object_type")
_AT_THE_END: Final = latest('drs_job_objects{status="TRANSFER_WHEN_END"}', "object_type")
_PRECHECK: Final = latest("drs_job_precheck_passed")
_SOURCE: Final = latest("drs_job_source_connected")
_TARGET: Final = latest("drs_job_target_connected")


def _results(matcher: str) -> str:
    """The results of the object comparison that match."""
    return latest(f"drs_job_compare_result{{{matcher}}}")


def _component(name: str, status: str = "") -> str:
    """Whether that component has a status that matches."""
    return latest(f'drs_job_component_status{{component="{name}"{status}}}')


def _told(reason: str, condition: str, operator: str = "and") -> str:
    """Candidates of which the condition holds, or `unless` it does, with the reason."""
    return (
        f"label_replace({_CANDIDATE} {operator} on (project, job_id) ({condition}), "
        f'"reason", "{reason}", "", "")'
    )  # fmt: skip


BLOCKERS: Final = {
    "delay_unknown": (
        _told("delay_unknown", _DELAY, "unless"),
        _told("delay_unknown", f"time() - {_REPORTED} > $CUTOVER_REPORT_SECONDS"),
    ),
    "delay_over_threshold": (
        _told(
            "delay_over_threshold",
            f"{_DELAY} > on (project, job_id) "
            f"(drs:job_delay_threshold_seconds or on (project, job_id) {_DELAY} * 0 + $DELAY_WARNING_SECONDS)",
        ),
    ),
    "delay_not_small": (
        _told(
            "delay_not_small",
            f"({_HIGHEST_DELAY} <= $CUTOVER_DELAY_SECONDS) and on (project, job_id) {_DELAY} "
            f"and on (project, job_id) {_DELAY_BEFORE}",
            "unless",
        ),
    ),
    "comparison_missing": (
        _told("comparison_missing", f"{_results('')} and on (project, job_id) {_COMPARED}", "unless"),
        _told("comparison_missing", _results('result=~"COMPARING|WAITING_FOR_COMPARISON"')),
    ),
    "comparison_old": (_told("comparison_old", f"time() - {_COMPARED} > $CUTOVER_COMPARED_SECONDS"),),
    "comparison_inconsistent": (_told("comparison_inconsistent", _results('result="INCONSISTENT"')),),
    "comparison_failed": (
        _told("comparison_failed", _results('result=~"FAILED_TO_COMPARE|TARGET_DB_NOT_EXIST|TIMEOUT_INTERRUPT"')),
        _told("comparison_failed", TASKS_FAILED),
    ),
    "rows_unknown": (_told("rows_unknown", _ROWS, "unless"),),
    "rows_not_applied": (_told("rows_not_applied", f"{_ROWS} > 0"),),
    "objects_unknown": (
        _told(
            "objects_unknown",
            f"({_TO_TRANSFER} and on (project, job_id, object_type) {_TRANSFERRED}) "
            f"or on (project, job_id) {_ONLY_CHANGES}",
            "unless",
        ),
    ),
    "objects_failed": (_told("objects_failed", latest('drs_job_objects{status="FAILED"}')),),
    "objects_outstanding": (
        _told(
            "objects_outstanding",
            f"{_TRANSFERRED} < on (project, job_id, object_type) {_TO_TRANSFER} "
            f"unless on (project, job_id, object_type) {_AT_THE_END}",
        ),
    ),
    "precheck_unknown": (_told("precheck_unknown", _PRECHECK, "unless"),),
    "precheck_failed": (_told("precheck_failed", f"{_PRECHECK} == 0"),),
    "ends_unknown": (_told("ends_unknown", f"{_SOURCE} and on (project, job_id) {_TARGET}", "unless"),),
    "end_unreachable": (_told("end_unreachable", f"{_SOURCE} == 0 or on (project, job_id) {_TARGET} == 0"),),
    "components_unknown": (
        _told(
            "components_unknown", f"{_component('capture')} and on (project, job_id) {_component('apply')}", "unless"
        ),
    ),
    "component_stopped": (_told("component_stopped", latest('drs_job_component_status{status!="STARTED"}')),),
    "diagnosis_old": (_told("diagnosis_old", f"time() - {_DIAGNOSED} > $CUTOVER_DIAGNOSED_SECONDS"),),
}
"""By reason, the expressions that tell of it."""

CANDIDATE: Final = Record(
    name=_CANDIDATE,
    expr=f"max by (project, job_id, job_name) ({in_phase('incremental')}) and on (project, job_id) {_INFO}",
    meaning="1 for each migration and synchronisation that is in its incremental phase: one that could be cut over.",
)

BLOCKER: Final = Record(
    name="drs:job_cutover_blocker",
    expr=" or ".join(expr for exprs in BLOCKERS.values() for expr in exprs),
    meaning="1 for each reason against cutting over such a job now; what is not known is a reason. "
    "[cutover.md](cutover.md) has them all.",
)

READY: Final = Record(
    name="drs:job_cutover_ready",
    expr=f"""
        ({_CANDIDATE} unless on (project, job_id) drs:job_cutover_blocker)
        or on (project, job_id)
        {_CANDIDATE} * 0
    """,
    meaning="1 for each such job against which nothing speaks, 0 for the others; absent for all other jobs.",
)

CUTOVER: Final = (CANDIDATE, BLOCKER, READY)
