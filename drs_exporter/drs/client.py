"""The operations of the Data Replication Service, one method each, for one project."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeAlias, TypeVar

from drs_exporter.cloud.answer import AnswerReader
from drs_exporter.cloud.bounds import Bounds
from drs_exporter.cloud.request import segment
from drs_exporter.cloud.transport import Transport
from drs_exporter.drs import answers, wire
from drs_exporter.drs.pages import PAGE_SIZE, Listing, Page, by_offset, numbered

T = TypeVar("T")
Query: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Start:
    """One job to be started."""

    job_id: str
    start_time_ms: int | None = None
    """Epoch milliseconds; now, if None."""


class DrsClient:
    """What one project is asked; every method raises ApiError subclasses."""

    service: ClassVar = "drs"
    """As metrics and logs call it."""
    title: ClassVar = "DRS"
    """As people call it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._async_jobs = asyncio.Semaphore(transport.concurrency)

    async def sign_in(self) -> None:
        """Make sure a credential is there."""
        await self._transport.sign_in()

    async def list_jobs(
        self,
        scenario: str,
        *,
        enterprise_project_id: str | None = None,
    ) -> Listing[wire.ListedJob | wire.Wrong]:
        """POST /v3/{project_id}/jobs for one scenario, every page; a job can come twice, and some can be left out."""
        # Filters left out would have defaults, such as one engine only.
        body: dict[str, Any] = {"db_use_type": scenario, "engine_type": "", "name": "", "net_type": "", "status": ""}
        if enterprise_project_id:
            body["enterprise_project_id"] = enterprise_project_id

        async def fetch(number: int) -> Page[wire.ListedJob | wire.Wrong]:
            path = "/v3/{project_id}/jobs"
            asked = {**body, "cur_page": number, "per_page": PAGE_SIZE}
            return await self._transport.call(
                "list_jobs", "POST", path, answers.JOBS, body=asked, subject=scenario, empty=Page([]), bounds=_PAGE
            )

        return await numbered(fetch, _id, operation="list_jobs", width=self._transport.concurrency)

    async def list_jobs_v5(
        self,
        scenario: str,
        *,
        enterprise_project_id: str | None = None,
    ) -> Listing[wire.ListedJob | wire.Wrong]:
        """GET /v5/{project_id}/jobs for one scenario, every page; a job can come twice, and some can be left out."""
        asked: Query = (("job_type", scenario), ("sort_key", "create_time"))
        if enterprise_project_id:
            asked += (("enterprise_project_id", enterprise_project_id),)

        async def fetch(offset: int) -> Page[wire.ListedJob | wire.Wrong]:
            path, query = "/v5/{project_id}/jobs", (*asked, *_from(offset))
            return await self._transport.call(
                "list_jobs_v5",
                "GET",
                path,
                answers.JOBS_V5,
                query=query,
                subject=scenario,
                empty=Page([]),
                bounds=_PAGE,
            )

        return await by_offset(fetch, _id, operation="list_jobs_v5")

    async def batch_status(self, job_ids: Sequence[str]) -> list[wire.JobStatus | wire.Wrong]:
        """POST /v3/{project_id}/jobs/batch-status for at most 100 jobs, every page."""
        path, bounds = "/v3/{project_id}/jobs/batch-status", Bounds(len(job_ids))
        return await self._paged_batch("batch_status", path, job_ids, answers.STATUSES, bounds=bounds)

    async def batch_detail(self, job_ids: Sequence[str]) -> list[wire.BatchDetail | wire.Wrong]:
        """POST /v3/{project_id}/jobs/batch-detail, best for at most 10 jobs, every page."""
        path, bounds = "/v3/{project_id}/jobs/batch-detail", Bounds(len(job_ids), _DETAILED)
        return await self._paged_batch("batch_detail", path, job_ids, answers.DETAILS, bounds=bounds)

    async def batch_progress(self, job_ids: Sequence[str]) -> list[wire.Progress | wire.Wrong]:
        """POST /v3/{project_id}/jobs/batch-progress for at most 100 jobs."""
        return await self._batch("batch_progress", "/v3/{project_id}/jobs/batch-progress", job_ids, answers.PROGRESSES)

    async def batch_rpo_rto(self, job_ids: Sequence[str]) -> list[wire.RpoRto | wire.Wrong]:
        """POST /v3/{project_id}/jobs/batch-rpo-and-rto, best for at most 10 disaster recovery jobs."""
        return await self._batch("batch_rpo_rto", "/v3/{project_id}/jobs/batch-rpo-and-rto", job_ids, answers.RPO_RTOS)

    async def batch_start(self, starts: Sequence[Start]) -> list[wire.StartResult | wire.Wrong]:
        """POST /v3/{project_id}/jobs/batch-starting for at most 10 jobs, sent once whatever happens."""
        jobs = [
            {"job_id": start.job_id}
            if start.start_time_ms is None
            else {"job_id": start.job_id, "start_time": str(start.start_time_ms)}
            for start in starts
        ]
        path = "/v3/{project_id}/jobs/batch-starting"
        page = await self._transport.call(
            "batch_start", "POST", path, answers.STARTS, body={"jobs": jobs}, bounds=Bounds(len(jobs)), once=True
        )
        return page.items

    async def list_async_jobs(self) -> list[wire.AsyncJob | wire.Wrong]:
        """GET /v5/{project_id}/batch-async-jobs, every page."""

        async def fetch(offset: int) -> Page[wire.AsyncJob | wire.Wrong]:
            path = "/v5/{project_id}/batch-async-jobs"
            return await self._transport.call(
                "list_async_jobs", "GET", path, answers.ASYNC_JOBS, empty=Page([]), query=_from(offset), bounds=_PAGE
            )

        return (await by_offset(fetch, _async_job_id, operation="list_async_jobs")).items

    async def async_job_detail(self, async_job_id: str) -> Page[wire.JobDetail | wire.Wrong]:
        """GET /v5/{project_id}/batch-async-jobs/{async_job_id}, all pages as one; the total is the first page's."""
        path = f"/v5/{{project_id}}/batch-async-jobs/{segment(async_job_id, operation='async_job_detail')}"
        first: Page[wire.JobDetail | wire.Wrong] | None = None

        async def fetch(offset: int) -> Page[wire.JobDetail | wire.Wrong]:
            nonlocal first
            query, bounds = _from(offset), Bounds(PAGE_SIZE, _DETAILED)
            page = await self._transport.call(
                "async_job_detail", "GET", path, answers.MEMBERS, empty=Page([], 0), query=query, bounds=bounds
            )
            first = page if first is None else first
            return page

        # No more batches at once than requests: pages of all would be held until the last one's.
        async with self._async_jobs:
            listing = await by_offset(fetch, _id, operation="async_job_detail")
        return Page(listing.items, None if first is None else first.total)

    async def job_detail(self, job_id: str, kind: str) -> wire.JobDetail:
        """GET /v5/{project_id}/jobs/{job_id} with one `type`, such as `detail` or `progress`."""
        path = f"/v5/{{project_id}}/jobs/{segment(job_id, operation='job_detail')}"
        query, bounds = (("type", kind),), Bounds(values=_DETAILED)
        return await self._transport.call(
            "job_detail", "GET", path, answers.JOB_DETAIL, empty=wire.JobDetail(), query=query, bounds=bounds
        )

    async def job_progress(self, job_id: str) -> wire.JobDetail:
        """GET /v5/{project_id}/jobs/{job_id} with `type=progress`: what stands in for `batch_progress`."""
        path = f"/v5/{{project_id}}/jobs/{segment(job_id, operation='job_progress')}"
        query, bounds = (("type", "progress"),), Bounds(values=_DETAILED)
        return await self._transport.call(
            "job_progress", "GET", path, answers.JOB_DETAIL, empty=wire.JobDetail(), query=query, bounds=bounds
        )

    async def dr_monitor(self, job_ids: Sequence[str]) -> list[wire.GuardMonitored | wire.Wrong]:
        """POST /v3/{project_id}/jobs/disaster-recovery-monitoring-data, best for at most 10 disaster recovery jobs."""
        path = "/v3/{project_id}/jobs/disaster-recovery-monitoring-data"
        return await self._batch("dr_monitor", path, job_ids, answers.DR_MONITORS)

    async def monitor_data(self, job_id: str) -> wire.MonitorData:
        """GET /v5/{project_id}/jobs/{job_id}/monitor-data."""
        path = f"/v5/{{project_id}}/jobs/{segment(job_id, operation='monitor_data')}/monitor-data"
        return await self._transport.call("monitor_data", "GET", path, answers.MONITOR_DATA, empty=wire.MonitorData())

    async def dirty_data(self, job_id: str) -> wire.DirtyData:
        """GET /v5/{project_id}/jobs/{job_id}/dirty-data: how many rows could not be applied."""
        path = f"/v5/{{project_id}}/jobs/{segment(job_id, operation='dirty_data')}/dirty-data"
        query = (("limit", "1"), ("offset", "0"))
        none = wire.DirtyData(count=0)
        return await self._transport.call("dirty_data", "GET", path, answers.DIRTY_DATA, empty=none, query=query)

    async def components(self, job_id: str) -> list[wire.IncrementComponent | wire.Wrong]:
        """GET /v5/{project_id}/jobs/{job_id}/increment-components-detail."""
        path = f"/v5/{{project_id}}/jobs/{segment(job_id, operation='components')}/increment-components-detail"
        return await self._transport.call("components", "GET", path, answers.COMPONENTS, empty=[])

    async def quotas(self) -> list[wire.QuotaResource | wire.Wrong]:
        """GET /v3/{project_id}/quotas."""
        return await self._transport.call("quotas", "GET", "/v3/{project_id}/quotas", answers.QUOTAS, empty=[])

    async def _batch(self, operation: str, path: str, job_ids: Sequence[str], read: AnswerReader[Page[T]]) -> list[T]:
        """One batch that is not paged."""
        body, bounds = {"jobs": list(job_ids)}, Bounds(len(job_ids))
        page = await self._transport.call(operation, "POST", path, read, empty=Page([]), body=body, bounds=bounds)
        return page.items

    async def _paged_batch(
        self, operation: str, path: str, job_ids: Sequence[str], read: AnswerReader[Page[T]], *, bounds: Bounds
    ) -> list[T]:
        """One batch whose answer is paged, by 5 unless the service heeds `page_req`.

        Where a second page brings nothing new, the service does not: then only the ids not yet answered are asked,
        as long as that brings answers.
        """
        results: list[T] = []
        unanswered: dict[str | None, None] = dict.fromkeys(job_ids)
        asked, number, received, heeded = list(unanswered), 1, 0, True
        while True:
            body = {"jobs": asked, "page_req": {"cur_page": number, "per_page": PAGE_SIZE}}
            page = await self._transport.call(
                operation, "POST", path, read, empty=Page([], 0), body=body, bounds=bounds
            )
            received += len(page.items)
            complete = page.total is not None and received >= page.total
            if complete and number == 1:
                return results + page.items
            before = len(unanswered)
            for item in page.items:
                unanswered.pop(_id(item), None)
            progress = len(unanswered) < before
            if progress or number == 1:
                results += page.items
            if complete or not unanswered:
                return results
            if progress and heeded:
                number += 1
            elif progress or number > 1:
                asked, number, received, heeded = list(unanswered), 1, 0, False
            else:
                return results


_PAGE: Final = Bounds(PAGE_SIZE)

_DETAILED: Final = 5_000
"""Values in the whole of a job: its tables are among them."""


def _from(offset: int) -> Query:
    """The page that begins at this offset."""
    return (("limit", str(PAGE_SIZE)), ("offset", str(offset)))


_WITH_ID: Final = (wire.ListedJob, wire.JobStatus, wire.BatchDetail, wire.JobDetail)


def _id(item: object) -> str | None:
    value = item.id if isinstance(item, _WITH_ID) else None
    return value or None if isinstance(value, str) else None


def _async_job_id(item: wire.AsyncJob | wire.Wrong) -> str | None:
    value = item.async_job_id if isinstance(item, wire.AsyncJob) else None
    return value if isinstance(value, str) else None
