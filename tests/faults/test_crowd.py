"""Ten thousand jobs at once, scrapers that hammer, and nothing that leaks."""

import asyncio
import gc
import itertools
import zlib
from collections.abc import Mapping
from typing import Any, Self

import aiohttp
import psutil
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics_families

from drs_exporter.simulator import SimulatedCloud
from tests.faults.bad_data import FIELDS
from tests.faults.daemon import INTERVAL, Daemon, Started, arrival
from tests.faults.failures import FAILURES
from tests.faults.page import Page
from tests.faults.rows import Trouble

OPENMETRICS = "application/openmetrics-text; version=1.0.0"
NEW_JOBS = 10_000


class Scrapers:
    """Clients that ask for pages without a pause, and look at every answer."""

    def __init__(self, url: str, *, count: int) -> None:
        """So many at once, each asking in its own way."""
        self.answers = 0
        self.jobs: set[int] = set()
        """Numbers of jobs that pages told of."""
        self._url = f"{url}/metrics"
        self._count = count
        self._tasks: list[asyncio.Task[None]] = []
        self._answered = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Begin."""
        ways = itertools.product(("", OPENMETRICS), ("identity", "gzip"))
        self._session = aiohttp.ClientSession(auto_decompress=False)
        for number, (accept, encoding) in zip(range(self._count), itertools.cycle(ways), strict=False):
            headers = {"Accept": accept, "Accept-Encoding": encoding}
            self._tasks.append(asyncio.create_task(self._hammer(headers), name=f"scraper {number}"))
        return self

    async def __aexit__(self, *exc: object) -> None:
        """End, and raise what any of them found."""
        for task in self._tasks:
            task.cancel()
        ended = await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()
        for end in ended:
            if isinstance(end, BaseException) and not isinstance(end, asyncio.CancelledError):
                raise end

    async def more(self, count: int) -> None:
        """Wait for so many answers more; whatever a scraper found wrong is raised."""
        wanted = self.answers + count
        while self.answers < wanted:
            self._answered.clear()
            answered = asyncio.create_task(self._answered.wait())
            await asyncio.wait([answered, *self._tasks], return_when=asyncio.FIRST_COMPLETED)
            answered.cancel()
            for task in self._tasks:
                if task.done():
                    task.result()

    async def _hammer(self, headers: Mapping[str, str]) -> None:
        while True:
            async with self._session.get(self._url, headers=headers) as response:
                assert response.status == 200
                body = await response.read()
            if response.headers.get("Content-Encoding") == "gzip":
                body = zlib.decompress(body, zlib.MAX_WBITS | 16)
            self._check(body, openmetrics=bool(headers["Accept"]))
            self.answers += 1
            self._answered.set()

    def _check(self, body: bytes, *, openmetrics: bool) -> None:
        """Whole, valid, and no series twice."""
        lines = body.decode("utf-8").splitlines()
        series = [line.rpartition(" ")[0] for line in lines if not line.startswith("#")]
        assert len(series) == len(set(series))
        assert (lines[-1] == "# EOF") == openmetrics
        self.jobs.add(sum(line.startswith("drs_job_info{") for line in series))
        if self.answers % 20 == 0 and len(lines) < 10_000:
            if openmetrics:
                parse: Any = openmetrics_families
                list(parse(body.decode()))
            else:
                Page(body)


async def test_faults_again_while_scrapers_hammer(started: Started) -> None:
    """Every way a listing can fail and every kind of bad value; no page ever lacks a job that is held."""
    async with started(hold_time=600) as (daemon, cloud):
        before = await daemon.scrape()
        async with Scrapers(daemon.url, count=4) as scrapers:
            for fault in {fault.code: fault for fault in FAILURES if fault.hammer}.values():
                Trouble("list_jobs", fault.kind, fault.params).begin(cloud)
                assert [event["event"] for event in await daemon.poll()] == ["collector.failed"], fault.name
                await scrapers.more(4)
                cloud.faults.clear()
                assert [event["event"] for event in await daemon.poll()] == ["collector.recovered"], fault.name
                assert (await daemon.scrape()).of_the_cloud() == before.of_the_cloud(), fault.name
            for trouble in (trouble for bad in FIELDS for trouble in bad.faults):
                trouble.begin(cloud)
            assert {event["event"] for event in await daemon.poll()} == {"field.unreadable"}
            await scrapers.more(4)
            cloud.faults.clear()
            await daemon.poll()
            assert (await daemon.scrape()).of_the_cloud() == before.of_the_cloud()
        assert scrapers.jobs == {len(before.jobs())}


async def test_ten_thousand_jobs_appear_at_once_while_scrapers_hammer(started: Started) -> None:
    """One poll brings them all; until then every page is the one before, and none is in between."""
    async with started(collectors=["jobs", "status"], max_requests_per_second=1000) as (daemon, cloud):
        few = len((await daemon.scrape()).jobs())
        added = cloud.fleet.add(NEW_JOBS)
        async with Scrapers(daemon.url, count=2) as scrapers:
            assert await daemon.poll() == []
            during = scrapers.answers
            await scrapers.more(4)
        many = len(cloud.truth())
        assert scrapers.jobs == {few, many}
        assert during >= 2
        _, body = await daemon.get("/metrics")
        assert body.count(b"\ndrs_job_status{") == many
        cloud.fleet._deleted.update(added)  # one by one would take the simulated cloud a minute
        cloud.fleet._stale()
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
