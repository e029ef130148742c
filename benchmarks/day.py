"""What an ordinary day costs, how soon a change is seen, how soon a start is over, what a poll adds to a database."""

import asyncio
import random
import time

from benchmarks.contest import alone
from benchmarks.scraper import Scraper
from benchmarks.served import exporter
from benchmarks.table import Row, Table
from benchmarks.upstream import Cloud, cloud
from benchmarks.watching import watching
from drs_exporter import logs
from drs_exporter.app import Exporter
from drs_exporter.cli.preparation import load
from drs_exporter.secret import Redactor
from drs_exporter.simulator import SimulatedCloud

JOBS = 1_000
POLLS = 10
"""One interval of the details: each collector but the quotas runs as often as it does in ten minutes."""
CHANGES = 12
SCRAPES_A_DAY = 24 * 3600 // 15


def run() -> Table:
    """Single figures, without rivals."""
    with cloud(JOBS) as upstream:
        polls, series, added = alone(steady, upstream.url)
        before = time.perf_counter()
        with exporter(upstream.url, POLL_INTERVAL="1h") as served:
            started = time.perf_counter() - before
            served.settle()
            begun = served.cpu()
            asyncio.run(scrapes(served.port, 400))
            scrape = (served.cpu() - begun) / 400
    seen = alone(changes)
    day = polls * 24 * 60 / POLLS + scrape * SCRAPES_A_DAY
    return Table(
        "An ordinary day",
        f"{JOBS:,} jobs at default settings. A day is 1,440 polls with a fifth of the jobs changing and a compressed "
        "scrape every 15 s. New series are those that polls add after the first, without which no database grows. A "
        f"change is a status set in the simulated cloud at a random moment, {CHANGES} times, seen on `/metrics`; half "
        "an interval and the time of a poll is the least that can be expected. Starting is from the start of the "
        "process to `/-/ready`, upstream at once.",
        [
            Row(subject="CPU a day, per 1,000 jobs", figure=f"{day:.0f} s", rival="86,400 s", ratio=day / 86_400),
            Row(subject="series per job", figure=f"{series / JOBS:.1f}"),
            Row(subject="new series per steady poll", figure=f"{added}"),
            Row(subject="change to visible, mean, in poll intervals", figure=f"{sum(seen) / len(seen):.2f}"),
            Row(subject="change to visible, worst, in poll intervals", figure=f"{max(seen):.2f}"),
            Row(subject="start to ready", figure=f"{started:.2f} s"),
        ],
    )


def steady(url: str) -> tuple[float, int, int]:
    """CPU of the polls of ten minutes, series, and series that were not there before."""

    async def poll() -> tuple[float, int, int]:
        async with watching(url) as watched:
            await watched.poll()
            await watched.poll()
            first = names(await watched.page("identity"))
            spent = 0.0
            for _ in range(POLLS):
                Cloud(url).move(JOBS // 5)
                before = time.process_time()
                await watched.poll()
                spent += time.process_time() - before
            return spent, len(first), len(names(await watched.page("identity")) - first)

    return asyncio.run(poll())


def names(page: bytes) -> set[bytes]:
    """Every series of jobs."""
    return {line.rpartition(b" ")[0] for line in page.splitlines() if line.startswith(b"drs_")}


async def scrapes(port: int, count: int) -> None:
    """So many scrapes."""
    scraper = Scraper(port)
    for _ in range(count):
        await scraper.scrape()
    scraper.close()


def changes() -> list[float]:
    """Poll intervals from a change to its sight."""
    logs.configure("error", "json", Redactor())
    return asyncio.run(_changes())


async def _changes() -> list[float]:
    moments = random.Random(1)
    async with SimulatedCloud(jobs=100) as simulated:
        environ = {
            "DRS_EXPORTER_ENDPOINT": simulated.url,
            "DRS_EXPORTER_PROJECT_ID": simulated.project_id,
            "DRS_EXPORTER_REGION": simulated.region,
            "DRS_EXPORTER_ACCESS_KEY": simulated.access_key,
            "DRS_EXPORTER_SECRET_KEY": simulated.secret_key,
            "DRS_EXPORTER_POLL_INTERVAL": "1s",
            "DRS_EXPORTER_MAX_REQUESTS_PER_SECOND": "1000",
            "DRS_EXPORTER_WEB_LISTEN_ADDRESS": "127.0.0.1:0",
        }
        daemon = Exporter(load(environ=environ), redactor=Redactor())
        running = asyncio.create_task(daemon.run())
        while daemon.unready() is not None:  # noqa: ASYNC110 - as the next one, it looks as a scraper would
            await asyncio.sleep(0.01)
        job = next(job for job in simulated.truth() if job.status == "INCRE_TRANSFER_STARTED" and not job.parent_id)
        found = []
        for number in range(CHANGES):
            await asyncio.sleep(moments.random())
            simulated.fleet.set_status(job.id, f"BENCHMARK_{number}")
            begun = time.perf_counter()
            while not await shows(daemon, f'job_id="{job.id}"', f'status="BENCHMARK_{number}"'):  # noqa: ASYNC110 - a scraper
                await asyncio.sleep(0.005)
            found.append(time.perf_counter() - begun)
        running.cancel()
        await asyncio.wait({running})
        return found


async def shows(daemon: Exporter, *labels: str) -> bool:
    """Whether a sample with these labels is on the page."""
    buffers = await daemon.metrics(projects=None, process_wide=False, jobs=True, openmetrics=False, encoding="identity")
    page = b"".join(buffers)
    return any(all(label in line for label in labels) for line in page.decode().splitlines())
