"""Async batches: their listing, and the detail of each."""

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog

from drs_exporter.errors import ApiStatusError, Refusal
from drs_exporter.parse import details as parse
from drs_exporter.parse.values import Reader
from drs_exporter.poll.collectors.run import Run
from drs_exporter.poll.held import unchanged
from drs_exporter.poll.shard import shard_of
from drs_exporter.poll.state import ALL, Members
from drs_exporter.poll.together import raise_first, together
from drs_exporter.snapshot import AsyncJob
from drs_exporter.status import Phase, phase_of

log = structlog.get_logger()

_COMMITTED: Final = "COMMIT_SUCCESS"
_OF_ONE_BATCH: Final = frozenset({Refusal.REQUEST, Refusal.GONE, Refusal.UNSUPPORTED})
"""The listing worked a moment ago: a 404 of any kind says that this one batch was deleted meanwhile."""


class AsyncJobs:
    """Lists the batches and reads the details of those whose members can still change."""

    name = "async_jobs"

    def __init__(self) -> None:
        """Nothing was refused yet."""
        self._refused: frozenset[str] = frozenset()
        """Batches whose detail was refused at the last run."""

    async def collect(self, run: Run) -> None:
        """Read the listing, then the detail of every batch of this shard that is not over."""
        state = run.state
        state.async_jobs.ask([ALL])
        state.members.ask(key for key in state.members if not _all_stopped(state.members.get(key)))
        raw = await run.client.list_async_jobs()
        batches = tuple(
            batch
            for batch in parse.async_jobs(raw, run.read)
            if shard_of(batch.id, run.plan.total_shards) == run.plan.shard
        )
        state.async_jobs.put(ALL, batches, poll=run.poll, now=run.clock.monotonic())
        state.members.retain({batch.id for batch in batches})
        unfinished = [
            batch for batch in batches if batch.status != _COMMITTED or not _all_stopped(state.members.get(batch.id))
        ]
        outcomes = await together(self._read(batch, run) for batch in unfinished)
        refused = {
            batch.id: outcome
            for batch, outcome in zip(unfinished, outcomes, strict=True)
            if isinstance(outcome, ApiStatusError) and outcome.refusal in _OF_ONE_BATCH
        }
        if len(refused) == len(unfinished) > 1:
            raise_first(outcomes)
        self._tell_refused(refused, run)
        raise_first([outcome for outcome in outcomes if outcome not in refused.values()])

    def _tell_refused(self, refused: Mapping[str, ApiStatusError], run: Run) -> None:
        """Log the batches that are refused for the first time; one that was deleted meanwhile is no news."""
        for async_job_id, exc in refused.items():
            if exc.refusal is Refusal.REQUEST and async_job_id not in self._refused:
                log.info(
                    "batch.refused",
                    project=run.plan.name,
                    async_job_id=async_job_id,
                    status=exc.status,
                    error_code=exc.error_code,
                )
        self._refused = frozenset(refused)

    async def _read(self, batch: AsyncJob, run: Run) -> None:
        answer = await run.client.async_job_detail(batch.id)
        read, before = Reader(run.read.vocabulary), run.state.members.get(batch.id)
        found = await asyncio.to_thread(parse.members, answer.items, read)
        run.read.include(read)
        known = {} if before is None else before.details
        details = {job_id: unchanged(known.get(job_id), detail) for job_id, detail in found.items()}
        run.state.members.put(batch.id, Members(answer.total, details), poll=run.poll, now=run.clock.monotonic())


def _all_stopped(members: Members | None) -> bool:
    """Whether every member is known and stopped for good, so that its detail will not change any more."""
    if members is None or not members.details or len(members.details) < (members.total or 0):
        return False
    return all(
        detail.status is not None and phase_of(detail.status) is Phase.STOPPED for detail in members.details.values()
    )
