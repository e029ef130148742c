"""A simulated cloud whose world stands still, and the whole daemon before it."""

import contextlib
from collections.abc import AsyncIterator, Iterator, MutableSequence
from pathlib import Path
from typing import Any

import pytest
import structlog

from drs_exporter.simulator import SimulatedCloud
from tests.faults.daemon import Daemon, Started, entry
from tests.faults.driven_clock import DrivenClock

FROZEN = 1e-6
"""Speed of a simulated world in which nothing happens by itself: what is recovered is what was there before."""


@pytest.fixture
def events() -> Iterator[MutableSequence[Any]]:
    """Every log event as it comes, whole."""
    with structlog.testing.capture_logs() as captured:
        yield captured


@pytest.fixture
def clock() -> DrivenClock:
    """The clock of cloud and exporter."""
    return DrivenClock()


@pytest.fixture
def daemon(tmp_path: Path, clock: DrivenClock, events: MutableSequence[Any]) -> Daemon:
    """An exporter that is not configured yet; it will be hammered, whatever befalls it."""
    return Daemon(tmp_path, clock, events, scrapers=1)


@pytest.fixture
async def cloud(clock: DrivenClock) -> AsyncIterator[SimulatedCloud]:
    """A cloud of two dozen jobs."""
    async with SimulatedCloud(jobs=24, seed=3, speed=FROZEN, now=clock.time) as running:
        yield running


@pytest.fixture
async def steady(daemon: Daemon, cloud: SimulatedCloud) -> AsyncIterator[Daemon]:
    """A daemon that has polled that cloud twice: the next poll comes a whole interval later."""
    daemon.configure(entry(cloud))
    async with daemon:
        assert await daemon.poll() == []
        yield daemon


@pytest.fixture
def started(daemon: Daemon, clock: DrivenClock) -> Started:
    """As `cloud` and `steady`, with another number of jobs or other settings."""

    @contextlib.asynccontextmanager
    async def start(*, jobs: int = 24, speed: float = FROZEN, **settings: object) -> AsyncIterator[Any]:
        async with SimulatedCloud(jobs=jobs, seed=3, speed=speed, now=clock.time) as running:
            daemon.configure(entry(running), **settings)
            async with daemon:
                assert await daemon.poll() == []
                yield daemon, running

    return start
