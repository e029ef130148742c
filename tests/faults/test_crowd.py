"""Ten thousand jobs at once, scrapers that hammer, and nothing that leaks."""

import asyncio
import gc

import psutil
import pytest

from drs_exporter.errors import ApiError
from drs_exporter.simulator import SimulatedCloud
from tests.faults.daemon import INTERVAL, Daemon, Started, arrival

NEW_JOBS = 10_000


async def test_ten_thousand_jobs_appear_at_once_while_scrapers_hammer(started: Started) -> None:
    """One poll brings them all; until then every page is the one before, and none is in between."""
    async with started(collectors=["jobs", "status"], max_requests_per_second=1000) as (daemon, cloud):
        few = len((await daemon.scrape()).jobs())
        added = cloud.fleet.add(NEW_JOBS)
        scrapers = daemon.scrapers
        assert scrapers is not None
        before = scrapers.answers
        assert await daemon.poll() == []
        assert scrapers.answers - before >= 2
        await scrapers.more(8)
        many = len(cloud.truth())
        assert daemon.scraped() == {few, many}
        _, body = await daemon.get("/metrics")
        assert body.count(b"\ndrs_job_status{") == many
        for job_id in added:
            cloud.fleet.delete(job_id)
        assert await daemon.poll() == []
        assert len((await daemon.scrape()).jobs()) == few


async def test_neither_tasks_nor_descriptors_leak(steady: Daemon, cloud: SimulatedCloud) -> None:
    """As many after dozens of polls under faults as before."""
    kinds = ["500", "reset", "close", "truncated", "401", "wrong_length"]
    for kind in kinds:  # what is opened once is opened now
        await under(kind, steady, cloud)
    before = standing()
    for kind in kinds * 3:
        await under(kind, steady, cloud)
    after = standing()
    assert after["tasks"] <= before["tasks"]
    assert after["descriptors"] <= before["descriptors"] + 2


@pytest.mark.parametrize(
    "kind", ["500", "401", "bad_id", "html", "json_array", "truncated", "reset", "pages_endless", "404_gateway"]
)
async def test_what_failing_calls_have_read_is_free_without_a_collection(
    steady: Daemon, cloud: SimulatedCloud, kind: str
) -> None:
    """Nothing keeps their errors, which would keep every answer read on the way: bodies of 64 MiB, whole listings."""
    made = ApiError
    gc.collect()
    gc.disable()
    try:
        await under(kind, steady, cloud)
        assert [kept for kept in gc.get_objects() if isinstance(kept, made)] == []
    finally:
        gc.enable()


async def under(kind: str, daemon: Daemon, cloud: SimulatedCloud) -> None:
    """Two polls under a fault, and one without."""
    cloud.faults.set("*", kind)
    await daemon.advance(2 * INTERVAL)
    cloud.faults.clear()
    await daemon.poll()
    await daemon.scrape()


def standing() -> dict[str, int]:
    """What is open now."""
    gc.collect()
    return {"tasks": len(asyncio.all_tasks()), "descriptors": psutil.Process().num_fds()}


@pytest.mark.parametrize("hanging", [False, True], ids=["idle", "in the middle of a request"])
async def test_nothing_is_left_after_the_end(
    daemon: Daemon, started: Started, monkeypatch: pytest.MonkeyPatch, *, hanging: bool
) -> None:
    before = standing()
    async with started() as (running, cloud):
        await running.scrape()
        if hanging:
            cloud.faults.set("*", "hang")
            arrived = arrival(cloud, monkeypatch)
            polling = asyncio.create_task(running.poll())
            await asyncio.wait_for(arrived.wait(), 30)
            polling.cancel()
            await asyncio.wait([polling])
    assert daemon is running
    await asyncio.sleep(0)
    after = standing()
    assert after["tasks"] == before["tasks"]
    assert after["descriptors"] <= before["descriptors"] + 1
