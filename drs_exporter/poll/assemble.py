"""Readings to a snapshot: which series a job has, from which source, in the phase it is in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec
import structlog

from drs_exporter.job_detail import Detail
from drs_exporter.parse.details import JobDetail
from drs_exporter.parse.jobs import BatchDetail, Listed
from drs_exporter.parse.progress import in_phase
from drs_exporter.poll.collectors import COLLECTORS
from drs_exporter.poll.collectors.async_jobs import ASYNC_JOBS, MEMBERS, AsyncJobs, Members
from drs_exporter.poll.collectors.details import DETAILS, Details
from drs_exporter.poll.collectors.job_detail import JOB_DETAILS, JobDetails
from drs_exporter.poll.collectors.progress import PROGRESS, Progresses
from drs_exporter.poll.plan import Plan
from drs_exporter.poll.shard import shard_of
from drs_exporter.poll.state import ALL, Stand, State
from drs_exporter.poll.targets import Entry, entries, stands
from drs_exporter.snapshot import (
    AsyncJob,
    Condition,
    Job,
    JobState,
    Progress,
    StatusCount,
    Thresholds,
    Times,
)
from drs_exporter.status import PROGRESS_PHASES, STATUSES, Phase, phase_of

log = structlog.get_logger()

_NO_PROGRESS: Final = Progress()
_NO_THRESHOLDS: Final = Thresholds()
_NO_TIMES: Final = Times()
_NO_CONDITION: Final = Condition()
_NOTHING_TOLD: Final = BatchDetail()
_NO_DETAIL: Final = Detail()

_SHOWN: Final = tuple(holding for kind in COLLECTORS for holding in kind.holds if holding.job)
"""What is shown of a job as it is held."""


@lru_cache(maxsize=512)
def _state(status: str, phase: Phase, error_code: str | None) -> JobState:
    """One object for all jobs that stand alike."""
    return JobState(status, phase, error_code)


class _Readings(msgspec.Struct, frozen=True, gc=False):
    """All that one job is built from."""

    mine: bool
    listed: Listed
    stand: Stand
    member: JobDetail | None
    progress: Progress | None
    details: BatchDetail | None
    job_detail: JobDetail | None
    shown: tuple[Any, ...]


class _Built(msgspec.Struct, frozen=True, gc=False):
    """A job, or that there is none to show, and what it was built from."""

    readings: _Readings
    job: Job | None


class Assembler:
    """Builds the jobs of one project; a job none of whose readings changed stays the very same object.

    Where two operations tell the same thing, the configuration and the cloud decide which one counts, so that all
    shards decide alike: v3 before v5 where this cloud has it, and `job_detail`, for what it tells, before the detail
    of an async batch.
    """

    def __init__(self, plan: Plan) -> None:
        """Nothing was built yet."""
        self._plan = plan
        self._built: dict[str, _Built] = {}
        self._batches: dict[str, tuple[AsyncJob, Members | None, AsyncJob]] = {}
        self._order: tuple[str, ...] = ()
        self._shards: dict[str, bool] = {}
        self._details_count = plan.runs(Details)
        self._members_progress = False

    def owned(self, job_id: str) -> bool:
        """Whether the job belongs to this shard."""
        if self._plan.total_shards == 1:
            return True
        mine = self._shards.get(job_id)
        if mine is None:
            mine = self._shards[job_id] = shard_of(job_id, self._plan.total_shards) == self._plan.shard
        return mine

    def jobs(self, state: State) -> tuple[tuple[Job, ...], tuple[StatusCount, ...]]:
        """Every job with series, sorted by id, and how many jobs of this shard stand in each status."""
        self._decide(state)
        members = self._members(state)
        statuses: list[str] = []
        of_subtasks: list[str] = []
        jobs: list[Job] = []
        built: dict[str, _Built] = {}
        listed, stand_of = entries(state, self._plan), stands(state)
        progress = state.of(PROGRESS).reading
        details, job_details = state.of(DETAILS).reading, state.of(JOB_DETAILS).reading
        shown = [state.of(holding).get for holding in _SHOWN]
        for job_id in self._sorted(listed):
            entry, mine = listed[job_id], self.owned(job_id)
            member = members.get(job_id)
            if not mine and member is None:
                continue
            stand = stand_of(entry)
            if mine and stand.status is not None:
                (of_subtasks if entry.job.info.parent_id else statuses).append(stand.status)
            readings = _Readings(
                mine,
                entry.job,
                stand,
                member,
                None if (reading := progress(job_id)) is None else reading.value,
                None if (detail := details(job_id)) is None else detail.value,
                None if (own := job_details(job_id)) is None else own.value,
                tuple([get(job_id) for get in shown]),
            )
            before = self._built.get(job_id)
            if before is None or before.readings != readings:
                before = _Built(readings, self._job(state, readings))
            built[job_id] = before
            if before.job is not None:
                jobs.append(before.job)
        self._built = built
        return tuple(jobs), self._counts(Counter(statuses), Counter(of_subtasks), state.unknown_statuses)

    def _decide(self, state: State) -> None:
        """Decide which operations count: those of v5 in the place of those of v3 that this cloud does not have."""
        standing = state.standings.get(Details.name)
        details = self._plan.runs(Details) and not (standing is not None and standing.missing)
        progress = state.offered.lacks(Progresses.operations[0])
        if (details, progress) != (self._details_count, self._members_progress):
            self._built.clear()
        self._details_count, self._members_progress = details, progress

    def _sorted(self, entries: Mapping[str, Entry]) -> Sequence[str]:
        """The ids in order, which is that of the poll before unless jobs came or went."""
        if len(self._order) != len(entries) or not all(map(entries.__contains__, self._order)):
            self._order = tuple(sorted(entries))
            self._shards = {job_id: mine for job_id, mine in self._shards.items() if job_id in entries}
        return self._order

    def async_jobs(self, state: State) -> tuple[AsyncJob, ...]:
        """Every batch, sorted by id, with what its detail tells."""
        found, built = [], {}
        for batch in sorted(state.of(ASYNC_JOBS).get(ALL) or (), key=lambda batch: batch.id):
            members = state.of(MEMBERS).get(batch.id)
            known, its_members, made = self._batches.get(batch.id, (None, None, batch))
            if known is not batch or its_members is not members:
                made = batch
                if members is not None:
                    ids = tuple(sorted(members.details))
                    made = msgspec.structs.replace(batch, members=members.total, member_ids=ids)
            built[batch.id] = batch, members, made
            found.append(made)
        self._batches = built
        return tuple(found)

    def _members(self, state: State) -> dict[str, JobDetail]:
        """What batch details tell of their members; of one in several batches the last batch by id."""
        found: dict[str, JobDetail] = {}
        for batch in sorted(state.of(MEMBERS)) if self._plan.runs(AsyncJobs) else ():
            members = state.of(MEMBERS).get(batch)
            if members is not None:
                found.update(members.details)
        return found

    def _job(self, state: State, readings: _Readings) -> Job | None:
        job, plan, stand, member, mine = readings.listed, self._plan, readings.stand, readings.member, readings.mine
        if stand.phase in plan.exclude_phases:
            return None
        if stand.phase is Phase.STOPPED:
            return self._stopped(job, stand) if mine else None
        detail = self._detail(state, job, member)
        progress = self._progress(state, job, stand, member)
        thresholds = self._thresholds(state, job, member)
        shown = {holding.job: held for holding, held in zip(_SHOWN, readings.shown, strict=True) if held is not None}
        if not mine:
            foreign = Job(
                id=job.id,
                name=job.name,
                progress=_NO_PROGRESS if plan.runs(Progresses) and stand.phase in PROGRESS_PHASES else progress,
                thresholds=_NO_THRESHOLDS if self._details_count else thresholds,
                databases=() if self._details_count or member is None else member.databases,
                tags=() if self._details_count or member is None else member.tags,
                full_complete=None if self._details_count else detail.times.full_complete,
                detail=detail,
                **shown,
            )
            return None if foreign == Job(id=job.id, name=job.name) else foreign
        batch_detail = state.of(DETAILS).get(job.id)
        told = (batch_detail if self._details_count else member) or _NOTHING_TOLD
        times = _NO_TIMES if batch_detail is None else batch_detail.times or _NO_TIMES
        full_complete = times.full_complete if self._details_count else detail.times.full_complete
        created = None if batch_detail is None else batch_detail.created
        return Job(
            id=job.id,
            name=job.name,
            state=None if stand.status is None else _state(stand.status, stand.phase, stand.error_code),
            info=job.info,
            created=job.created if created is None else created,
            billing=job.billing,
            action=job.action,
            tags=told.tags,
            databases=told.databases,
            condition=_NO_CONDITION if batch_detail is None else batch_detail.condition,
            progress=progress,
            thresholds=thresholds,
            times=times,
            full_complete=full_complete,
            detail=detail,
            **shown,
        )

    def _stopped(self, job: Listed, stand: Stand) -> Job:
        state = None if stand.status is None else _state(stand.status, stand.phase, None)
        return Job(id=job.id, name=job.name, state=state, info=job.info, billing=job.billing)

    def _progress(self, state: State, job: Listed, stand: Stand, member: JobDetail | None) -> Progress:
        if self._plan.runs(Progresses) and stand.phase in PROGRESS_PHASES:
            record = state.of(PROGRESS).get(job.id)
            if record is None and self._members_progress and member is not None:
                record = member.progress
        else:
            record = None if member is None else member.progress
        if record is None:
            return _NO_PROGRESS
        return in_phase(record, phase=stand.phase, job_status=stand.status or "", task_type=job.info.task_type)

    def _thresholds(self, state: State, job: Listed, member: JobDetail | None) -> Thresholds:
        if self._details_count:
            detail = state.of(DETAILS).get(job.id)
            return _NO_THRESHOLDS if detail is None else detail.thresholds or _NO_THRESHOLDS
        return _NO_THRESHOLDS if member is None else member.thresholds or _NO_THRESHOLDS

    def _detail(self, state: State, job: Listed, member: JobDetail | None) -> Detail:
        of_batch = _NO_DETAIL if member is None else member.detail or _NO_DETAIL
        if not self._plan.runs(JobDetails):
            return of_batch
        own = state.of(JOB_DETAILS).get(job.id)
        of_job = _NO_DETAIL if own is None else own.detail or _NO_DETAIL
        if not self._plan.runs(AsyncJobs):
            return of_job
        # Pre-check and comparisons are types of answer that `job_detail` does not ask for.
        return msgspec.structs.replace(
            of_job,
            precheck=of_batch.precheck,
            object_comparisons=of_batch.object_comparisons,
            compared=of_batch.compared,
            data_comparisons=of_batch.data_comparisons,
        )

    def _counts(self, jobs: Counter[str], subtasks: Counter[str], seen: set[str]) -> tuple[StatusCount, ...]:
        for status in sorted((jobs.keys() | subtasks.keys()) - STATUSES.keys() - seen):
            log.info("status.unknown", project=self._plan.name, status=status)
            seen.add(status)
        return tuple(
            StatusCount(status, phase_of(status), subtask, counts[status])
            for status in (*STATUSES, *sorted(seen))
            for subtask, counts in ((False, jobs), (True, subtasks))
        )
