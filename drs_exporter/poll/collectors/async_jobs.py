"""Async batches: their listing, and the detail of each."""

import asyncio
from typing import Final

from drs_exporter.errors import ApiStatusError
from drs_exporter.parse import details as parse
from drs_exporter.parse.values import Reader
from drs_exporter.poll.collectors.run import Run
from drs_exporter.poll.shard import shard_of
from drs_exporter.poll.state import ALL, Members
from drs_exporter.poll.together import raise_first, together
from drs_exporter.snapshot import AsyncJob
from drs_exporter.status import Phase, phase_of

_COMMITTED: Final = "COMMIT_SUCCESS"
_NOT_FOUND: Final = 404


class AsyncJobs:
    """Lists the batches and reads the details of those whose members can still change."""

    name = "async_jobs"

    def __init__(self) -> None:
        """Nothing was read yet."""
        self._recall = parse.recall_members()

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
        try:
            raise_first(await together(self._read(batch, run) for batch in unfinished))
        finally:
            self._recall.turn()

    async def _read(self, batch: AsyncJob, run: Run) -> None:
        try:
            answer = await run.client.async_job_detail(batch.id)
        except ApiStatusError as exc:
            if exc.status == _NOT_FOUND and exc.operation == "async_job_detail":
                # The listing worked a moment ago, so the operation exists: this one batch was deleted meanwhile.
                return
            raise
        read = Reader()
        details = await asyncio.to_thread(parse.members, answer.items, self._recall, read)
        run.read.errors.update(read.errors)
        run.state.members.put(batch.id, Members(answer.total, details), poll=run.poll, now=run.clock.monotonic())


def _all_stopped(members: Members | None) -> bool:
    """Whether every member is known and stopped for good, so that its detail will not change any more."""
    if members is None or not members.details or len(members.details) < (members.total or 0):
        return False
    return all(
        detail.status is not None and phase_of(detail.status) is Phase.STOPPED for detail in members.details.values()
    )
