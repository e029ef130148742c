"""What each operation's answer must hold: one reader each, None when it is not there."""

from typing import Any, Final, TypeVar

from drs_exporter.cloud.answer import AnswerReader
from drs_exporter.cloud.decode import reader
from drs_exporter.cloud.error_body import says_no
from drs_exporter.drs import wire
from drs_exporter.drs.pages import Page, count

T = TypeVar("T")


def _page(items: list[T] | wire.WrongList, total: wire.Scalar, error_code: wire.Scalar) -> Page[T] | None:
    """The items; none at all is an empty page only where the total says so, and never where an error is told."""
    if says_no(error_code) and not (isinstance(items, list) and items):
        return None
    size = count(total)
    if isinstance(items, list):
        return Page(items, size)
    return Page([], 0) if items is None and size == 0 else None


def _results(answer: wire.Results[T]) -> Page[T | wire.Wrong] | None:
    """The results of a batch under whichever name they came."""
    items = answer.results if isinstance(answer.results, list) else answer.jobs
    return _page(items, answer.count, answer.error_code)


def _quota_list(answer: wire.QuotasAnswer) -> list[wire.QuotaResource | wire.Wrong] | None:
    """One quota or several."""
    if not isinstance(answer.quotas, wire.Quotas) or answer.quotas.resource is None:
        return None
    resource = answer.quotas.resource
    return resource if isinstance(resource, list) else [resource]


def _components(answer: wire.IncrementComponents) -> list[wire.IncrementComponent | wire.Wrong] | None:
    """The components; a job that is not incremental has none."""
    found = answer.increment_components_list
    if isinstance(found, list):
        return found
    return [] if found is None and not says_no(answer.error_code) else None


def _job(answer: wire.JobDetailAnswer) -> wire.JobDetail | None:
    return answer.job if isinstance(answer.job, wire.JobDetail) else None


def _batch(result: Any) -> AnswerReader[Page[Any]]:
    """The reader of a batch operation with results of this model."""
    return reader(wire.Results[result], _results)


JOBS: Final[AnswerReader[Page[wire.ListedJob | wire.Wrong]]] = reader(
    wire.JobPage, lambda answer: _page(answer.jobs, answer.total_record, answer.error_code)
)
JOBS_V5: Final[AnswerReader[Page[wire.ListedJob | wire.Wrong]]] = reader(
    wire.JobPageV5, lambda answer: _page(answer.jobs, answer.total_count, answer.error_code)
)
STATUSES: Final[AnswerReader[Page[wire.JobStatus | wire.Wrong]]] = _batch(wire.JobStatus)
PROGRESSES: Final[AnswerReader[Page[wire.Progress | wire.Wrong]]] = _batch(wire.Progress)
RPO_RTOS: Final[AnswerReader[Page[wire.RpoRto | wire.Wrong]]] = _batch(wire.RpoRto)
DETAILS: Final[AnswerReader[Page[wire.BatchDetail | wire.Wrong]]] = _batch(wire.BatchDetail)
STARTS: Final[AnswerReader[Page[wire.StartResult | wire.Wrong]]] = _batch(wire.StartResult)
ASYNC_JOBS: Final[AnswerReader[Page[wire.AsyncJob | wire.Wrong]]] = reader(
    wire.AsyncJobPage, lambda answer: _page(answer.jobs, answer.total_count, answer.error_code)
)
MEMBERS: Final[AnswerReader[Page[wire.JobDetail | wire.Wrong]]] = reader(
    wire.AsyncJobDetail, lambda answer: _page(answer.jobs, answer.total_count, answer.error_code)
)
DR_MONITORS: Final[AnswerReader[Page[wire.GuardMonitored | wire.Wrong]]] = _batch(wire.GuardMonitored)
MONITOR_DATA: Final[AnswerReader[wire.MonitorData]] = reader(
    wire.MonitorData, lambda answer: None if says_no(answer.error_code) else answer
)
DIRTY_DATA: Final[AnswerReader[wire.DirtyData]] = reader(
    wire.DirtyData, lambda answer: None if says_no(answer.error_code) else answer
)
COMPONENTS: Final[AnswerReader[list[wire.IncrementComponent | wire.Wrong]]] = reader(
    wire.IncrementComponents, _components
)
JOB_DETAIL: Final[AnswerReader[wire.JobDetail]] = reader(wire.JobDetailAnswer, _job)
QUOTAS: Final[AnswerReader[list[wire.QuotaResource | wire.Wrong]]] = reader(wire.QuotasAnswer, _quota_list)
