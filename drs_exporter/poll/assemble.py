"""Readings to a snapshot: which series a job has, from which source, in the phase it is in."""

from itertools import repeat
from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgspec

from drs_exporter.job_detail import Detail
from drs_exporter.parse.details import JobDetail
from drs_exporter.parse.jobs import BatchDetail, Listed, Stand
from drs_exporter.parse.progress import in_phase
from drs_exporter.poll.collectors import COLLECTORS
from drs_exporter.poll.collectors.async_jobs import ASYNC_JOBS, MEMBERS, AsyncJobs
from drs_exporter.poll.collectors.details import DETAILS, Details
from drs_exporter.poll.collectors.job_detail import JOB_DETAILS, JobDetails
from drs_exporter.poll.collectors.progress import PROGRESS, Progresses
from drs_exporter.poll.counts import counted
from drs_exporter.poll.plan import Plan
from drs_exporter.poll.shard import shard_of
from drs_exporter.poll.state import ALL, Holding, State
from drs_exporter.poll.targets import entries, stands
from drs_exporter.snapshot import AsyncJob, Job, Progress, StatusCount
from drs_exporter.status import PROGRESS_PHASES, Phase

_NOTHING: Final = Job(id="", name="")
_NO_BATCH_DETAIL: Final = BatchDetail()
_NO_JOB_DETAIL: Final = JobDetail(Detail())

_SHOWN: Final = tuple(holding for kind in COLLECTORS for holding in kind.holds if holding.job)
"""What is shown of a job as it is held."""

_HELD: Final[tuple[Holding[Any], ...]] = (PROGRESS, DETAILS, JOB_DETAILS, *_SHOWN)


class _Readings(NamedTuple):
    """All that one job is built from."""

    details_count: bool
    """Whether v3 tells what v5 tells too."""
    members_progress: bool
    """Whether this cloud has no progress but that of a batch's members."""
    mine: bool
    listed: Listed
    stand: Stand
    member: JobDetail | None
    progress: Progress | None
    details: BatchDetail | None
    job_detail: JobDetail | None
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
        self._built: dict[str, tuple[tuple[Any, ...], Job | None]] = {}
        """Each job, or that there is none to show, and what it was built from."""
        self._order: dict[str, None] = {}

    def owned(self, job_id: str) -> bool:
        """Whether the job belongs to this shard."""
        return self._plan.total_shards == 1 or shard_of(job_id, self._plan.total_shards) == self._plan.shard

    def jobs(self, state: State) -> tuple[tuple[Job, ...], tuple[StatusCount, ...]]:
        """Every job with series, sorted by id, and how many jobs of this shard stand in each status."""
        standing = state.standings.get(Details.name)
        details_count = self._plan.runs(Details) and not (standing is not None and standing.missing)
        members_progress = state.offered.lacks(Progresses.operations[0])
        listed, stand_of, members = entries(state, self._plan), stands(state), self._members(state)
        if self._order.keys() != listed.keys():
            self._order = dict.fromkeys(sorted(listed))
        ids = [job_id for job_id in self._order if job_id in members or self.owned(job_id)]
        mine = list(map(self.owned, ids))
        entry_of = [listed[job_id] for job_id in ids]
        stood = list(map(stand_of, entry_of))
        jobs = map(attrgetter("job"), entry_of)
        held = (map(state.of(holding).get, ids) for holding in _HELD)
        decided = repeat(details_count), repeat(members_progress)
        readings = zip(*decided, mine, jobs, stood, map(members.get, ids), *held, strict=False)
        self._built = {
            job_id: same if (same := self._built.get(job_id)) is not None and same[0] == of else (of, self._job(of))
            for job_id, of in zip(ids, readings, strict=True)
        }
        stands_in = [
            (stand.status, bool(entry.job.info.parent_id))
            for own, stand, entry in zip(mine, stood, entry_of, strict=True)
            if own
        ]
        counts = counted(stands_in, state.unknown_statuses, project=self._plan.name)
        return tuple([job for _, job in self._built.values() if job is not None]), counts

    def async_jobs(self, state: State) -> tuple[AsyncJob, ...]:
        """Every batch, sorted by id, with what its detail tells."""
        members = state.of(MEMBERS).get
        return tuple(
            [
                batch
                if (told := members(batch.id)) is None
                else msgspec.structs.replace(batch, members=told.total, member_ids=tuple(sorted(told.details)))
                for batch in sorted(state.of(ASYNC_JOBS).get(ALL) or (), key=attrgetter("id"))
            ]
        )

    def _members(self, state: State) -> dict[str, JobDetail]:
        """What batch details tell of their members; of one in several batches the last batch by id."""
        found: dict[str, JobDetail] = {}
        for batch in sorted(state.of(MEMBERS)) if self._plan.runs(AsyncJobs) else ():
            members = state.of(MEMBERS).get(batch)
            if members is not None:
                found.update(members.details)
        return found

    def _job(self, readings: tuple[Any, ...]) -> Job | None:
        """The job; of another shard's only what this shard alone is told, if that is anything."""
        of = _Readings._make((*readings[: -len(_SHOWN)], readings[-len(_SHOWN) :]))
        listed, stand, member = of.listed, of.stand, of.member or _NO_JOB_DETAIL
        details = of.details if of.mine and of.details is not None else _NO_BATCH_DETAIL
        nothing = Job(id=listed.id, name=listed.name)
        if stand.phase in self._plan.exclude_phases or (stand.phase is Phase.STOPPED and not of.mine):
            return None
        if stand.phase is Phase.STOPPED:
            return msgspec.structs.replace(nothing, state=stand.state, info=listed.info, billing=listed.billing)
        told = details if of.details_count else member
        times, detail = details.times or _NOTHING.times, self._detail(of)
        job = Job(
            id=listed.id,
            name=listed.name,
            state=stand.state if of.mine else None,
            info=listed.info if of.mine else None,
            created=listed.created if of.mine and details.created is None else details.created,
            billing=listed.billing if of.mine else None,
            action=listed.action if of.mine else None,
            tags=told.tags,
            databases=told.databases,
            condition=details.condition,
            progress=self._progress(of),
            thresholds=told.thresholds or _NOTHING.thresholds,
            times=times,
            full_complete=times.full_complete if of.details_count else detail.times.full_complete,
            detail=detail,
            **{holding.job: held for holding, held in zip(_SHOWN, of.shown, strict=True) if held is not None},
        )
        return job if of.mine or job != nothing else None

    def _progress(self, of: _Readings) -> Progress:
        """As the batch operation tells it; as a batch's detail does in other phases, or where there is no other."""
        record, stand, member = of.progress if of.mine else None, of.stand, of.member or _NO_JOB_DETAIL
        asked = self._plan.runs(Progresses) and stand.phase in PROGRESS_PHASES
        if not asked or (record is None and of.members_progress and of.mine):
            record = member.progress
        if record is None:
            return _NOTHING.progress
        return in_phase(record, phase=stand.phase, job_status=stand.status or "", task_type=of.listed.info.task_type)

    def _detail(self, of: _Readings) -> Detail:
        of_job, of_batch = (of.job_detail or _NO_JOB_DETAIL).detail, (of.member or _NO_JOB_DETAIL).detail
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
