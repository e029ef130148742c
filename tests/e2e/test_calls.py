"""A poll asks the cloud no more often than the sizes of pages and batches make it."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from benchmarks.fewest import fewest
from drs_exporter.cloud.observer import Observer
from drs_exporter.connect import connect
from drs_exporter.poll import DEFAULT_COLLECTORS, Pace, Plan
from drs_exporter.poll.state import State
from drs_exporter.secret import Redactor
from drs_exporter.simulator import SimulatedCloud
from drs_exporter.snapshot import Job, JobInfo, JobState, Project
from drs_exporter.status import phase_of
from tests.e2e.test_shards import NOW, Standstill, settings_for

SCENARIOS = ("migration", "sync", "cloudDataGuard")
INTERVAL = 60.0
COUNTED = tuple(name for name in DEFAULT_COLLECTORS if name not in {"cloud_eye", "diagnosis"})
"""Those whose calls the fleet alone decides, and not how late data are or how far a tenth of the budget goes."""


def fewest_of(cloud: SimulatedCloud, *, first: bool) -> Counter[str]:
    """What the fleet, as it really is, makes necessary."""
    jobs = [
        Job(
            id=job.id,
            name=job.name,
            state=JobState(job.status, phase_of(job.status)),
            info=JobInfo(db_use_type=job.db_use_type, parent_id=job.parent_id),
        )
        for job in cloud.truth()
    ]
    members = {batch.async_job_id: len(batch.members) for batch in cloud.async_batches()}
    calls = fewest(jobs, members, scenarios=SCENARIOS, first=first)
    return Counter({name: number for name, number in calls.items() if not name.startswith("ces_")})


class Turned(Standstill):
    """A clock that a test turns."""

    now = 0.0

    def monotonic(self) -> float:
        """So many seconds from the start."""
        return self.now


@asynccontextmanager
async def pace_of(cloud: SimulatedCloud, clock: Turned) -> AsyncIterator[Pace]:
    """The pace of a project, which publishes to nobody."""

    async def publish(_: Project) -> None:
        return None

    (project,) = settings_for(cloud).projects
    async with connect(project, redactor=Redactor(), observer=Observer(), clock=clock) as connection:
        yield Pace(
            Plan(name="sim", project_id=cloud.project_id, poll_interval=INTERVAL, collectors=COUNTED),
            connection.clients,
            connection.budgets,
            clock=clock,
            publish=publish,
            unreadable=lambda *_: None,
            crashed=lambda: pytest.fail("a bug"),
            state=State(),
        )


@pytest.mark.parametrize("jobs", [1, 40, 250])
async def test_calls_equal_their_arithmetic_minimum(jobs: int) -> None:
    """Of the first poll, and of the ten after it, beside which every detail is asked once and batches twice."""
    clock = Turned()
    async with SimulatedCloud(jobs=jobs, seed=11, now=lambda: NOW) as cloud, pace_of(cloud, clock) as pace:
        await pace.once()
        first = fewest_of(cloud, first=True)
        assert cloud.calls == first
        cloud.calls.clear()
        for _ in range(10):
            clock.now += INTERVAL
            await pace.once()
        every = fewest_of(cloud, first=False)
        expected = Counter({operation: 10 * calls for operation, calls in every.items()})
        expected["batch_detail"] = first["batch_detail"]
        expected["list_async_jobs"] = 2 * first["list_async_jobs"]
        expected["async_job_detail"] = 2 * first["async_job_detail"]
        assert cloud.calls == +expected


async def test_details_are_spread_over_their_interval() -> None:
    """No minute has more than its share of them, but for the first."""
    clock = Turned()
    async with SimulatedCloud(jobs=250, seed=11, now=lambda: NOW) as cloud, pace_of(cloud, clock) as pace:
        await pace.once()
        whole = cloud.calls["batch_detail"]
        for _ in range(10):
            before = cloud.calls["batch_detail"]
            clock.now += INTERVAL
            await pace.once()
            assert cloud.calls["batch_detail"] - before <= -(-whole // 10)
