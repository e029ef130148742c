"""The whole exporter before a simulated cloud, looked at from outside only."""

import contextlib
import os
from collections.abc import AsyncIterator, Callable, Iterator, MutableSequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
import structlog

from drs_exporter.poll import DEFAULT_COLLECTORS
from drs_exporter.settings.names import PREFIX
from drs_exporter.simulator import SimulatedCloud
from tests.faults.daemon import Daemon, entry
from tests.faults.driven_clock import DrivenClock

Watching = Callable[..., AbstractAsyncContextManager[Daemon]]


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this machine's variables say counts for nothing."""
    for name in [name for name in os.environ if name.startswith((PREFIX, "OS_", "HUAWEICLOUD_"))]:
        monkeypatch.delenv(name)


@pytest.fixture
def events() -> Iterator[MutableSequence[Any]]:
    """Every log event as it comes."""
    with structlog.testing.capture_logs() as captured:
        yield captured


@pytest.fixture
def clock() -> DrivenClock:
    """The clock of cloud and exporter: time passes at the test's word."""
    return DrivenClock()


@pytest.fixture
async def cloud(clock: DrivenClock) -> AsyncIterator[SimulatedCloud]:
    """Forty jobs whose lives stand still."""
    async with SimulatedCloud(jobs=40, seed=1, speed=1e-6, now=clock.time) as running:
        yield running


@pytest.fixture
def watching(tmp_path: Path, clock: DrivenClock, events: MutableSequence[Any], cloud: SimulatedCloud) -> Watching:
    """Starts the exporter with these settings, some of the project's and some of the process's, and polls once."""

    @contextlib.asynccontextmanager
    async def start(
        *projects: str, process: dict[str, object] | None = None, **settings: object
    ) -> AsyncIterator[Daemon]:
        daemon = Daemon(tmp_path, clock, events)
        entries = [entry(cloud, name, **settings) for name in projects or ("prod",)]
        daemon.configure(*entries, **({"collectors": list(DEFAULT_COLLECTORS)} | (process or {})))
        async with daemon:
            yield daemon

    return start
