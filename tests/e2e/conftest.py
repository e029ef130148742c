"""Real programs on loopback."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.stack.stack import Pace, Stack
from drs_exporter.simulator import SimulatedCloud


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    """The whole stack, with rules that wait a second where they else wait a minute."""
    pace = Pace(hurry=60, poll_interval="2s", scrape_interval="500ms")
    async with Stack(SimulatedCloud(jobs=40, seed=1, speed=0.001), tmp_path, pace) as running:
        yield running
