"""The cloud ends whole, whoever is just coming."""

import asyncio
import contextlib
import socket

import pytest

from drs_exporter.simulator import SimulatedCloud


@pytest.mark.parametrize("turns", range(6))
async def test_a_connection_that_just_comes_is_ended_with_the_cloud(turns: int) -> None:
    """However many turns of the loop it has had: accepted, given to a protocol, or neither."""
    cloud = SimulatedCloud(jobs=1)
    await cloud.start()
    host, port = cloud.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        for _ in range(turns):
            await asyncio.sleep(0)
        await cloud.stop()
        client.setblocking(False)  # noqa: FBT003 - the library's own signature
        with contextlib.suppress(ConnectionResetError):  # nobody had accepted it
            async with asyncio.timeout(10):
                assert await asyncio.get_running_loop().sock_recv(client, 1) == b""
