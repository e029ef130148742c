"""What is asked of all jobs at every poll: status, progress, recovery delays."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Final, Generic, TypeVar

from drs_exporter.drs.client import DrsClient
from drs_exporter.parse import jobs as parse
from drs_exporter.parse.jobs import StatusReading
from drs_exporter.parse.progress import progresses
from drs_exporter.parse.values import Reader
from drs_exporter.poll.batches import Batches
from drs_exporter.poll.collectors.run import Run, Target
from drs_exporter.poll.held import Held
from drs_exporter.snapshot import Progress, RpoRto
from drs_exporter.status import PROGRESS_PHASES

Raw = TypeVar("Raw")
Answer = TypeVar("Answer")

_BATCH: Final = 100
_ADVISED_BATCH: Final = 10
"""The vendor advises no more ids than this for the heavy operations."""


class _Batched(Generic[Raw, Answer]):
    """Asks one batch operation about all jobs that it concerns."""

    def __init__(
        self,
        *,
        size: int,
        operation: str,
        call: Callable[[DrsClient, Sequence[str]], Awaitable[Raw]],
        parse: Callable[[Raw, Reader], Mapping[str, Answer | None]],
    ) -> None:
        self._size = size
        self._operation = operation
        self._call = call
        self._parse = parse
        self._batches: Batches[Answer] | None = None

    async def ask(
        self, run: Run, targets: Mapping[str, Target], held: Held[Answer], *, keep: Collection[str] | None = None
    ) -> None:
        """Ask about these and hold their answers; whatever is held of jobs that are not to `keep` either goes."""
        listed = {job_id: target.job for job_id, target in targets.items()}
        if self._batches is None:
            self._batches = Batches(size=self._size, project=run.plan.name, operation=self._operation)
        held.retain(listed if keep is None else keep)
        held.ask(listed)

        async def ask(job_ids: Sequence[str]) -> Mapping[str, Answer | None]:
            return self._parse(await self._call(run.client, job_ids), run.read)

        def answered(answers: Mapping[str, Answer]) -> None:
            held.put_all(answers, poll=run.poll, now=run.clock.monotonic())

        await self._batches.ask(self._batches.askable(listed), listed, ask=ask, answered=answered)


class Statuses:
    """Asks the status of every job that is not stopped for good."""

    name = "status"

    def __init__(self) -> None:
        """Batches of 100."""
        self._batched: _Batched[object, StatusReading] = _Batched(
            size=_BATCH, operation="batch_status", call=DrsClient.batch_status, parse=parse.statuses
        )

    async def collect(self, run: Run) -> None:
        """Ask all; of those stopped for good the answer that said so stays."""
        await self._batched.ask(run, run.targets, run.state.statuses, keep=run.known)


class Progresses:
    """Asks the progress of every job in a phase that has one."""

    name = "progress"

    def __init__(self) -> None:
        """Batches of 100."""
        self._batched: _Batched[object, Progress] = _Batched(
            size=_BATCH, operation="batch_progress", call=DrsClient.batch_progress, parse=progresses
        )

    async def collect(self, run: Run) -> None:
        """Ask those that can have a progress and whose progress is exported."""
        phases = PROGRESS_PHASES - run.plan.exclude_phases
        targets = {job_id: target for job_id, target in run.targets.items() if target.stand.phase in phases}
        await self._batched.ask(run, targets, run.state.progress)


class RpoRtos:
    """Asks the recovery delays of every disaster recovery job."""

    name = "rpo_rto"

    def __init__(self) -> None:
        """Batches of 10."""
        self._batched: _Batched[object, RpoRto] = _Batched(
            size=_ADVISED_BATCH, operation="batch_rpo_rto", call=DrsClient.batch_rpo_rto, parse=parse.rpo_rtos
        )

    async def collect(self, run: Run) -> None:
        """Ask disaster recovery jobs only: one of another kind refuses its whole batch."""
        targets = {
            job_id: target
            for job_id, target in run.targets.items()
            if target.job.info.db_use_type == "cloudDataGuard" and target.stand.phase not in run.plan.exclude_phases
        }
        await self._batched.ask(run, targets, run.state.rpo_rto)
