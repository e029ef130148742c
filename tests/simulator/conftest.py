"""Fixtures: a simulated cloud on its own clock, and a client that is signed in."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from drs_exporter.simulator import SimulatedCloud
from tests.simulator.client import Client, Hands


@pytest.fixture
def hands() -> Hands:
    """The clock the cloud runs by."""
    return Hands()


@pytest.fixture
async def cloud(hands: Hands) -> AsyncIterator[SimulatedCloud]:
    """A cloud of forty jobs."""
    async with SimulatedCloud(jobs=40, seed=7, now=hands) as running:
        yield running


@pytest.fixture
async def client(cloud: SimulatedCloud) -> AsyncIterator[Client]:
    """A client with a token."""
    async with aiohttp.ClientSession() as session:
        yield Client(cloud, session, token=cloud.identity.issue_token())
