"""What, as far as the API tells, still speaks against switching over to a job's target; what it does not tell does."""

from collections.abc import Iterator
from typing import Final

from drs_exporter.job_detail import BEING_COMPARED, Detail
from drs_exporter.snapshot import Diagnosis, Job
from drs_exporter.status import Phase

CANDIDATES: Final = frozenset({"migration", "sync"})
"""Scenarios that end with a switch to the target."""

DELAY_LIMIT: Final = 300
"""Seconds of delay that are too many where the owner named no threshold."""

SMALL_DELAY: Final = 10
"""Seconds of delay up to which a source that stops writing is caught up with at once."""

OLDEST_REPORT: Final = 600
"""Age in seconds of the service's last progress report from which on its delay says nothing."""

OLDEST_COMPARISON: Final = 86_400
OLDEST_DIAGNOSIS: Final = 3_600
"""Ages in seconds from which on they say nothing."""

REASONS: Final = {
    "delay_unknown": "no delay is known, or the service has not measured it for ten minutes",
    "delay_over_threshold": "the delay is over its owner's threshold, or over five minutes where there is none",
    "delay_not_small": "the delay was over ten seconds within the last 15 minutes, or is not known for so long yet",
    "comparison_missing": "no comparison of all object types is known, or not when it was made",
    "comparison_old": "the last comparison began more than a day ago",
    "comparison_inconsistent": "source and target differ in an object type",
    "comparison_failed": "a comparison of objects could not be made, or one of data failed within a day",
    "rows_unknown": "it is not known whether there are rows that could not be applied",
    "rows_not_applied": "there are rows that could not be applied",
    "objects_unknown": "no counts of transferred objects are known",
    "objects_failed": "the transfer of objects failed",
    "objects_outstanding": "objects are still to be transferred",
    "precheck_unknown": "no result of the pre-check is known",
    "precheck_failed": "the pre-check failed",
    "ends_unknown": "it is not known whether the service can reach source and target",
    "end_unreachable": "the service cannot reach the source or the target",
    "components_unknown": "it is not known whether what captures and applies changes runs",
    "component_stopped": "what captures or applies changes does not run",
    "diagnosis_old": "the job was last asked about its ends and rows more than an hour ago",
}
"""Every reason against switching over, in the order in which they are told, and what it means."""

_FAILED_COMPARISONS: Final = frozenset({"FAILED_TO_COMPARE", "TARGET_DB_NOT_EXIST", "TIMEOUT_INTERRUPT"})
_BOTH: Final = frozenset({"capture", "apply"})
_AT_THE_END: Final = "TRANSFER_WHEN_END"


def summary(found: tuple[str, ...] | None) -> str:
    """The first reason in a few words, and how many more there are; empty for a job that is no candidate."""
    if found is None:
        return ""
    if not found:
        return "no blocker"
    first = found[0].replace("_", " ")
    return first if len(found) == 1 else f"{first} +{len(found) - 1}"


def blockers(job: Job, now: float | None) -> tuple[str, ...] | None:
    """Reasons against switching over at this Unix time; None for a job that is no candidate.

    A moment has no past: whether the delay was small for long, and when a comparison of data failed, only the recorded
    series know.
    """
    if job.info is None or job.state is None or now is None:
        return None
    if job.info.db_use_type not in CANDIDATES or job.state.phase is not Phase.INCREMENTAL:
        return None
    found = {
        *_of_delay(job, now),
        *_of_comparison(job.detail, now),
        *_of_transfer(job.detail, incremental_only=job.info.task_type == "INCR_TRANS"),
        *_of_diagnosis(job.diagnosis, now),
    }
    return tuple(reason for reason in REASONS if reason in found)


def _of_delay(job: Job, now: float) -> Iterator[str]:
    delay, updated = job.progress.delay, job.progress.updated
    if delay is None or (updated is not None and now - updated > OLDEST_REPORT):
        yield "delay_unknown"
    if delay is not None and delay > (DELAY_LIMIT if job.thresholds.delay is None else job.thresholds.delay):
        yield "delay_over_threshold"
    if delay is None or delay > SMALL_DELAY:
        yield "delay_not_small"


def _of_comparison(detail: Detail, now: float) -> Iterator[str]:
    results = {comparison.result for comparison in detail.object_comparisons if comparison.result is not None}
    if not results or detail.compared is None or results & BEING_COMPARED:
        yield "comparison_missing"
    if detail.compared is not None and now - detail.compared > OLDEST_COMPARISON:
        yield "comparison_old"
    if "INCONSISTENT" in results:
        yield "comparison_inconsistent"
    if results & _FAILED_COMPARISONS:
        yield "comparison_failed"


def _of_transfer(detail: Detail, *, incremental_only: bool) -> Iterator[str]:
    later = {one.object_type for one in detail.object_statuses if one.status == _AT_THE_END}
    if not incremental_only and not any(
        one.to_transfer is not None and one.transferred is not None for one in detail.objects
    ):
        yield "objects_unknown"
    if any(one.status == "FAILED" for one in detail.object_statuses):
        yield "objects_failed"
    if any(
        one.object_type not in later
        and one.to_transfer is not None
        and one.transferred is not None
        and one.transferred < one.to_transfer
        for one in detail.objects
    ):
        yield "objects_outstanding"
    if detail.precheck is None or detail.precheck.passed is None:
        yield "precheck_unknown"
    elif not detail.precheck.passed:
        yield "precheck_failed"


def _of_diagnosis(diagnosis: Diagnosis, now: float) -> Iterator[str]:
    if diagnosis.abnormal_rows is None:
        yield "rows_unknown"
    elif diagnosis.abnormal_rows > 0:
        yield "rows_not_applied"
    ends = (diagnosis.source_connected, diagnosis.target_connected)
    if None in ends:
        yield "ends_unknown"
    if False in ends:
        yield "end_unreachable"
    states = {one.component: one.status for one in diagnosis.components if one.status is not None}
    if not states.keys() >= _BOTH:
        yield "components_unknown"
    if any(status != "STARTED" for status in states.values()):
        yield "component_stopped"
    if diagnosis.diagnosed is not None and now - diagnosis.diagnosed > OLDEST_DIAGNOSIS:
        yield "diagnosis_old"
