"""What collectors have in common that ask one batch operation about jobs."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Final, Generic, TypeVar

from drs_exporter.drs.client import DrsClient
from drs_exporter.parse.jobs import Listed
from drs_exporter.parse.values import Reader
from drs_exporter.poll.batches import Batches
from drs_exporter.poll.collector import Collector, Run, Target
from drs_exporter.poll.state import Holding

Raw = TypeVar("Raw")
Answer = TypeVar("Answer")

BATCH: Final = 100
ADVISED_BATCH: Final = 10
"""The vendor advises no more ids than this for the heavy operations."""


class JobBatches(Collector, Generic[Raw, Answer]):
    """Asks one batch operation about the jobs it concerns."""

    def __init__(
        self,
        *,
        holding: Holding[Answer],
        call: Callable[[DrsClient, Sequence[str]], Awaitable[Raw]],
        read: Callable[[Raw, Reader], Mapping[str, Answer | None]],
    ) -> None:
        """Hold what `read` makes of the answer to `call` under `holding`."""
        self._holding = holding
        self._call = call
        self._read = read
        self._batches: Batches[Answer] = Batches(operation=self.operations[0])

    def concerns(self, target: Target, run: Run) -> bool:
        """Whether this job is asked about."""
        return target.stand.phase not in run.plan.exclude_phases

    def kept(self, run: Run) -> Collection[str] | None:
        """Jobs whose reading stays though they are not asked about; None if only those asked about do."""
        del run
        return None

    def keys(self, run: Run) -> Sequence[str]:
        """Those it concerns, but for the ones whose question was refused."""
        listed = self._listed(run)
        kept = self.kept(run)
        run.state.of(self._holding).retain(listed if kept is None else kept)
        return self._batches.askable(listed)

    async def ask(self, run: Run, keys: Sequence[str]) -> Collection[str]:
        """One batch."""
        held = run.state.of(self._holding)

        async def ask(job_ids: Sequence[str]) -> Mapping[str, Answer | None]:
            return self._read(await self._call(run.clients.drs, job_ids), run.read)

        def answered(answers: Mapping[str, Answer]) -> None:
            held.put_all(answers, poll=run.poll, now=run.clock.monotonic())

        listed = {job_id: target.job for job_id in keys if (target := run.targets.get(job_id)) is not None}
        return await self._batches.ask(keys, listed, project=run.plan.name, ask=ask, answered=answered)

    def _listed(self, run: Run) -> dict[str, Listed]:
        return {job_id: target.job for job_id, target in run.targets.items() if self.concerns(target, run)}
