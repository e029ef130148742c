"""Event loop and scrapes while a large poll is decoded, parsed and rendered."""

import asyncio
import json
import time

from benchmarks.contest import alone
from benchmarks.scraper import Scraper, latencies, quantile
from benchmarks.served import exporter
from benchmarks.table import Row, Table, milliseconds
from benchmarks.upstream import Cloud, cloud

JOBS = 10_000
SECONDS = 15.0
PER_SECOND = 50.0


def run() -> Table:
    """Scrapes of the whole page, compressed, by another process."""
    with cloud(JOBS) as upstream, exporter(upstream.url, "--probe", POLL_INTERVAL="1s", POLL_TIMEOUT="60s") as served:
        upstream.calls()
        found = alone(scrapes, served.port, upstream.url)
        polls = upstream.calls()["batch_progress"]
        pauses = json.loads(served.end().splitlines()[-1])
    return Table(
        "While polling",
        f"A process polls {JOBS:,} jobs again and again, a fifth of them changing each second, while its whole page is "
        f"scraped {PER_SECOND:.0f} times a second with gzip for {SECONDS:.0f} s ({polls} calls of batch progress "
        f"meanwhile). The rivals are the limits in seconds that the product set itself.",
        [
            _row("event loop late, p99", pauses["p99"], 0.020),
            Row(subject="event loop late, worst", figure=milliseconds(pauses["worst"])),
            Row(subject="scrape, p99", figure=milliseconds(quantile(found, 0.99))),
            _row("scrape, worst", found[-1], 0.050),
            Row(subject="longest collection of garbage", figure=milliseconds(pauses["collection"])),
        ],
    )


def scrapes(port: int, url: str) -> list[float]:
    """Durations, sorted."""

    async def scrape() -> list[float]:
        moving = asyncio.create_task(asyncio.to_thread(_move, Cloud(url)))
        found = await latencies(Scraper(port), seconds=SECONDS, per_second=PER_SECOND)
        await moving
        return found

    return asyncio.run(scrape())


def _move(upstream: Cloud) -> None:
    """A fifth of the fleet makes progress each second."""
    for _ in range(int(SECONDS)):
        upstream.move(JOBS // 5)
        time.sleep(1)


def _row(subject: str, figure: float, limit: float) -> Row:
    return Row(
        subject=subject,
        figure=milliseconds(figure),
        rival=milliseconds(limit),
        ratio=figure / limit,
        target=1,
        want="at most",
    )
