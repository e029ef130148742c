"""When the loop polls, what it asks, and that nothing it waits for can stop it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest

from drs_exporter.cli.preparation import load
from drs_exporter.cloud.observer import Observer
from drs_exporter.connect import connect
from drs_exporter.poll import DEFAULT_COLLECTORS, Pace, Plan
from drs_exporter.poll.state import State
from drs_exporter.secret import Redactor
from drs_exporter.simulator.cloud import SimulatedCloud
from drs_exporter.snapshot import Project

INTERVAL = 60.0
POLL_ONLY: Final[Mapping[str, Any]] = {"collectors": ("jobs", "status", "progress", "rpo_rto")}
"""Nothing beside the polls."""


class StepClock:
    """A clock whose sleeps end when the test says so."""

    def __init__(self, wall: float = 1_700_000_000.0) -> None:
        """Begin at this Unix time."""
        self.wall = wall
        self.now = 5000.0
        self.asleep: asyncio.Queue[float] = asyncio.Queue()
        self._wake: asyncio.Queue[None] = asyncio.Queue()

    def time(self) -> float:
        """The wall."""
        return self.wall

    def monotonic(self) -> float:
        """The stopwatch."""
        return self.now

    def go_on(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        self.wall += seconds

    async def sleep(self, seconds: float) -> None:
        """Wait until the test lets it end; an alarm set beside something that is under way never rings."""
        task = asyncio.current_task()
        if task is not None and task.get_name().startswith("alarm "):
            await asyncio.Event().wait()
        self.asleep.put_nowait(seconds)
        await self._wake.get()

    async def next_sleep(self) -> float:
        """How long the loop wants to sleep, once it does."""
        return await asyncio.wait_for(self.asleep.get(), 10)

    def wake(self) -> None:
        """End its sleep."""
        self._wake.put_nowait(None)


class Scene:
    """The pace of a simulated cloud, and the snapshots it published."""

    def __init__(self, pace: Pace, cloud: SimulatedCloud, clock: StepClock, published: list[Project]) -> None:
        """Keep the parts."""
        self.pace, self.cloud, self.clock, self.published = pace, cloud, clock, published


@asynccontextmanager
async def scene(*, jobs: int = 12, **changes: Any) -> AsyncIterator[Scene]:
    """A pace with these changes to its plan."""
    clock, published = StepClock(changes.pop("wall", 1_700_000_000.0)), list[Project]()
    async with SimulatedCloud(jobs=jobs, now=clock.time) as cloud:
        environ = {
            "DRS_EXPORTER_ENDPOINT": cloud.url,
            "DRS_EXPORTER_IAM_ENDPOINT": cloud.url,
            "DRS_EXPORTER_CLOUD_EYE_ENDPOINT": cloud.url,
            "DRS_EXPORTER_PROJECT_ID": cloud.project_id,
            "DRS_EXPORTER_REGION": cloud.region,
            "DRS_EXPORTER_ACCESS_KEY": cloud.access_key,
            "DRS_EXPORTER_SECRET_KEY": cloud.secret_key,
            "DRS_EXPORTER_MAX_REQUESTS_PER_SECOND": "100000",
            "DRS_EXPORTER_REQUEST_TIMEOUT": changes.pop("request_timeout", "5s"),
        }
        settings = load(environ=environ).projects[0]

        async def publish(snapshot: Project) -> None:
            published.append(snapshot)

        async with connect(settings, redactor=Redactor(), observer=Observer(), clock=clock) as connection:
            plan = Plan(name="prod", project_id=cloud.project_id, **changes)
            pace = Pace(
                plan,
                connection.clients,
                connection.budgets,
                clock=clock,
                publish=publish,
                unreadable=lambda *_: None,
                crashed=lambda: pytest.fail("a bug"),
                state=State(),
            )
            yield Scene(pace, cloud, clock, published)


@asynccontextmanager
async def running(stage: Scene) -> AsyncIterator[None]:
    """The loop, for as long as it is needed."""
    task = asyncio.create_task(stage.pace.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def test_the_first_poll_is_at_once_and_runs_every_collector() -> None:
    """All but the one that a ceiling holds back."""
    names = tuple(name for name in DEFAULT_COLLECTORS if name != "diagnosis")
    async with scene(collectors=names) as stage, running(stage):
        await stage.clock.next_sleep()
        snapshot = stage.published[-1]
        assert snapshot.up
        assert all(state.success for state in snapshot.collectors)
        assert [state.collector for state in snapshot.collectors] == [
            "jobs",
            "status",
            "progress",
            "rpo_rto",
            "cloud_eye",
            "async_jobs",
            "details",
            "quotas",
        ]


async def test_what_a_poll_found_is_published_as_each_of_its_collectors_ends() -> None:
    """The listing at once, with statuses of its own, while everything else is still being asked."""
    async with scene(collectors=("jobs", "status", "progress")) as stage:
        await stage.pace.once()
        ended = [{state.collector for state in snapshot.collectors if state.success} for snapshot in stage.published]
        assert ended[0] == {"jobs"}
        assert stage.published[0].jobs
        assert all(job.state for job in stage.published[0].jobs)
        assert ended[-1] == {"jobs", "status", "progress"}


async def test_later_polls_are_at_a_fixed_offset_of_the_wall_clock() -> None:
    async with scene(**POLL_ONLY) as stage, running(stage):
        ticks = []
        for _ in range(3):
            stage.clock.go_on(await stage.clock.next_sleep())
            ticks.append(stage.clock.wall % INTERVAL)
            stage.clock.wake()
        assert ticks == pytest.approx([ticks[0]] * 3)


async def test_projects_and_shards_have_offsets_of_their_own() -> None:
    first = []
    for changes in ({}, {"shard": 1, "total_shards": 2}):
        async with scene(**changes, **POLL_ONLY) as stage, running(stage):
            first.append(await stage.clock.next_sleep())
    assert first[0] != pytest.approx(first[1])


async def test_missed_ticks_are_skipped() -> None:
    """The process stood still for five intervals: there is one poll now, not five, and the offset stays."""
    async with scene(**POLL_ONLY) as stage, running(stage):
        wait = await stage.clock.next_sleep()
        before = stage.cloud.calls["list_jobs"]
        stage.clock.go_on(wait + 5.5 * INTERVAL)
        stage.clock.wake()
        assert await stage.clock.next_sleep() == pytest.approx(0.5 * INTERVAL)
        assert stage.cloud.calls["list_jobs"] == 2 * before


async def test_a_jump_of_the_wall_clock_moves_no_tick() -> None:
    async with scene(**POLL_ONLY) as stage, running(stage):
        stage.clock.go_on(await stage.clock.next_sleep())
        stage.clock.wall -= 86_400
        stage.clock.wake()
        assert await stage.clock.next_sleep() == pytest.approx(INTERVAL)


async def test_a_round_is_gone_once_an_interval() -> None:
    async with scene() as stage:
        for _ in range(11):
            stage.clock.go_on(INTERVAL)
            await stage.pace.once()
        assert stage.cloud.calls["list_jobs"] == 11 * 3
        assert stage.cloud.calls["list_async_jobs"] == 3
        assert stage.cloud.calls["quotas"] == 1


async def test_data_that_is_held_goes_between_two_polls_when_its_time_is_over() -> None:
    async with scene(hold_time=90.0, collectors=("jobs", "status")) as stage, running(stage):
        first = await stage.clock.next_sleep()
        assert first < 90.0 < first + INTERVAL
        stage.cloud.faults.set("list_jobs", "403_permission")
        stage.clock.go_on(first)
        stage.clock.wake()
        rest = await stage.clock.next_sleep()
        assert rest == pytest.approx(90.0 - first)
        assert stage.published[-1].jobs
        stage.clock.go_on(rest)
        stage.clock.wake()
        assert await stage.clock.next_sleep() == pytest.approx(INTERVAL - rest)
        assert stage.published[-1].jobs is None


@pytest.mark.parametrize("known", [False, True])
async def test_a_listing_that_hangs_takes_no_time_from_the_rest(known: bool) -> None:
    async with scene(poll_timeout=1.0, request_timeout="30s") as stage:
        if known:
            await stage.pace.once()
        stage.cloud.faults.set("list_jobs", "hang")
        stage.clock.go_on(INTERVAL)
        await stage.pace.once()
        collectors = {state.collector: state for state in stage.published[-1].collectors}
        assert collectors["jobs"].success is False
        assert collectors["jobs"].error == (
            "no call has ended for 1 s, 0 of 1 were done: raise poll_timeout, lower request_timeout, or raise "
            "max_concurrency where calls wait for each other"
        )
        if known:
            assert collectors["status"].success is True
            assert stage.published[-1].jobs
        else:
            assert collectors["status"].success is None
            assert stage.published[-1].jobs is None
        assert not stage.published[-1].up


async def test_stopped_jobs_are_not_asked_about() -> None:
    async with scene(collectors=("jobs", "status")) as stage:
        for job in stage.cloud.truth():
            stage.cloud.fleet.set_status(job.id, "RELEASE_RESOURCE_COMPLETE")
        await stage.pace.once()
        assert stage.published[-1].up
        assert stage.cloud.calls["batch_status"] == 0


async def test_a_loop_that_stands_still_is_overdue() -> None:
    async with scene() as stage, running(stage):
        await stage.clock.next_sleep()
        stage.clock.go_on(2 * INTERVAL)
        assert stage.pace.overdue() is None
        stage.clock.go_on(1.0)
        assert stage.pace.overdue() == pytest.approx(2 * INTERVAL + 1)


async def test_job_detail_reads_each_job_in_two_calls() -> None:
    async with scene(collectors=("jobs", "job_detail")) as stage:
        await stage.pace.once()
        snapshot = stage.published[-1]
        asked = stage.cloud.calls["job_detail"]
        live = [job for job in snapshot.jobs or () if job.state and job.state.phase != "stopped"]
        assert 0 < asked <= 2 * len(live)
        assert any(job.detail.nodes for job in live)


async def test_the_first_poll_has_ended_only_once_what_it_found_is_published() -> None:
    """Or a scrape right after ready would find an empty page."""
    async with scene() as it:
        assert not it.pace.polled
        await it.pace.once()
        assert it.published[0].polled is None
        assert it.pace.polled
        assert it.published[-1].polled is not None
