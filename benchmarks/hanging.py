"""Scrapes while every request to the cloud hangs, against scrapes while none is sent."""

import asyncio
from statistics import median

from benchmarks.scraper import Scraper, latencies, quantile
from benchmarks.served import exporter
from benchmarks.table import Row, Table, milliseconds
from benchmarks.upstream import cloud

JOBS = 1_000
ROUNDS = 7


def run() -> Table:
    """Two daemons side by side, scraped in turns."""
    with (
        cloud(JOBS) as quiet,
        cloud(JOBS) as silent,
        exporter(quiet.url, POLL_INTERVAL="1h") as idle,
        exporter(silent.url, POLL_INTERVAL="1s", POLL_TIMEOUT="60s", REQUEST_TIMEOUT="5s") as waiting,
    ):
        idle.settle()
        silent.hang(hanging=True)
        found: dict[int, list[float]] = {idle.port: [], waiting.port: []}
        for _ in range(ROUNDS):
            for port, figures in found.items():
                figures.append(quantile(asyncio.run(scrapes(port)), 0.99))
        still, hung = (median(figures) for figures in found.values())
    return Table(
        "A cloud that does not answer",
        f"p99 of compressed scrapes of {JOBS:,} jobs, 200 a second, the median of {ROUNDS} rounds of 2 s: with every "
        "request of the polls hanging, against a daemon between two polls.",
        [
            Row(
                subject="scrape, p99",
                figure=milliseconds(hung),
                rival=milliseconds(still),
                ratio=hung / still,
                target=1.5,
                want="at most",
            )
        ],
    )


async def scrapes(port: int) -> list[float]:
    """Durations, sorted."""
    scraper = Scraper(port)
    await scraper.scrape()
    found = await latencies(scraper, seconds=2, per_second=200)
    scraper.close()
    return found
