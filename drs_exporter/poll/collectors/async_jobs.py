"""Async batches: their listing, and the detail of each."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Final

import msgspec
import structlog

from drs_exporter.drs.pages import PAGE_SIZE
from drs_exporter.errors import ApiStatusError, Refusal
from drs_exporter.parse import details as parse
from drs_exporter.parse.details import JobDetail
from drs_exporter.poll.collector import Collector, Run
from drs_exporter.poll.shard import shard_of
from drs_exporter.poll.state import ALL, Holding, State
from drs_exporter.snapshot import AsyncJob
from drs_exporter.status import Phase, phase_of


class Members(msgspec.Struct, frozen=True, gc=False):
    """The detail of one async batch."""

    total: float | None
    details: dict[str, JobDetail]


ASYNC_JOBS: Final[Holding[tuple[AsyncJob, ...]]] = Holding()
"""Under `ALL`."""

MEMBERS: Final[Holding[Members]] = Holding()
"""By async batch."""

log = structlog.get_logger()

_COMMITTED: Final = "COMMIT_SUCCESS"
_OF_ONE_BATCH: Final = frozenset({Refusal.REQUEST, Refusal.GONE, Refusal.UNSUPPORTED})
"""The listing worked a moment ago: a 404 of any kind says that this one batch was deleted meanwhile."""


class AsyncJobs(Collector):
    """Lists the batches and reads the details of those whose members can still change."""

    name = "async_jobs"
    operations = ("list_async_jobs", "async_job_detail")
    interval = 300.0
    holds = (ASYNC_JOBS, MEMBERS)
    needs_jobs = False
    discovers = True

    def __init__(self) -> None:
        """Nothing was refused yet."""
        self._unfinished: Sequence[str] = ()
        self._refused: set[str] = set()
        """Batches whose detail was refused when they were last asked about."""

    def keys(self, run: Run) -> Sequence[str]:
        """The listing, then every batch of this shard that is not over."""
        state = run.state
        batches = state.of(ASYNC_JOBS).get(ALL)
        if batches is None:
            return (ALL,)
        members = state.of(MEMBERS)
        members.retain({batch.id for batch in batches})
        unfinished = [
            batch.id for batch in batches if batch.status != _COMMITTED or not _all_stopped(members.get(batch.id))
        ]
        self._unfinished = unfinished
        self._refused.intersection_update(unfinished)
        return (ALL, *unfinished)

    def calls(self, run: Run, keys: Sequence[str]) -> float:
        """A call for every page of a listing or a detail."""
        return sum(_pages(run.state, key) for key in keys)

    async def ask(self, run: Run, keys: Sequence[str]) -> Collection[str]:
        """The listing, or one batch."""
        for key in keys:
            if key == ALL:
                await self._list(run)
            else:
                await self._read(key, run)
        return ()

    async def _list(self, run: Run) -> None:
        raw = await run.clients.drs.list_async_jobs()
        batches = tuple(
            batch
            for batch in parse.async_jobs(raw, run.read)
            if shard_of(batch.id, run.plan.total_shards) == run.plan.shard
        )
        run.state.of(ASYNC_JOBS).put(ALL, batches, poll=run.poll, now=run.clock.monotonic())

    async def _read(self, batch: str, run: Run) -> None:
        try:
            answer = await run.clients.drs.async_job_detail(batch)
        except ApiStatusError as exc:
            if exc.refusal not in _OF_ONE_BATCH:
                raise
            self._note_refused(batch, exc, project=run.plan.name)
            return
        self._refused.discard(batch)
        read = run.state.reader(run.plan)
        found = await asyncio.to_thread(parse.members, answer.items, read)
        run.read.include(read)
        members = Members(answer.total, found)
        run.state.of(MEMBERS).put(batch, members, poll=run.poll, now=run.clock.monotonic())

    def _note_refused(self, batch: str, exc: ApiStatusError, *, project: str) -> None:
        """Log a batch refused for the first time, unless it was deleted; where all are, it is no batch's fault."""
        if exc.refusal is Refusal.REQUEST and batch not in self._refused:
            log.info("batch.refused", project=project, async_job_id=batch, status=exc.status, error_code=exc.error_code)
        self._refused.add(batch)
        if len(self._refused) >= len(self._unfinished) > 1:
            raise exc


def _pages(state: State, key: str) -> int:
    """Calls that one listing or detail takes."""
    if key == ALL:
        items: Collection[object] = state.of(ASYNC_JOBS).get(ALL) or ()
    else:
        members = state.of(MEMBERS).get(key)
        items = () if members is None else members.details
    return len(items) // PAGE_SIZE + 1


def _all_stopped(members: Members | None) -> bool:
    """Whether every member is known and stopped for good, so that its detail will not change any more."""
    if members is None or not members.details or len(members.details) < (members.total or 0):
        return False
    return all(
        detail.status is not None and phase_of(detail.status) is Phase.STOPPED for detail in members.details.values()
    )
