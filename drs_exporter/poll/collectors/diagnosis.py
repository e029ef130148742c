"""What a job answers when it is asked about alone: connections, rows that fail, components; jobs in trouble first."""

from collections.abc import Awaitable, Collection, Mapping, Sequence
from typing import Final, NamedTuple, TypeVar

import msgspec
import structlog

from drs_exporter.errors import ApiStatusError
from drs_exporter.parse import diagnosis as parse
from drs_exporter.poll.batches import OF_ONE_ID, Batches, Refused
from drs_exporter.poll.collector import Collector, Run, Target
from drs_exporter.poll.collectors.details import DETAILS
from drs_exporter.poll.collectors.job_batches import ADVISED_BATCH
from drs_exporter.poll.collectors.progress import PROGRESS
from drs_exporter.poll.offered import Offered
from drs_exporter.poll.state import Holding
from drs_exporter.snapshot import Diagnosis
from drs_exporter.status import DELAY_PHASES, PROGRESS_PHASES, Phase

T = TypeVar("T")

log = structlog.get_logger()

DIAGNOSES: Final[Holding[Diagnosis]] = Holding(job="diagnosis")
"""By job."""

_OF_ONE_JOB: Final = ("monitor_data", "dirty_data", "components")
_MOVING: Final = frozenset({Phase.FULL, Phase.INCREMENTAL})
_STILL: Final = 600.0
"""Seconds without a progress report after which a job that should move stands still."""
_DELAY: Final = 300.0
"""Seconds of delay that are trouble where the owner named no threshold."""


class _Stood(NamedTuple):
    """How a job stood when it was asked."""

    status: str | None
    in_trouble: bool


class Diagnoses(Collector):
    """Asks disaster recovery jobs in batches of ten, the others one by one, with a tenth of the budget at most.

    An answer belongs to the status at which it was asked: where that has changed, or trouble has begun or ended, the
    job is asked again before all others. What was told at another status goes when that is asked, or with the next
    listing where the others leave no time to ask.

    Each operation that this cloud does not have is left out for itself, for an hour; disaster recovery jobs are asked
    one by one where there is no batch for them.
    """

    name = "diagnosis"
    operations = ("dr_monitor", *_OF_ONE_JOB)
    interval = 300.0
    size = ADVISED_BATCH
    ceiling = 0.1
    holds = (DIAGNOSES,)

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self._batches: Batches[Diagnosis] = Batches(operation="dr_monitor")
        self._refused = {operation: Refused() for operation in _OF_ONE_JOB}
        self._open: dict[str, set[str]] = {}
        """By operation, the jobs that it is worth asking about."""
        self._offered = Offered()
        self._stood: dict[str, _Stood] = {}
        """By job, when it was asked last."""
        self._changed: set[str] = set()
        """Jobs whose status, as of the last listing, is another than the one at which they were asked."""

    def keys(self, run: Run) -> Sequence[str]:
        """Every job with a machine, disaster recovery first, for those are asked together."""
        phases = PROGRESS_PHASES - run.plan.exclude_phases
        asked = {job_id: target for job_id, target in run.targets.items() if target.stand.phase in phases}
        run.state.of(DIAGNOSES).retain(asked)
        self._stood = {job_id: stood for job_id, stood in self._stood.items() if job_id in asked}
        changed = {job_id for job_id, stood in self._stood.items() if stood.status != asked[job_id].stand.status}
        self._forget(run, changed & self._changed)
        self._changed = changed
        listed = {job_id: target.job for job_id, target in asked.items()}
        self._open = {operation: set(refused.askable(listed)) for operation, refused in self._refused.items()}
        return sorted(asked, key=lambda job_id: (not _guarded(asked[job_id]), job_id))

    def urgent(self, run: Run) -> Collection[str]:
        """Those in trouble: failed, over their threshold, standing still."""
        return {job_id for job_id, target in run.targets.items() if _in_trouble(run, job_id, target)}

    def outdated(self, run: Run) -> Collection[str]:
        """Those that stand otherwise than when they were asked."""
        return {job_id for job_id, stood in self._stood.items() if stood != _stands(run, job_id)}

    def single(self, run: Run) -> Collection[str]:
        """All that have up to three questions to answer."""
        return {job_id for job_id, target in run.targets.items() if not _guarded(target)}

    def calls(self, run: Run, keys: Sequence[str]) -> float:
        """One for ten disaster recovery jobs, one to three for any other."""
        together = self._has("dr_monitor", run)
        guarded = sum(_guarded(run.targets[key]) for key in keys if key in run.targets) if together else 0
        alone = sum(len(self._questions(run, key)) for key in keys)
        return -(-guarded // self.size) + alone

    async def ask(self, run: Run, keys: Sequence[str]) -> Collection[str]:
        """A group of jobs; fails with the last refusal where this cloud has none of the operations."""
        self._stand(run, keys)
        guarded = [key for key in keys if key in run.targets and _guarded(run.targets[key])]
        if guarded and self._has("dr_monitor", run):
            await self._told("dr_monitor", self._guards(run, guarded), run)
        for key in keys:
            for operation in self._questions(run, key):
                await self._question(run, key, operation)
        if self._offered.missing and not self._offered.any_worked and not self._hopeful(run):
            raise self._refusal
        return ()

    def _stand(self, run: Run, keys: Collection[str]) -> None:
        """Remember how these stand, now that they are asked, and forget what was told of one at another status."""
        now = {key: _stands(run, key) for key in keys if key in run.targets}
        before = self._stood
        self._forget(run, {key for key, stands in now.items() if before.get(key, stands).status != stands.status})
        self._stood |= now

    def _forget(self, run: Run, job_ids: Collection[str]) -> None:
        told = dict.fromkeys(job_ids, _NOTHING)
        run.state.of(DIAGNOSES).put_all(told, poll=run.poll, now=run.clock.monotonic())

    def _questions(self, run: Run, key: str) -> Sequence[str]:
        """What is asked of this job alone."""
        target = run.targets.get(key)
        if target is None or (_guarded(target) and self._has("dr_monitor", run)):
            return ()
        incremental = target.stand.phase in DELAY_PHASES or target.stand.status == "INCRE_TRANSFER_FAILED"
        wanted = _OF_ONE_JOB[:1] if _guarded(target) else _OF_ONE_JOB if incremental else _OF_ONE_JOB[:2]
        return [operation for operation in wanted if self._has(operation, run) and key in self._open.get(operation, ())]

    async def _question(self, run: Run, key: str, operation: str) -> None:
        """One question about one job."""
        drs, read = run.clients.drs, run.read
        match operation:
            case "monitor_data":
                monitored = await self._told(operation, drs.monitor_data(key), run, key=key)
                if monitored is not None:
                    found = parse.monitored(monitored, read)
                    self._put(run, key, {name: getattr(found, name) for name in _MONITORED})
            case "dirty_data":
                rows = await self._told(operation, drs.dirty_data(key), run, key=key)
                if rows is not None:
                    self._put(run, key, {"abnormal_rows": parse.abnormal_rows(rows, read)})
            case _:
                components = await self._told(operation, drs.components(key), run, key=key)
                if components is not None:
                    self._put(run, key, {"components": parse.components(components, read)})

    async def _guards(self, run: Run, keys: Sequence[str]) -> None:
        """Disaster recovery jobs, together."""

        async def ask(job_ids: Sequence[str]) -> Mapping[str, Diagnosis | None]:
            return parse.guarded(await run.clients.drs.dr_monitor(job_ids), run.read)

        def answered(answers: Mapping[str, Diagnosis]) -> None:
            for job_id, found in answers.items():
                self._put(run, job_id, {name: getattr(found, name) for name in _MONITORED})

        listed = {key: run.targets[key].job for key in keys}
        await self._batches.ask(keys, listed, project=run.plan.name, ask=ask, answered=answered)

    async def _told(self, operation: str, call: Awaitable[T], run: Run, *, key: str | None = None) -> T | None:
        """The answer; None where there is no such operation, or none for this job."""
        try:
            answer = await call
        except ApiStatusError as exc:
            known = self._offered.lacks(operation)
            if self._offered.refused(operation, exc, began=run.now):
                if not known:
                    log.info("operation.unsupported", project=run.plan.name, collector=self.name, operation=operation)
                self._refusal = exc.alone()
                return None
            if key is None or exc.refusal not in OF_ONE_ID:
                raise
            target = run.targets.get(key)
            self._refused[operation].add(key, None if target is None else target.job)
            self._open[operation].discard(key)
            return None
        self._offered.answered(operation)
        return answer

    def _has(self, operation: str, run: Run) -> bool:
        return self._offered.has(operation, run.clock.monotonic())

    def _hopeful(self, run: Run) -> bool:
        """Whether some job is there that an operation not yet tried could be asked about."""
        untried = set(self.operations) - self._offered.missing
        guards = any(map(_guarded, run.targets.values()))
        others = any(not _guarded(target) for target in run.targets.values())
        return ("dr_monitor" in untried and guards) or ("monitor_data" in untried and (others or guards))

    def _put(self, run: Run, job_id: str, told: Mapping[str, object]) -> None:
        """Hold what was told of the job, with what is known of it otherwise."""
        held = run.state.of(DIAGNOSES)
        before = held.get(job_id) or _NOTHING
        found = msgspec.structs.replace(before, **told, diagnosed=run.clock.time())
        held.put(job_id, found, poll=run.poll, now=run.clock.monotonic())


_NOTHING: Final = Diagnosis()
_MONITORED: Final = (
    "source_connected",
    "target_connected",
    "transferred_bytes",
    "transferred_rows",
    "disk_used",
    "disk_size",
)


def _guarded(target: Target) -> bool:
    return target.job.info.db_use_type == "cloudDataGuard"


def _stands(run: Run, job_id: str) -> _Stood:
    target = run.targets[job_id]
    return _Stood(target.stand.status, _in_trouble(run, job_id, target))


def _in_trouble(run: Run, job_id: str, target: Target) -> bool:
    """Failed, over its threshold, or without a progress report for long though it should move."""
    if target.stand.phase is Phase.FAILED:
        return True
    progress, detail = run.state.of(PROGRESS).get(job_id), run.state.of(DETAILS).get(job_id)
    if progress is None:
        return False
    threshold = None if detail is None or detail.thresholds is None else detail.thresholds.delay
    if progress.delay is not None and progress.delay > (_DELAY if threshold is None else threshold):
        return target.stand.phase in DELAY_PHASES
    moves = target.stand.phase in _MOVING
    return moves and progress.updated is not None and progress.updated < run.clock.time() - _STILL
