"""Which series a job has, from which source, in the phase it is in; and that shards agree."""

from typing import Any

from drs_exporter.job_detail import DataComparisons, Detail, Precheck, TransferTimes
from drs_exporter.parse.details import JobDetail
from drs_exporter.parse.jobs import BatchDetail, Listed, stand
from drs_exporter.poll import COLLECTORS
from drs_exporter.poll.assemble import Assembler
from drs_exporter.poll.collectors.async_jobs import ASYNC_JOBS, MEMBERS, Members
from drs_exporter.poll.collectors.details import DETAILS
from drs_exporter.poll.collectors.job_detail import JOB_DETAILS
from drs_exporter.poll.collectors.jobs import LISTING
from drs_exporter.poll.collectors.progress import PROGRESS
from drs_exporter.poll.collectors.rpo_rto import RPO_RTO
from drs_exporter.poll.collectors.status import STATUS_READINGS
from drs_exporter.poll.plan import Plan
from drs_exporter.poll.shard import shard_of
from drs_exporter.poll.state import ALL, State
from drs_exporter.snapshot import AsyncJob, Job, JobInfo, Progress, RpoRto, Thresholds, Times
from drs_exporter.status import STATUSES, Phase

V5 = JobDetail(
    detail=Detail(times=TransferTimes(full_start=1.0, full_complete=2.0), node_type="high"),
    progress=Progress(ratio=0.1, remaining=5.0, delay=9.0),
    thresholds=Thresholds(delay=99.0),
)
COMPARED = (DataComparisons("LINES", "SUCCESSFUL", 2),)


def plan(**changes: Any) -> Plan:
    """A plan with these changes."""
    return Plan(name="prod", project_id="p", **changes)


def state(status: str, job_id: str = "a") -> State:
    """Everything read about one job, by one poll."""
    found = State()
    listed = Listed(id=job_id, name="orders", status=status, info=JobInfo("sync", "mysql"), created=100.0, billing=True)
    found.of(LISTING).put("sync", (listed,), poll=1, now=0.0)
    found.of(STATUS_READINGS).put(job_id, stand(status, "DRS.M1"), poll=1, now=0.0)
    found.of(PROGRESS).put(job_id, Progress(ratio=0.5, remaining=60.0, delay=3.0), poll=1, now=0.0)
    found.of(RPO_RTO).put(job_id, RpoRto(1.0, 2.0), poll=1, now=0.0)
    detail = BatchDetail(created=101.0, times=Times(start=7.0, full_complete=8.0), thresholds=Thresholds(delay=60.0))
    found.of(DETAILS).put(job_id, detail, poll=1, now=0.0)
    found.of(ASYNC_JOBS).put(ALL, (AsyncJob("b2"), AsyncJob("b1", "COMMIT_SUCCESS")), poll=1, now=0.0)
    found.of(MEMBERS).put("b1", Members(3.0, {job_id: V5, "unlisted": V5}), poll=1, now=0.0)
    return found


def only_job(found: State, **changes: Any) -> Job:
    """The one job of the snapshot."""
    jobs, _ = Assembler(plan(**changes)).jobs(found)
    (job,) = jobs
    return job


def test_a_job_has_all_that_was_read_of_it() -> None:
    job = only_job(state("INCRE_TRANSFER_STARTED"))
    assert job.state is not None
    assert (job.state.status, job.state.phase, job.state.error_code) == (
        "INCRE_TRANSFER_STARTED",
        Phase.INCREMENTAL,
        "DRS.M1",
    )
    assert job.created == 101.0
    assert job.progress == Progress(ratio=0.5, delay=3.0)
    assert job.thresholds == Thresholds(delay=60.0)
    assert job.full_complete == 8.0
    assert job.detail.node_type == "high"


def test_a_stopped_job_has_only_info_status_and_billing() -> None:
    job = only_job(state("RELEASE_RESOURCE_COMPLETE"))
    assert job.state is not None
    assert job.state.error_code is None
    assert job == Job(id="a", name="orders", state=job.state, info=job.info, billing=True)


def test_a_job_of_an_excluded_phase_is_counted_and_has_no_series() -> None:
    jobs, counts = Assembler(plan(exclude_phases=frozenset({Phase.INCREMENTAL}))).jobs(state("INCRE_TRANSFER_STARTED"))
    assert jobs == ()
    assert {count.status: count.jobs for count in counts if count.jobs} == {"INCRE_TRANSFER_STARTED": 1}


def test_progress_comes_from_the_batch_detail_in_phases_where_v3_is_not_asked() -> None:
    job = only_job(state("STARTJOBING"))
    assert job.progress == Progress(ratio=0.1, remaining=5.0)


def test_what_v3_does_not_collect_comes_from_v5() -> None:
    job = only_job(state("INCRE_TRANSFER_STARTED"), collectors=("jobs", "async_jobs"))
    assert job.progress == Progress(ratio=0.1, delay=9.0)
    assert job.thresholds == Thresholds(delay=99.0)
    assert job.full_complete == 2.0


def test_job_detail_counts_before_the_detail_of_a_batch() -> None:
    found = state("INCRE_TRANSFER_STARTED")
    found.of(JOB_DETAILS).put("a", JobDetail(detail=Detail(node_type="small")), poll=1, now=0.0)
    job = only_job(found, collectors=tuple(COLLECTORS))
    assert job.detail == Detail(node_type="small")


def test_what_job_detail_does_not_ask_comes_from_the_batch() -> None:
    found = state("INCRE_TRANSFER_STARTED")
    compared = Detail(precheck=Precheck(passed=True), data_comparisons=COMPARED, node_type="high")
    found.of(MEMBERS).put("b1", Members(1.0, {"a": JobDetail(detail=compared)}), poll=1, now=0.0)
    job = only_job(found, collectors=tuple(COLLECTORS))
    assert job.detail == Detail(precheck=Precheck(passed=True), data_comparisons=COMPARED)
    found.of(JOB_DETAILS).put("a", JobDetail(detail=Detail(node_type="small")), poll=1, now=0.0)
    job = only_job(found, collectors=tuple(COLLECTORS))
    assert job.detail == Detail(precheck=Precheck(passed=True), data_comparisons=COMPARED, node_type="small")


def test_without_batches_everything_of_job_detail_counts() -> None:
    found = state("INCRE_TRANSFER_STARTED")
    found.of(JOB_DETAILS).put("a", JobDetail(detail=Detail(data_comparisons=COMPARED)), poll=1, now=0.0)
    job = only_job(found, collectors=("jobs", "job_detail"))
    assert job.detail == Detail(data_comparisons=COMPARED)


def test_job_detail_leaves_what_only_the_batch_tells() -> None:
    """Progress and thresholds are no series of `job_detail`: turning it on takes nothing away."""
    job = only_job(state("STARTJOBING"), collectors=("jobs", "async_jobs", "job_detail"))
    assert job.progress == Progress(ratio=0.1, remaining=5.0)
    assert job.thresholds == Thresholds(delay=99.0)
    assert (job.detail, job.full_complete) == (Detail(), None)


def test_without_any_v5_there_is_no_detail() -> None:
    job = only_job(state("INCRE_TRANSFER_STARTED"), collectors=("jobs", "job_detail"))
    assert (job.detail, job.full_complete, job.thresholds) == (Detail(), None, Thresholds())


def test_a_job_without_any_status_exists_all_the_same() -> None:
    found = State()
    found.of(LISTING).put("sync", (Listed(id="a", name="orders", status=None, info=JobInfo()),), poll=1, now=0.0)
    jobs, counts = Assembler(plan()).jobs(found)
    assert [job.state for job in jobs] == [None]
    assert not any(count.jobs for count in counts)


def test_only_listed_jobs_exist() -> None:
    """The batch names a member that no listing has: no other answer makes a job."""
    jobs, _ = Assembler(plan()).jobs(state("INCRE_TRANSFER_STARTED"))
    assert [job.id for job in jobs] == ["a"]


def test_counts_are_zero_filled_and_an_unknown_status_stays_at_zero() -> None:
    found = state("TELEPORTING")
    assembler = Assembler(plan())
    _, counts = assembler.jobs(found)
    assert len(counts) == 2 * (len(STATUSES) + 1)
    assert [(count.phase, count.jobs) for count in counts if count.status == "TELEPORTING"] == [
        (Phase.OTHER, 1),
        (Phase.OTHER, 0),
    ]
    found.of(LISTING).put("sync", (), poll=2, now=0.0)
    _, counts = assembler.jobs(found)
    assert [count.jobs for count in counts if count.status == "TELEPORTING"] == [0, 0]


def test_a_job_that_did_not_change_is_the_same_object() -> None:
    """So that nothing of it is rendered again."""
    found, assembler = state("INCRE_TRANSFER_STARTED"), Assembler(plan())
    (before,), _ = assembler.jobs(found)
    found.of(PROGRESS).put("a", Progress(ratio=0.5, remaining=60.0, delay=3.0), poll=2, now=60.0)
    (same,), _ = assembler.jobs(found)
    assert same is before
    found.of(PROGRESS).put("a", Progress(ratio=0.5, remaining=60.0, delay=4.0), poll=3, now=120.0)
    (changed,), _ = assembler.jobs(found)
    assert changed is not before


def test_batches_are_sorted_and_have_their_members() -> None:
    batches = Assembler(plan()).async_jobs(state("INCRE_TRANSFER_STARTED"))
    assert batches == (
        AsyncJob("b1", "COMMIT_SUCCESS", members=3.0, member_ids=("a", "unlisted")),
        AsyncJob("b2"),
    )


def test_a_shard_exports_of_a_foreign_job_only_what_its_batch_tells() -> None:
    """The job belongs to one shard, its batch to another: together they have each series once."""
    job_id = next(f"j{n}" for n in range(99) if shard_of(f"j{n}", 2) == 1)
    foreign = only_job(state("INCRE_TRANSFER_STARTED", job_id), total_shards=2, shard=0)
    assert (foreign.state, foreign.info) == (None, None)
    assert (foreign.progress, foreign.thresholds) == (Progress(), Thresholds())
    assert foreign.detail == V5.detail
    own = state("INCRE_TRANSFER_STARTED", job_id)
    own.of(MEMBERS).retain(())
    mine = only_job(own, total_shards=2, shard=1)
    assert mine.detail == Detail()
    assert mine.progress == Progress(ratio=0.5, delay=3.0)


def test_a_foreign_job_without_a_batch_here_is_not_here() -> None:
    job_id = next(f"j{n}" for n in range(99) if shard_of(f"j{n}", 2) == 1)
    found = state("INCRE_TRANSFER_STARTED", job_id)
    found.of(MEMBERS).retain(())
    jobs, counts = Assembler(plan(total_shards=2, shard=0)).jobs(found)
    assert jobs == ()
    assert not any(count.jobs for count in counts)


def test_a_stopped_foreign_job_is_not_here() -> None:
    job_id = next(f"j{n}" for n in range(99) if shard_of(f"j{n}", 2) == 1)
    jobs, _ = Assembler(plan(total_shards=2, shard=0)).jobs(state("DELETED", job_id))
    assert jobs == ()


def test_where_job_detail_is_on_a_foreign_job_has_no_detail_from_its_batch() -> None:
    job_id = next(f"j{n}" for n in range(99) if shard_of(f"j{n}", 2) == 1)
    found = state("INCRE_TRANSFER_STARTED", job_id)
    found.of(RPO_RTO).retain(())  # which only its own shard asks about
    jobs, _ = Assembler(plan(total_shards=2, shard=0, collectors=tuple(COLLECTORS))).jobs(found)
    assert jobs == ()
    found = state("STARTJOBING", job_id)
    found.of(RPO_RTO).retain(())
    foreign = only_job(found, total_shards=2, shard=0, collectors=tuple(COLLECTORS))
    assert foreign == Job(id=job_id, name="orders", progress=Progress(ratio=0.1, remaining=5.0))
