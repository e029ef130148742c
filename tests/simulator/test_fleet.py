"""The fleet: the same for the same seed, believable from the first moment, and alive."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drs_exporter.simulator import Fleet, SimulatedCloud, SimulatedJob
from drs_exporter.simulator.life import Life
from drs_exporter.simulator.slots import ROLES, Slot
from drs_exporter.simulator.state import state_at
from drs_exporter.simulator.truth import truth
from drs_exporter.simulator.worldtime import DAY, HOUR, WorldTime
from drs_exporter.status import DELAY_PHASES, STATUSES, Phase, phase_of
from tests.simulator.client import Hands

FOLLOWERS = {
    "CREATING": {"CONFIGURATION", "CREATE_FAILED"},
    "CREATE_FAILED": {"RELEASE_RESOURCE_COMPLETE"},
    "CONFIGURATION": {"WAITING_FOR_START", "STARTJOBING"},
    "WAITING_FOR_START": {"STARTJOBING"},
    "STARTJOBING": {"START_JOB_FAILED", "FULL_TRANSFER_STARTED", "INCRE_TRANSFER_STARTED"},
    "START_JOB_FAILED": {"STARTJOBING"},
    "FULL_TRANSFER_STARTED": {"FULL_TRANSFER_FAILED", "FULL_TRANSFER_COMPLETE"},
    "FULL_TRANSFER_FAILED": {"FULL_TRANSFER_STARTED", "RELEASE_RESOURCE_STARTED"},
    "FULL_TRANSFER_COMPLETE": {"INCRE_TRANSFER_STARTED", "RELEASE_RESOURCE_STARTED"},
    "INCRE_TRANSFER_STARTED": {
        "INCRE_TRANSFER_FAILED",
        "PAUSING",
        "CHANGE_JOB_STARTED",
        "REBUILD_NODE_STARTED",
        "NODE_UPGRADE_START",
        "RELEASE_RESOURCE_STARTED",
    },
    "INCRE_TRANSFER_FAILED": {"INCRE_TRANSFER_STARTED", "RELEASE_RESOURCE_STARTED"},
    "PAUSING": {"INCRE_TRANSFER_STARTED"},
    "CHANGE_JOB_STARTED": {"INCRE_TRANSFER_STARTED", "CHANGE_JOB_FAILED"},
    "CHANGE_JOB_FAILED": {"INCRE_TRANSFER_STARTED"},
    "REBUILD_NODE_STARTED": {"INCRE_TRANSFER_STARTED", "REBUILD_NODE_FAILED"},
    "REBUILD_NODE_FAILED": {"INCRE_TRANSFER_STARTED"},
    "NODE_UPGRADE_START": {"NODE_UPGRADE_FAILED", "NODE_UPGRADE_COMPLETE"},
    "NODE_UPGRADE_FAILED": {"NODE_UPGRADE_COMPLETE"},
    "NODE_UPGRADE_COMPLETE": {"INCRE_TRANSFER_STARTED"},
    "RELEASE_RESOURCE_STARTED": {"RELEASE_RESOURCE_COMPLETE", "RELEASE_RESOURCE_FAILED"},
    "RELEASE_RESOURCE_FAILED": {"RELEASE_RESOURCE_STARTED"},
}

seeds = st.integers(0, 2**32)
slots = st.integers(0, 300)
moments = st.floats(-5 * DAY, 200 * DAY)


def fleet_of(seed: int, *, jobs: int, hands: Hands | None = None, speed: float = 1) -> tuple[Fleet, WorldTime]:
    time = WorldTime(now=hands or Hands(), speed=speed)
    return Fleet(seed=seed, jobs=jobs, time=time), time


def lives(seed: int, slot: int, at: float) -> Iterator[Life]:
    life = Slot(seed, slot).life(at)
    yield life
    yield from life.children


@given(seeds, slots, moments)
@settings(max_examples=80)
def test_a_life_is_one_segment_after_another_in_an_order_that_can_be(seed: int, slot: int, at: float) -> None:
    life = Slot(seed, slot).life(at)
    for before, after in pairwise(life.segments):
        assert before.start < before.end == after.start
        assert after.status in FOLLOWERS[before.status]
    assert life.segments[0].status == "CREATING"
    assert life.segments[-1].status == "RELEASE_RESOURCE_COMPLETE"
    for child in life.children:
        assert life.born <= child.born < child.end


@given(seeds, slots, moments)
@settings(max_examples=80)
def test_a_state_at_any_moment_makes_sense(seed: int, slot: int, at: float) -> None:
    for life in lives(seed, slot, at):
        state = state_at(life.plan, life.segment(at), at)
        phase = phase_of(state.status)
        assert state.status in STATUSES
        assert bool(state.error_code) is (phase is Phase.FAILED)
        assert state.percent is None or 0 <= state.percent <= 100
        assert (state.remaining is not None) is (state.status in ("FULL_TRANSFER_STARTED", "CHILD_TRANSFER_STARTED"))
        assert state.remaining is None or state.remaining >= 0
        assert all(0 <= done <= 100 and left >= 0 for _, done, left in state.parts)
        if state.delay_millis is not None:
            assert state.delay_millis >= 0
            assert phase in DELAY_PHASES or state.status == "INCRE_TRANSFER_FAILED"
        if not life.plan.guard:
            assert state.rpo_millis is state.rto_millis is None
        assert (state.rows_rate >= 0) is (state.status == "INCRE_TRANSFER_STARTED")
        assert state.updated is None or state.updated <= max(at, life.segment(at).start)


@given(seeds, st.floats(-DAY, 60 * DAY))
@settings(max_examples=20)
def test_the_truth_depends_on_seed_and_time_alone(seed: int, at: float) -> None:
    hands = Hands()
    straight, time = fleet_of(seed, jobs=30, hands=hands)
    wandering, other_time = fleet_of(seed, jobs=30, hands=(other := Hands()))
    for stop in (3 * DAY, 90 * DAY, -DAY, at):
        other.at = Hands().at + stop
        truth(wandering, other_time)
    hands.at += at
    assert truth(straight, time) == truth(wandering, other_time)


def test_another_seed_is_another_fleet() -> None:
    one, other = (truth(*fleet_of(seed, jobs=30)) for seed in (1, 2))
    assert not {job.id for job in one} & {job.id for job in other}


@given(seeds, st.integers(1, 60))
@settings(max_examples=25)
def test_ids_are_unique_and_the_fleet_keeps_its_size(seed: int, jobs: int) -> None:
    hands = Hands()
    fleet, time = fleet_of(seed, jobs=jobs, hands=hands)
    for _ in range(5):
        everyone = truth(fleet, time)
        assert len({job.id for job in everyone}) == len(everyone)
        assert sum(not job.parent_id for job in everyone) == jobs
        hands.at += 17 * DAY


def test_the_first_moment_shows_every_phase_and_the_cases_people_look_for() -> None:
    jobs = truth(*fleet_of(1, jobs=40))
    own = [job for job in jobs if not job.parent_id]
    assert {phase_of(job.status) for job in jobs} >= set(Phase) - {Phase.OTHER}
    assert {job.db_use_type for job in jobs} == {"migration", "sync", "cloudDataGuard"}
    assert len({job.engine_type for job in jobs}) >= 10
    assert {job.status for job in own} >= {role.status for role in ROLES}
    assert any(job.delay_threshold and (job.delay or 0) > job.delay_threshold for job in own)
    assert sum(phase_of(job.status) is Phase.FAILED for job in own) >= 4
    assert {job.task_type for job in truth(*fleet_of(1, jobs=200))} == {"FULL_TRANS", "FULL_INCR_TRANS", "INCR_TRANS"}


@pytest.mark.parametrize("seed", range(20))
def test_the_roles_hold_for_every_seed(seed: int) -> None:
    for number, role in enumerate(ROLES):
        life = Slot(seed, number).life(0)
        assert life.segment(0).status == role.status
        assert role.scenario in (None, life.plan.engine.scenario)


def test_a_failure_that_nobody_repairs_has_lasted_most_of_its_days() -> None:
    number = next(number for number, role in enumerate(ROLES) if role.doomed)
    life = Slot(1, number).life(0)
    assert -life.segment(0).start == pytest.approx(0.85 * life.plan.expired_days * DAY)
    assert life.segment(life.segment(0).end).status == "RELEASE_RESOURCE_STARTED"


def test_a_large_fleet_stays_mixed_for_months() -> None:
    hands = Hands()
    fleet, time = fleet_of(5, jobs=300, hands=hands)
    for _ in range(4):
        phases = Counter(phase_of(job.status) for job in truth(fleet, time))
        assert phases[Phase.INCREMENTAL] > 60
        assert phases[Phase.STOPPED] > 15
        assert phases[Phase.FAILED] > 3
        hands.at += 30 * DAY


def of(jobs: tuple[SimulatedJob, ...], job_id: str) -> SimulatedJob:
    return next(job for job in jobs if job.id == job_id)


def test_a_full_transfer_advances_and_its_remaining_time_falls() -> None:
    hands = Hands()
    fleet, time = fleet_of(1, jobs=30, hands=hands)
    job_id = fleet.ids(status="FULL_TRANSFER_STARTED")[0]
    seen = []
    for _ in range(10):
        seen.append(of(truth(fleet, time), job_id))
        hands.at += 60
    progress = [job.progress for job in seen if job.progress is not None]
    remaining = [job.remaining for job in seen if job.remaining is not None]
    assert len(progress) == len(remaining) == 10
    assert progress == sorted(progress)
    assert all(later < earlier for earlier, later in pairwise(remaining))


def test_delays_breathe_spike_freeze_and_are_worked_off() -> None:
    hands = Hands()
    fleet, _ = fleet_of(9, jobs=400, hands=hands)
    spiked = 0
    for life in fleet.jobs(0.0):
        running = [
            segment
            for segment in life.segments
            if segment.status == "INCRE_TRANSFER_STARTED" and segment.end - segment.start > 2 * HOUR
        ]
        for segment in running[:1]:
            moments = [segment.start + HOUR + minute * 60 for minute in range(60)]
            delays = [state_at(life.plan, segment, at).delay_millis or 0 for at in moments]
            assert len(set(delays)) > 10
            spiked += max(delays) > 60_000 + 3 * life.plan.base_delay * 1000
        for before, after in pairwise(life.segments):
            if before.status == "INCRE_TRANSFER_FAILED" and after.status == "INCRE_TRANSFER_STARTED":
                first, last = (state_at(life.plan, before, at) for at in (before.start, before.end - 1))
                assert first.delay_millis == last.delay_millis
                assert first.updated == last.updated
                assert after.backlog == pytest.approx(min(before.backlog + before.end - before.start, DAY))
    assert spiked > 5


def test_a_change_makes_a_subtask_that_lives_and_goes() -> None:
    hands = Hands()
    fleet, time = fleet_of(1, jobs=30, hands=hands)
    parent = fleet.ids(status="CHANGE_JOB_STARTED")[0]
    child = next(job for job in truth(fleet, time) if job.parent_id == parent)
    assert child.status.startswith("CHILD_TRANSFER_")
    seen = []
    for _ in range(200):
        hands.at += 600
        now = [job.status for job in truth(fleet, time) if job.id == child.id]
        seen += now[:1]
    assert seen[-1].startswith("RELEASE_CHILD_TRANSFER")
    assert child.id not in {job.id for job in truth(fleet, time)}


def test_a_clustered_source_has_subtasks_that_do_as_their_parent() -> None:
    jobs = truth(*fleet_of(1, jobs=60))
    parents = {job.id: job for job in jobs if job.engine_type == "rediscluster-to-gaussredis" and not job.parent_id}
    assert parents
    for parent in parents.values():
        members = [job for job in jobs if job.parent_id == parent.id and "-n" in job.name.removeprefix(parent.name)]
        assert len(members) >= 2
        assert {job.status for job in members} == {parent.status}


async def test_deleted_and_added_jobs_change_the_listing_at_once(cloud: SimulatedCloud, hands: Hands) -> None:
    before = cloud.fleet.ids()
    cloud.fleet.delete(before[0])
    assert cloud.fleet.ids() == before[1:]
    added = cloud.fleet.add(500)
    assert set(cloud.fleet.ids()) == {*before[1:], *added}
    assert len(added) == 500
    hands.at += 300 * DAY
    assert len(cloud.fleet.ids()) == len(before) + 499
    hands.at -= 300 * DAY
    cloud.fleet.release(before[0])
    assert len(cloud.fleet.ids()) == len(before) + 500


def test_a_deleted_parent_takes_its_subtasks_along_and_a_deleted_subtask_leaves_alone() -> None:
    fleet, time = fleet_of(1, jobs=60)
    at = time.elapsed()
    parent, other = [life for life in fleet.jobs(at) if len(fleet.children(life, at)) > 1][:2]
    subtask, sibling = fleet.children(other, at)[:2]
    before = {life.job_id for life in fleet.everyone(at)}
    gone = {parent.job_id, subtask.job_id, *(child.job_id for child in fleet.children(parent, at))}
    fleet.delete(parent.job_id)
    fleet.delete(subtask.job_id)
    assert {life.job_id for life in fleet.everyone(at)} == before - gone
    assert {job_id for job_id in before if fleet.find(job_id, at) is None} == gone
    assert fleet.find(sibling.job_id, at) is sibling
    with pytest.raises(KeyError):
        fleet.delete(parent.job_id)
    for job_id in (parent.job_id, subtask.job_id):
        fleet.release(job_id)
    assert {life.job_id for life in fleet.everyone(at)} == before


def test_deleting_many_jobs_one_by_one_draws_the_fleet_once(monkeypatch: pytest.MonkeyPatch) -> None:
    fleet, _ = fleet_of(1, jobs=400)
    drawn, draw = Counter[int](), Slot.life
    job_ids = fleet.ids()

    def counted(self: Slot, at: float) -> Life:
        drawn[self.number] += 1
        return draw(self, at)

    monkeypatch.setattr(Slot, "life", counted)
    for job_id in job_ids[:300]:
        fleet.delete(job_id)
    assert fleet.ids() == job_ids[300:]
    assert drawn.total() == 0
    fleet.add(1)
    assert len(fleet.ids()) == 101
    assert max(drawn.values()) <= 2


def test_speed_makes_life_fast_and_times_never_of_the_future() -> None:
    hands = Hands()
    fleet, time = fleet_of(1, jobs=30, hands=hands, speed=60)
    hands.at += 3600
    assert time.elapsed() == pytest.approx(60 * HOUR)
    for job in truth(fleet, time):
        assert job.created <= hands.at
    for life in fleet.everyone(time.elapsed()):
        state = fleet.state(life, time.elapsed())
        assert state.updated is None or time.stamp(state.updated) <= hands.at
    assert time.moment(time.stamp(-5.0)) == pytest.approx(-5.0)
    assert time.moment(time.stamp(500.0)) == pytest.approx(500.0, abs=1e-3)


def test_a_clock_set_back_shows_the_past_again() -> None:
    hands = Hands()
    fleet, time = fleet_of(1, jobs=30, hands=hands)
    then = truth(fleet, time)
    hands.at += 40 * DAY
    truth(fleet, time)
    hands.at -= 40 * DAY
    assert truth(fleet, time) == then


def test_a_clock_set_back_before_a_job_was_made_does_not_know_it() -> None:
    hands = Hands()
    fleet, time = fleet_of(1, jobs=30, hands=hands)
    youngest = fleet.ids()[0]
    hands.at -= HOUR
    assert youngest not in fleet.ids()
    assert fleet.find(youngest, time.elapsed()) is None
    hands.at += HOUR
    assert youngest in fleet.ids()
