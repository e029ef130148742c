"""Cloud Eye before a simulated one: every running job's machine, in the fewest calls, and never in the way of DRS."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
import structlog

from drs_exporter.cli.preparation import load
from drs_exporter.cli.simulate import credentials
from drs_exporter.cloud.observer import Observer
from drs_exporter.connect import connect
from drs_exporter.poll import DEFAULT_COLLECTORS, Pace
from drs_exporter.poll.state import State
from drs_exporter.secret import Redactor
from drs_exporter.simulator import SimulatedCloud
from drs_exporter.snapshot import CollectorState, Instance, Job, Project
from drs_exporter.watch import plan_of

FROZEN = 1e-6
"""Speed of a world in which no job changes by itself."""

GROUP = 26
"""Machines of one call."""


class Moving:
    """A clock that the test sets and that sleeping moves on, which the cloud runs by too."""

    def __init__(self) -> None:
        self.passed = 0.0
        """Seconds; apart from the date, whose last bits are too coarse to wait by."""

    @property
    def at(self) -> float:
        return 1_790_000_000.0 + self.passed

    def __call__(self) -> float:
        return self.at

    def time(self) -> float:
        return self.at

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.passed += max(seconds, 1e-6)  # a real clock goes on, however short the wait
        await asyncio.sleep(0)


class Watched:
    """One project, polled when the test says so."""

    def __init__(self, cloud: SimulatedCloud, pace: Pace, published: list[Project]) -> None:
        self.cloud = cloud
        self._pace = pace
        self.published = published

    async def poll(self) -> Project:
        """Everything that is due."""
        await self._pace.once()
        return self.published[-1]

    def asked(self, operation: str) -> int:
        """Calls since this was asked last."""
        return self.cloud.calls.pop(operation, 0)


def of_cloud_eye(project: Project) -> CollectorState:
    return next(state for state in project.collectors if state.collector == "cloud_eye")


def measured(project: Project) -> dict[str, Instance]:
    return {job.id: job.instance for job in project.jobs or () if job.instance != Instance()}


def running(cloud: SimulatedCloud) -> set[str]:
    at = cloud.time.elapsed()
    return {life.job_id for life in cloud.fleet.everyone(at) if cloud.fleet.machine(life, at) is not None}


Watching = Callable[..., AbstractAsyncContextManager[Watched]]


@pytest.fixture
def clock() -> Moving:
    return Moving()


@pytest.fixture
def watching(clock: Moving) -> Watching:
    """Watches a cloud of its own, with settings that a test may change."""

    @asynccontextmanager
    async def watch(
        *, jobs: int = 40, seed: int = 7, v5: bool = True, speed: float = 1.0, **changes: Any
    ) -> AsyncIterator[Watched]:
        async with SimulatedCloud(jobs=jobs, seed=seed, now=clock, v5=v5, speed=speed) as running_cloud:
            running_cloud.cloud_eye.late = False
            options = {**credentials(running_cloud), "project_name": "prod", **changes}
            settings = load(options, environ={})
            (project,) = settings.projects
            published: list[Project] = []

            async def publish(snapshot: Project) -> None:
                published.append(snapshot)

            async with connect(project, redactor=Redactor(), observer=Observer(), clock=clock) as connection:
                pace = Pace(
                    plan_of(project, settings),
                    connection.clients,
                    connection.budgets,
                    clock=clock,
                    publish=publish,
                    unreadable=lambda _errors, _dropped: None,
                    crashed=lambda: pytest.fail("a bug"),
                    state=State(),
                )
                yield Watched(running_cloud, pace, published)

    return watch


async def test_every_running_job_has_all_metrics_and_no_other_job_any(watching: Watching, clock: Moving) -> None:
    """Those too whose machine is known by its node's id, once v5 has told of nodes."""
    async with watching() as watched:
        await watched.poll()
        clock.passed += 60
        found = measured(await watched.poll())
        assert set(found) == running(watched.cloud)
        fleet, time = watched.cloud.fleet, watched.cloud.time
        for job_id, instance in found.items():
            life = fleet.find(job_id, time.elapsed())
            assert life is not None
            assert instance.metrics_time is not None
            assert 0 < clock.at - instance.metrics_time < 240
            machine = fleet.machine(life, time.moment(instance.metrics_time))
            assert machine is not None
            assert instance.disk_ratio == pytest.approx(machine.disk_util / 100, abs=0.05)
            assert None not in {getattr(instance, name) for name in instance.__struct_fields__}


async def test_twenty_six_machines_go_into_one_call(watching: Watching) -> None:
    async with watching(jobs=150, v5=True, collectors="jobs,status,cloud_eye") as watched:
        await watched.poll()
        assert watched.asked("ces_list_metrics") == 1
        asked = sum(
            job.state is not None and job.state.phase not in ("pending", "stopping", "stopped")
            for job in (await watched.poll()).jobs or ()
        )
        assert watched.asked("ces_data") <= -(-asked // GROUP) + 1


async def test_a_limit_of_ten_metrics_is_learned_once(watching: Watching, clock: Moving) -> None:
    """As T Cloud's page says: five refusals, then two calls for each machine."""
    async with watching(v5=False) as watched:
        first = await watched.poll()
        machines = len(running(watched.cloud))
        assert set(measured(first)) == running(watched.cloud)
        watched.asked("ces_data")
        clock.passed += 60
        assert set(measured(await watched.poll())) == running(watched.cloud)
        assert watched.asked("ces_data") <= 2 * machines + 1


async def test_an_absent_cloud_eye_is_unsupported_and_tried_hourly(watching: Watching, clock: Moving) -> None:
    async with watching() as watched:
        for operation in ("ces_list_metrics", "ces_data"):
            watched.cloud.faults.set(operation, "404_gateway")
        with structlog.testing.capture_logs() as logs:
            first = await watched.poll()
        assert of_cloud_eye(first).supported is False
        assert of_cloud_eye(first).success is None
        assert first.up
        assert measured(first) == {}
        told = [line for line in logs if line.get("collector") == "cloud_eye"]
        assert [(line["event"], line["log_level"]) for line in told] == [("collector.unsupported", "info")]
        watched.asked("ces_list_metrics")
        clock.passed += 60
        await watched.poll()
        assert watched.asked("ces_list_metrics") == 0
        watched.cloud.faults.clear()
        clock.passed += 3600
        await watched.poll()
        clock.passed += 60
        found = await watched.poll()
        assert of_cloud_eye(found).supported is True
        assert set(measured(found)) == running(watched.cloud)


async def test_a_missing_right_is_unsupported_and_the_log_says_which(watching: Watching) -> None:
    async with watching() as watched:
        watched.cloud.faults.set("ces_list_metrics", "403_permission")
        with structlog.testing.capture_logs() as logs:
            first = await watched.poll()
        assert of_cloud_eye(first).supported is False
        (told,) = [line for line in logs if line.get("collector") == "cloud_eye"]
        assert "ces:metrics:list and ces:metricData:list" in told["error"]
        assert "CES ReadOnlyAccess" in told["error"]


async def test_a_right_that_is_taken_away_later_is_a_failure(watching: Watching, clock: Moving) -> None:
    async with watching() as watched:
        await watched.poll()
        watched.cloud.faults.set("ces_data", "403_permission")
        for _ in range(3):
            clock.passed += 60
            later = await watched.poll()
        assert (of_cloud_eye(later).supported, of_cloud_eye(later).success) == (True, False)
        assert later.up


@pytest.mark.parametrize("fault", ["throttle", "500", "html", "json_null"])
async def test_a_failing_cloud_eye_costs_drs_nothing(watching: Watching, clock: Moving, fault: str) -> None:
    async with watching(speed=FROZEN, hold_time="1h") as watched:  # pauses of throttling may take minutes
        await watched.poll()
        clock.passed += 60
        before = set(measured(await watched.poll()))
        watched.asked("list_jobs")
        watched.cloud.faults.set("ces_data", fault)
        clock.passed += 60
        failing = await watched.poll()
        assert of_cloud_eye(failing).success is False
        assert watched.asked("list_jobs") == 3
        assert failing.up
        assert all(state.success is not False for state in failing.collectors if state.collector != "cloud_eye")
        assert set(measured(failing)) == before, "held for a while"
        watched.cloud.faults.clear()
        for _ in range(3):
            clock.passed += 60
            later = await watched.poll()
        assert of_cloud_eye(later).success is True


async def test_a_hanging_cloud_eye_delays_nothing_of_drs(watching: Watching, clock: Moving) -> None:
    """Its calls end with the request timeout; by then a poll of DRS has long been published."""
    async with watching(request_timeout="1s") as watched:
        await watched.poll()
        watched.cloud.faults.set("ces_data", "hang")
        clock.passed += 60
        hanging = await watched.poll()
        assert (of_cloud_eye(hanging).success, hanging.up) == (False, True)
        assert of_cloud_eye(hanging).error == "no complete answer from {} within 1 s".format(
            watched.cloud.url.removeprefix("http://")
        )
        assert all(state.success is not False for state in hanging.collectors if state.collector != "cloud_eye")
        polls = [snapshot.polled for snapshot in watched.published if snapshot.polled == hanging.polled]
        assert len(polls) > 1, "what DRS told was published before Cloud Eye was given up"


async def test_what_is_not_read_again_goes_after_the_hold_time(watching: Watching, clock: Moving) -> None:
    async with watching() as watched:
        assert measured(await watched.poll())
        watched.cloud.faults.set("ces_data", "500")
        for _ in range(5):
            clock.passed += 60
            later = await watched.poll()
        assert measured(later) == {}


async def test_late_data_are_found_and_what_is_older_than_fifteen_minutes_is_absent(
    watching: Watching, clock: Moving
) -> None:
    async with watching(collectors="jobs,status,cloud_eye") as watched:
        cloud = watched.cloud
        before = measured(await watched.poll())
        cloud.cloud_eye.lateness = 12 * 60
        clock.passed += 60
        late = measured(await watched.poll())
        assert set(late) == set(before)
        ages = [clock.at - (instance.metrics_time or 0) for instance in late.values()]
        assert all(11 * 60 < age <= 15 * 60 for age in ages)
        watched.asked("ces_data")
        clock.passed += 60
        project = await watched.poll()
        assert set(measured(project)) == set(before)
        calls = watched.asked("ces_data")
        assert calls <= -(-len(before) // GROUP) + 2, "learned: no call in vain"
        (use,) = (use for use in project.budgets if use.service == "cloud_eye")
        assert calls / 60 == pytest.approx((use.utilization or 0.0) * use.allowed), "and counted as they are made"
        cloud.cloud_eye.lateness = 16 * 60
        clock.passed += 120
        assert measured(await watched.poll()) == {}
        cloud.cloud_eye.lateness = None
        for _ in range(6):
            clock.passed += 60
            again = measured(await watched.poll())
        assert set(before) & running(cloud) <= set(again)
        assert all(clock.at - (instance.metrics_time or 0) < 240 for instance in again.values())


async def test_a_job_that_begins_to_run_is_looked_for_at_once(watching: Watching, clock: Moving) -> None:
    async with watching(v5=False, collectors="jobs,status,cloud_eye") as watched:
        cloud = watched.cloud
        waiting = next(job.id for job in cloud.truth() if job.status == "CONFIGURATION" and not job.parent_id)
        assert waiting not in measured(await watched.poll())
        watched.asked("ces_list_metrics")
        clock.passed += 60
        await watched.poll()
        assert watched.asked("ces_list_metrics") == 0, "nothing began"
        cloud.fleet.set_status(waiting, "FULL_TRANSFER_STARTED")
        found: dict[str, Instance] = {}
        for _ in range(7):
            clock.passed += 60
            found = measured(await watched.poll())
        assert waiting in found
        assert 1 <= watched.asked("ces_list_metrics") <= 3


@pytest.mark.parametrize("collectors", [",".join(DEFAULT_COLLECTORS), "async_jobs,cloud_eye,job_detail"])
async def test_shards_share_the_machines(watching: Watching, clock: Moving, collectors: str) -> None:
    """Each job's machine is one shard's, whether its own shard is told of its node, that of its batch, or both."""
    found: list[set[str]] = []
    for shard in range(2):
        async with watching(jobs=60, seed=9, shard=shard, total_shards=2, collectors=collectors) as watched:
            await watched.poll()
            clock.passed += 60
            found.append(set(measured(await watched.poll())))
            everything = running(watched.cloud)
        clock.passed = 0.0
    assert found[0] | found[1] == everything
    assert not found[0] & found[1]


async def test_a_machine_that_belongs_to_no_job_is_counted_once(watching: Watching, clock: Moving) -> None:
    async with watching(v5=False, collectors="jobs,status,cloud_eye") as watched:
        gone = next(iter(running(watched.cloud)))
        parent = next((job.parent_id or job.id) for job in watched.cloud.truth() if job.id == gone)
        clock.passed += 60
        watched.cloud.fleet.delete(parent)
        with structlog.testing.capture_logs() as logs:
            for _ in range(4):
                clock.passed += 60
                await watched.poll()
        dropped = [line for line in logs if line["event"] == "values.dropped"]
        assert [line["kind"] for line in dropped] == ["instances"]


def test_a_job_without_a_machine_has_no_instance() -> None:
    assert Job(id="a", name="a").instance == Instance()
