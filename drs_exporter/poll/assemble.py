"""Readings to a snapshot: which series a job has, from which source, in the phase it is in."""

from typing import Any, Final

import msgspec

from drs_exporter.job_detail import Detail
from drs_exporter.parse.details import JobDetail
from drs_exporter.parse.jobs import BatchDetail, Listed
from drs_exporter.parse.progress import in_phase
from drs_exporter.poll.collectors import COLLECTORS
from drs_exporter.poll.collectors.async_jobs import ASYNC_JOBS, MEMBERS, AsyncJobs
from drs_exporter.poll.collectors.details import DETAILS, Details
from drs_exporter.poll.collectors.job_detail import JOB_DETAILS, JobDetails
from drs_exporter.poll.collectors.progress import PROGRESS, Progresses
from drs_exporter.poll.counts import counted
from drs_exporter.poll.plan import Plan
from drs_exporter.poll.shard import shard_of
from drs_exporter.poll.state import ALL, Stand, State
from drs_exporter.poll.targets import entries, stands
from drs_exporter.snapshot import AsyncJob, Job, Progress, StatusCount, Thresholds, Times
from drs_exporter.status import PROGRESS_PHASES, Phase

_NO_PROGRESS: Final = Progress()
_NO_THRESHOLDS: Final = Thresholds()
_NO_TIMES: Final = Times()
_NO_BATCH_DETAIL: Final = BatchDetail()
_NO_JOB_DETAIL: Final = JobDetail(Detail())

_SHOWN: Final = tuple(holding for kind in COLLECTORS for holding in kind.holds if holding.job)
"""What is shown of a job as it is held."""


class _Readings(msgspec.Struct, frozen=True, gc=False):
    """All that one job is built from; what nobody told is empty."""

    mine: bool
    listed: Listed
    stand: Stand
    member: JobDetail
    progress: Progress | None
    details: BatchDetail
    job_detail: JobDetail
    shown: tuple[Any, ...]


class Assembler:
    """Builds the jobs of one project; a job none of whose readings changed stays the very same object.

    Where two operations tell the same thing, the configuration and the cloud decide which one counts, so that all
    shards decide alike: v3 before v5 where this cloud has it, and `job_detail`, for what it tells, before the detail
    of an async batch.
    """

    def __init__(self, plan: Plan) -> None:
        """Nothing was built yet."""
        self._plan = plan
        self._built: dict[str, tuple[_Readings, Job | None]] = {}
        """Each job, or that there is none to show, and what it was built from."""
        self._order: dict[str, None] = {}
        self._details_count = plan.runs(Details)
        self._members_progress = False

    def owned(self, job_id: str) -> bool:
        """Whether the job belongs to this shard."""
        return self._plan.total_shards == 1 or shard_of(job_id, self._plan.total_shards) == self._plan.shard

    def jobs(self, state: State) -> tuple[tuple[Job, ...], tuple[StatusCount, ...]]:
        """Every job with series, sorted by id, and how many jobs of this shard stand in each status."""
        self._decide(state)
        built = {}
        listed, stand_of, members = entries(state, self._plan), stands(state), self._members(state)
        progress, details, job_details = state.of(PROGRESS).get, state.of(DETAILS).get, state.of(JOB_DETAILS).get
        shown = [state.of(holding).get for holding in _SHOWN]
        if self._order.keys() != listed.keys():
            self._order = dict.fromkeys(sorted(listed))
        for job_id in self._order:
            entry, mine, member = listed[job_id], self.owned(job_id), members.get(job_id)
            if not mine and member is None:
                continue
            readings = _Readings(
                mine,
                entry.job,
                stand_of(entry),
                member or _NO_JOB_DETAIL,
                progress(job_id) if mine else None,
                (details(job_id) if mine else None) or _NO_BATCH_DETAIL,
                job_details(job_id) or _NO_JOB_DETAIL,
                tuple([get(job_id) for get in shown]),
            )
            before = self._built.get(job_id)
            if before is None or before[0] != readings:
                before = readings, self._job(readings)
            built[job_id] = before
        self._built = built
        stands_in = [(of.stand.status, bool(of.listed.info.parent_id)) for of, _ in built.values() if of.mine]
        counts = counted(stands_in, state.unknown_statuses, project=self._plan.name)
        return tuple([job for _, job in built.values() if job is not None]), counts

    def async_jobs(self, state: State) -> tuple[AsyncJob, ...]:
        """Every batch, sorted by id, with what its detail tells."""
        found = []
        for batch in sorted(state.of(ASYNC_JOBS).get(ALL) or (), key=lambda batch: batch.id):
            members = state.of(MEMBERS).get(batch.id)
            if members is not None:
                ids = tuple(sorted(members.details))
                found.append(msgspec.structs.replace(batch, members=members.total, member_ids=ids))
            else:
                found.append(batch)
        return tuple(found)

    def _decide(self, state: State) -> None:
        """Decide which operations count: those of v5 in the place of those of v3 that this cloud does not have."""
        standing, before = state.standings.get(Details.name), (self._details_count, self._members_progress)
        self._details_count = self._plan.runs(Details) and not (standing is not None and standing.missing)
        self._members_progress = state.offered.lacks(Progresses.operations[0])
        if (self._details_count, self._members_progress) != before:
            self._built.clear()

    def _members(self, state: State) -> dict[str, JobDetail]:
        """What batch details tell of their members; of one in several batches the last batch by id."""
        found: dict[str, JobDetail] = {}
        for batch in sorted(state.of(MEMBERS)) if self._plan.runs(AsyncJobs) else ():
            members = state.of(MEMBERS).get(batch)
            if members is not None:
                found.update(members.details)
        return found

    def _job(self, of: _Readings) -> Job | None:
        """The job; of another shard's only what this shard alone is told, if that is anything."""
        listed, stand = of.listed, of.stand
        nothing = Job(id=listed.id, name=listed.name)
        if stand.phase in self._plan.exclude_phases or (stand.phase is Phase.STOPPED and not of.mine):
            return None
        if stand.phase is Phase.STOPPED:
            return msgspec.structs.replace(nothing, state=stand.state, info=listed.info, billing=listed.billing)
        told = of.details if self._details_count else of.member
        times, detail = of.details.times or _NO_TIMES, self._detail(of)
        job = Job(
            id=listed.id,
            name=listed.name,
            tags=told.tags,
            databases=told.databases,
            condition=of.details.condition,
            progress=self._progress(of),
            thresholds=told.thresholds or _NO_THRESHOLDS,
            times=times,
            full_complete=times.full_complete if self._details_count else detail.times.full_complete,
            detail=detail,
            **{holding.job: held for holding, held in zip(_SHOWN, of.shown, strict=True) if held is not None},
        )
        if not of.mine:
            return None if job == nothing else job
        return msgspec.structs.replace(
            job,
            state=stand.state,
            info=listed.info,
            created=listed.created if of.details.created is None else of.details.created,
            billing=listed.billing,
            action=listed.action,
        )

    def _progress(self, of: _Readings) -> Progress:
        """As the batch operation tells it; as a batch's detail does in other phases, or where there is no other."""
        record, stand = of.progress, of.stand
        asked = self._plan.runs(Progresses) and stand.phase in PROGRESS_PHASES
        if not asked or (record is None and self._members_progress and of.mine):
            record = of.member.progress
        if record is None:
            return _NO_PROGRESS
        return in_phase(record, phase=stand.phase, job_status=stand.status or "", task_type=of.listed.info.task_type)

    def _detail(self, of: _Readings) -> Detail:
        of_job, of_batch = of.job_detail.detail, of.member.detail
        if not self._plan.runs(JobDetails):
            return of_batch
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
