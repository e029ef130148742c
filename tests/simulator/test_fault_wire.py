"""Faults below JSON: bytes that are cut, lie, come slowly, never come or never end."""

import asyncio
import time

import aiohttp
import pytest

from drs_exporter.simulator import SimulatedCloud
from tests.simulator.client import Client, Hands


async def test_a_body_is_cut_or_is_no_utf8(cloud: SimulatedCloud, client: Client) -> None:
    whole = await client.listing()
    cloud.faults.set("list_jobs", "truncated")
    cut = await client.listing()
    assert cut.raw == whole.raw[: len(whole.raw) // 2]
    cloud.faults.clear()
    cloud.faults.set("list_jobs", "invalid_utf8")
    broken = await client.listing()
    assert broken.json is None
    with pytest.raises(UnicodeDecodeError):
        broken.raw.decode()


async def test_a_length_that_is_too_large_breaks_the_answer_off(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("list_jobs", "wrong_length", bytes=10)
    with pytest.raises(aiohttp.ClientPayloadError):
        await client.listing()


async def test_a_length_that_is_too_small_leaves_bytes_over(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("list_jobs", "wrong_length", bytes=-10)
    with pytest.raises(aiohttp.ClientResponseError):
        await client.listing()  # what is left over is no beginning of another answer


async def test_a_reset_connection_says_so(cloud: SimulatedCloud) -> None:
    cloud.faults.set("quotas", "reset")
    host, port = cloud.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET /v3/{cloud.project_id}/quotas HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()


async def test_a_closed_connection_ends_without_an_answer(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("list_jobs", "close")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.listing()


async def test_what_hangs_ends_when_the_cloud_stops(hands: Hands) -> None:
    cloud = SimulatedCloud(jobs=3, now=hands)
    await cloud.start()
    cloud.faults.set("list_jobs", "hang")
    cloud.faults.set("quotas", "slow", seconds=3600)
    cloud.faults.set("batch_status", "drip", interval=3600)
    async with aiohttp.ClientSession() as session:
        client = Client(cloud, session, token=cloud.identity.issue_token())
        hanging = [
            asyncio.ensure_future(one)
            for one in (
                client.listing(),
                client.get("v3/quotas"),
                client.post("jobs/batch-status", {"jobs": cloud.fleet.ids()}),
            )
        ]
        while sum(cloud.calls.values()) < 3:  # noqa: ASYNC110 - the cloud counts and sends no event
            await asyncio.sleep(0)
        began = time.monotonic()
        await cloud.stop()
        ends = await asyncio.gather(*hanging, return_exceptions=True)
    assert time.monotonic() - began < 3
    assert all(isinstance(end, aiohttp.ClientError) or getattr(end, "status", 0) == 200 for end in ends)


async def test_a_dripping_answer_breaks_off_when_the_cloud_stops(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("quotas", "drip", interval=3600)
    url = f"{cloud.url}/v3/{cloud.project_id}/quotas"
    async with client.session.get(url, headers=client.headers) as response:
        assert await response.content.readexactly(1) == b"{"
        await cloud.stop()
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()


async def test_a_client_that_gives_up_leaves_nothing_behind(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("list_jobs", "hang")
    before = len(asyncio.all_tasks())
    for _ in range(5):
        with pytest.raises(TimeoutError):
            await client.send("POST", f"/v3/{cloud.project_id}/jobs", {}, timeout=aiohttp.ClientTimeout(total=0.01))
    assert (await client.get("v3/quotas")).status == 200
    assert len(asyncio.all_tasks()) <= before + 2


async def test_a_slow_answer_is_right_all_the_same(cloud: SimulatedCloud, client: Client) -> None:
    whole = await client.listing()
    cloud.faults.set("list_jobs", "slow", seconds=0.01)
    assert (await client.listing()).json == whole.json
    cloud.faults.clear()
    cloud.faults.set("list_jobs", "drip", interval=0)
    assert (await client.listing()).json == whole.json


@pytest.mark.parametrize("declared", [True, False])
async def test_an_answer_can_be_larger_than_anyone_should_read(
    cloud: SimulatedCloud, client: Client, *, declared: bool
) -> None:
    cloud.faults.set("list_jobs", "oversize", mebibytes=2, declared=declared)
    reply = await client.listing()
    assert len(reply.raw) > 2 * 1024 * 1024
    assert reply.json["jobs"] == []
    assert ("Content-Length" in reply.headers) is declared
