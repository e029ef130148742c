"""One order for people: what needs somebody first, and nothing lost by sorting."""

from hypothesis import given
from hypothesis import strategies as st

from drs_exporter.overview import ORDERS, Order, Overview, Record, overview, sort
from drs_exporter.snapshot import Job, JobInfo, JobState, Progress, Project, RpoRto, Thresholds
from drs_exporter.status import Phase


def record(job_id: str, name: str, **known: object) -> Record:
    return Record(project="p", job_id=job_id, job_name=name, **known)  # type: ignore[arg-type]


def job(job_id: str, **known: object) -> Job:
    state = JobState("INCRE_TRANSFER_STARTED", Phase.INCREMENTAL)
    return Job(id=job_id, name=job_id, **{"state": state, "info": JobInfo(), **known})  # type: ignore[arg-type]


def seen(*jobs: Job) -> Overview:
    return overview([Project(name="p", up=True, jobs=jobs)])


def test_failed_come_first_then_late_then_the_others() -> None:
    late = {"progress": Progress(delay=61), "thresholds": Thresholds(delay=60)}
    failed = {"state": JobState("FULL_TRANSFER_FAILED", Phase.FAILED)}
    known = seen(job("a"), job("b", **late), job("c", **failed))
    assert [one.job_id for one in known.jobs] == ["c", "b", "a"]
    assert [one.needs_somebody for one in known.jobs] == [True, True, False]
    assert known.projects[0].need_somebody == 2


def test_a_recovery_point_over_its_limit_is_late() -> None:
    (one,) = seen(job("a", rpo_rto=RpoRto(rpo=5), thresholds=Thresholds(rpo=4))).jobs
    assert one.needs_somebody
    assert one.delay == 5


def test_subtasks_follow_their_job_which_stands_where_the_most_urgent_of_them_belongs() -> None:
    child = {"parent_id": "3", "phase": Phase.FAILED, "needs_somebody": True}
    records = [record("4", "a"), record("1", "b-2", **child), record("2", "b-1", parent_id="3"), record("3", "b")]
    assert [one.job_id for one in sort(records)] == ["3", "1", "2", "4"]


def test_a_subtask_without_its_job_is_still_shown() -> None:
    assert [one.job_id for one in sort([record("1", "b", parent_id="gone"), record("2", "a")], "name")] == ["2", "1"]


def test_jobs_of_another_shard_are_left_out() -> None:
    assert seen(Job(id="1", name="a")).jobs == []


def test_what_is_not_known_comes_last_whichever_way() -> None:
    records = [record("1", "a"), record("2", "b", progress_ratio=0.2), record("3", "c", progress_ratio=0.7)]
    assert [one.job_id for one in sort(records, "progress")] == ["2", "3", "1"]
    assert [one.job_id for one in sort(records, "progress", falling=True)] == ["3", "2", "1"]


RECORDS = st.lists(
    st.builds(
        Record,
        project=st.sampled_from(["p", "q"]),
        job_id=st.text("ab", min_size=1, max_size=3),
        job_name=st.text("xyz", max_size=2),
        parent_id=st.sampled_from(["", "a", "b"]),
        phase=st.sampled_from(Phase),
        needs_somebody=st.booleans(),
        progress_ratio=st.none() | st.floats(0, 1),
        remaining_seconds=st.none() | st.floats(0, 1e6),
        rpo_delay_seconds=st.none() | st.floats(0, 1e6),
    ),
    max_size=12,
    unique_by=lambda one: (one.project, one.job_id),
)


@given(records=RECORDS, order=st.sampled_from(ORDERS), falling=st.booleans())
def test_no_order_loses_or_doubles_a_job(records: list[Record], order: Order, *, falling: bool) -> None:
    found = sort(records, order, falling=falling)
    assert sorted(map(repr, found)) == sorted(map(repr, records))
    assert sort(list(reversed(records)), order, falling=falling) == found
