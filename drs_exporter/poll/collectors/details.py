"""What is asked of each job now and then, spread over the interval: batch detail, and v5 job detail."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from drs_exporter.errors import ApiStatusError, Refusal
from drs_exporter.parse import details as parse_details
from drs_exporter.parse import jobs as parse_jobs
from drs_exporter.parse.jobs import BatchDetail, Listed
from drs_exporter.poll.batches import Batches
from drs_exporter.poll.collectors.run import Run
from drs_exporter.poll.collectors.schedule import Schedule
from drs_exporter.poll.together import raise_first, together

_ADVISED_BATCH: Final = 10
_KINDS: Final = ("detail", "progress")
"""`type` of the two calls that together tell all that is exported."""


def _targets(run: Run) -> dict[str, Listed]:
    return {
        job_id: target.job
        for job_id, target in run.targets.items()
        if target.stand.phase not in run.plan.exclude_phases
    }


class Details:
    """Reads the batch detail of every job that is not stopped."""

    name = "details"

    def __init__(self) -> None:
        """Nothing was read yet."""
        self._batches: Batches[BatchDetail] | None = None
        self._schedule = Schedule(size=_ADVISED_BATCH)
        self._started = False

    async def collect(self, run: Run) -> None:
        """Ask all the first time, then those whose turn it is; what was read of others stays, for its status."""
        listed = _targets(run)
        if self._batches is None:
            self._batches = Batches(size=_ADVISED_BATCH, project=run.plan.name, operation="batch_detail")
        held, interval = run.state.details, run.plan.interval(self.name)
        held.retain(run.known)
        due = await asyncio.to_thread(self._schedule.due, self._batches.askable(listed), run.now)
        held.ask(due)

        async def ask(job_ids: Sequence[str]) -> Mapping[str, BatchDetail | None]:
            return parse_jobs.details(await run.client.batch_detail(job_ids), run.read)

        def answered(answers: Mapping[str, BatchDetail]) -> None:
            held.put_all(answers, poll=run.poll, now=run.clock.monotonic())
            for job_id in answers:
                self._schedule.answered(job_id, now=run.now, interval=interval)

        await self._batches.ask(due, listed, ask=ask, answered=answered)
        if due and not self._started:
            self._started = True
            self._schedule.spread(due, now=run.now, interval=interval)


class JobDetails:
    """Reads the v5 detail of every job that is not stopped: two calls a job."""

    name = "job_detail"

    def __init__(self) -> None:
        """Nothing was read or refused yet."""
        self._schedule = Schedule(size=1)
        self._refused: dict[str, Listed] = {}
        self._started = False

    async def collect(self, run: Run) -> None:
        """Ask all the first time, then those whose turn it is; jobs it is not for are left alone until they change."""
        listed = _targets(run)
        self._refused = {job_id: was for job_id, was in self._refused.items() if listed.get(job_id) == was}
        held, interval = run.state.job_details, run.plan.interval(self.name)
        held.retain(listed)
        due = self._schedule.due([job_id for job_id in listed if job_id not in self._refused], run.now)
        held.ask(due)

        async def ask(job_id: str) -> None:
            try:
                answers = [await run.client.job_detail(job_id, kind) for kind in _KINDS]
            except ApiStatusError as exc:
                if exc.refusal in {Refusal.REQUEST, Refusal.GONE}:
                    self._refused[job_id] = listed[job_id]
                    return
                raise
            held.put(job_id, parse_details.job_detail(answers, run.read), poll=run.poll, now=run.clock.monotonic())
            self._schedule.answered(job_id, now=run.now, interval=interval)

        outcomes = await together(map(ask, due))
        if due and not self._started:
            self._started = True
            self._schedule.spread([job_id for job_id in due if held.get(job_id)], now=run.now, interval=interval)
        raise_first(outcomes)
