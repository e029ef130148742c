"""The progress of every job in a phase that has one."""

from collections.abc import Collection, Sequence
from typing import Final

from drs_exporter.drs.client import DrsClient
from drs_exporter.errors import ApiStatusError, Refusal
from drs_exporter.parse.details import job_detail
from drs_exporter.parse.progress import progresses
from drs_exporter.poll.batches import OF_ONE_ID, Refused
from drs_exporter.poll.collector import Run, Target
from drs_exporter.poll.collectors.async_jobs import MEMBERS
from drs_exporter.poll.collectors.job_batches import BATCH, JobBatches
from drs_exporter.poll.state import Holding
from drs_exporter.poll.together import raise_first, together
from drs_exporter.snapshot import Progress
from drs_exporter.status import PROGRESS_PHASES

PROGRESS: Final[Holding[Progress]] = Holding()
"""By job."""

_BATCH_PROGRESS: Final = "batch_progress"


class Progresses(JobBatches[object, Progress]):
    """Asks those that can have a progress and whose progress is exported.

    Where this cloud does not have the batch operation, v5 is asked one by one about the jobs of which no async batch
    tells the progress.
    """

    name = "progress"
    operations = (_BATCH_PROGRESS, "job_progress")
    size = BATCH
    holds = (PROGRESS,)

    def __init__(self) -> None:
        """Batches of 100."""
        super().__init__(holding=PROGRESS, call=DrsClient.batch_progress, read=progresses)
        self._alone = Refused()

    def concerns(self, target: Target, run: Run) -> bool:
        """A job in one of the phases."""
        return target.stand.phase in PROGRESS_PHASES and super().concerns(target, run)

    def keys(self, run: Run) -> Sequence[str]:
        """Those it concerns, but for the ones whose question was refused or need not be put."""
        if run.state.offered.has(_BATCH_PROGRESS, run.now):
            return super().keys(run)
        told = told_by_batches(run)
        listed = {job_id: job for job_id, job in self._listed(run).items() if job_id not in told}
        run.state.of(PROGRESS).retain(listed)
        return self._alone.askable(listed)

    def calls(self, run: Run, keys: Sequence[str]) -> float:
        """One for a hundred jobs, or one for each."""
        return len(keys) if run.state.offered.lacks(_BATCH_PROGRESS) else super().calls(run, keys)

    async def ask(self, run: Run, keys: Sequence[str]) -> Collection[str]:
        """One batch, or each of its jobs."""
        offered = run.state.offered
        if not offered.has(_BATCH_PROGRESS, run.now):
            return await self._each(run, keys)
        try:
            missing = await super().ask(run, keys)
        except ApiStatusError as exc:
            if not offered.refused(_BATCH_PROGRESS, exc, began=run.now):
                raise
            unsupported = exc.alone()
        else:
            offered.answered(_BATCH_PROGRESS)
            return missing
        try:
            return await self._each(run, keys)
        except ApiStatusError as exc:
            if exc.refusal is Refusal.UNSUPPORTED:
                raise unsupported from None
            raise

    async def _each(self, run: Run, keys: Sequence[str]) -> Collection[str]:
        """One call a job; the first alone, for this cloud may not have that operation either."""
        if keys:
            await self._one(run, keys[0])
            raise_first(await together(self._one(run, key) for key in keys[1:]))
        return ()

    async def _one(self, run: Run, job_id: str) -> None:
        try:
            answer = await run.clients.drs.job_progress(job_id)
        except ApiStatusError as exc:
            if exc.refusal not in OF_ONE_ID:
                raise
            target = run.targets.get(job_id)
            self._alone.add(job_id, None if target is None else target.job)
            return
        found = job_detail([answer], run.read).progress
        if found is not None:
            run.state.of(PROGRESS).put(job_id, found, poll=run.poll, now=run.clock.monotonic())


def told_by_batches(run: Run) -> set[str]:
    """Jobs whose progress the detail of an async batch tells."""
    members = run.state.of(MEMBERS)
    held = (found for batch in members if (found := members.get(batch)) is not None)
    return {job_id for found in held for job_id, detail in found.details.items() if detail.progress is not None}
