"""A simulated cloud in a thread of its own, and the command line as a user runs it."""

import asyncio
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import pytest

from drs_exporter.cli import run, waiting
from drs_exporter.cli.simulate import credentials
from drs_exporter.clock import SystemClock
from drs_exporter.settings.names import PREFIX, variable
from drs_exporter.simulator import SimulatedCloud


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    code: int
    out: str
    err: str


Drs = Callable[..., Ended]


@pytest.fixture(autouse=True)
def _a_clean_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of ours is set, and waiting takes no time."""
    for name in [name for name in os.environ if name.startswith((PREFIX, "OS_", "HUAWEICLOUD_"))]:
        monkeypatch.delenv(name)

    monkeypatch.setattr(waiting, "PATIENCE", 3600.0)
    slept = 0.0

    async def at_once(_clock: SystemClock, seconds: float) -> None:
        nonlocal slept
        slept += seconds
        await asyncio.sleep(0)

    monkeypatch.setattr(SystemClock, "sleep", at_once)
    monkeypatch.setattr(SystemClock, "monotonic", lambda _clock: time.monotonic() + slept)


@pytest.fixture
def cloud() -> Iterator[SimulatedCloud]:
    """A cloud of some jobs that answers while commands run."""
    simulated = SimulatedCloud(jobs=30, seed=3)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(simulated.start(), loop).result()
    yield simulated
    asyncio.run_coroutine_threadsafe(simulated.stop(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def configured(cloud: SimulatedCloud, monkeypatch: pytest.MonkeyPatch) -> SimulatedCloud:
    """The same cloud, with the variables that lead to it."""
    for name, value in credentials(cloud).items():
        monkeypatch.setenv(variable(name), value)
    monkeypatch.setenv("DRS_EXPORTER_PROJECT_NAME", "prod")
    return cloud


@pytest.fixture
def drs(capsys: pytest.CaptureFixture[str]) -> Drs:
    """Runs `drs-exporter` with these arguments in this process."""

    def call(*arguments: str) -> Ended:
        code = run(arguments)
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return call


_LINE: Final = re.compile(r"(?P<operation>\w+(?: \w+)?)  +(?:\d+ ms +)?(?:\d+  +)?(?P<result>\S.*)")


def lines(ended: Ended) -> dict[str, str]:
    """What the table says of each operation, without its numbers."""
    found = map(_LINE.fullmatch, filter(None, map(str.strip, ended.out.splitlines()[2:])))
    return {line["operation"]: line["result"] for line in found if line}
