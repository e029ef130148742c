"""The v5 detail of every job, for who wants it: two calls a job."""

from collections.abc import Collection, Sequence
from typing import Final

from drs_exporter.errors import ApiStatusError
from drs_exporter.parse import details as parse
from drs_exporter.parse.details import JobDetail
from drs_exporter.poll.batches import OF_ONE_ID, Refused
from drs_exporter.poll.collector import Collector, Run
from drs_exporter.poll.state import Holding

JOB_DETAILS: Final[Holding[JobDetail]] = Holding()
"""By job."""

_KINDS: Final = ("detail", "progress")
"""`type` of the two calls that together tell all that is exported."""


class JobDetails(Collector):
    """Reads the v5 detail of every job that is not stopped; a job it is not for is left alone until it changes."""

    name = "job_detail"
    operations = ("job_detail",)
    interval = 600.0
    holds = (JOB_DETAILS,)
    unless_left_out = False

    def __init__(self) -> None:
        """Nothing was refused yet."""
        self._refused = Refused()

    def keys(self, run: Run) -> Sequence[str]:
        """Every job, but for those it is not for."""
        excluded = run.plan.exclude_phases
        listed = {job_id: target.job for job_id, target in run.targets.items() if target.stand.phase not in excluded}
        run.state.of(JOB_DETAILS).retain(listed)
        return self._refused.askable(listed)

    def calls(self, run: Run, keys: Sequence[str]) -> float:  # noqa: ARG002 - as declared
        """Two a job."""
        return len(_KINDS) * len(keys)

    async def ask(self, run: Run, keys: Sequence[str]) -> Collection[str]:
        """One job."""
        for job_id in keys:
            try:
                answers = [await run.clients.drs.job_detail(job_id, kind) for kind in _KINDS]
            except ApiStatusError as exc:
                if exc.refusal not in OF_ONE_ID:
                    raise
                target = run.targets.get(job_id)
                self._refused.add(job_id, None if target is None else target.job)
                continue
            detail = parse.job_detail(answers, run.read)
            run.state.of(JOB_DETAILS).put(job_id, detail, poll=run.poll, now=run.clock.monotonic())
        return ()
