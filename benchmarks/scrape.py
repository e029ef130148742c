"""Scrapes a second of CPU, against a bare handler with the same bytes and against the client library's server."""

import asyncio
import tempfile
from pathlib import Path

from benchmarks.scraper import Scraper
from benchmarks.served import Served, exporter, program
from benchmarks.table import Row, Table
from benchmarks.upstream import cloud

SIZES = {100: 1500, 1_000: 1500, 10_000: 100}
"""Jobs, and scrapes in each round."""
ROUNDS = 5


def run() -> Table:
    """Compressed scrapes over one connection each."""
    rows = []
    for jobs, scrapes in SIZES.items():
        for name, ours, rival in rates(jobs, scrapes):
            target = {"bare handler": 0.95, "client library": 500.0}[name] if jobs == 1_000 else None
            row = Row(
                subject=f"{jobs:,} jobs, against the {name}",
                figure=f"{ours:,.0f} /s",
                rival=f"{rival:,.3g} /s",
                ratio=ours / rival,
                target=target,
            )
            rows.append(row)
    return Table(
        "Scrape rate",
        "Scrapes with gzip that one second of the server's CPU answers. The bare handler is aiohttp with a route and "
        "the same compressed bytes, on the same event loop, asyncio's own. The client library's server "
        "(`start_http_server`) has the same job families ready in memory and renders and compresses them, as it does "
        "for each scrape.",
        rows,
    )


def rates(jobs: int, scrapes: int) -> list[tuple[str, float, float]]:
    """Each rival's name, our rate and its."""
    with (
        cloud(jobs) as upstream,
        exporter(upstream.url, POLL_INTERVAL="1h") as ours,
        tempfile.NamedTemporaryFile() as body,
    ):
        ours.settle()
        Path(body.name).write_bytes(asyncio.run(Scraper(ours.port).scrape())[1])
        with (
            program(["-m", "benchmarks.rivals.bare", body.name]) as bare,
            program(["-m", "benchmarks.rivals.library", upstream.url]) as library,
        ):
            spent = dict.fromkeys((ours, bare), 0.0)
            for _ in range(ROUNDS):
                for served in spent:
                    spent[served] += seconds(served, scrapes)
            rate = ROUNDS * scrapes / spent[ours]
            few = 1 if jobs > 1_000 else 10
            return [
                ("bare handler", rate, ROUNDS * scrapes / spent[bare]),
                ("client library", rate, few / seconds(library, few)),
            ]


def seconds(served: Served, scrapes: int) -> float:
    """CPU that so many scrapes cost."""

    async def scrape() -> float:
        scraper = Scraper(served.port)
        await scraper.scrape()
        before = served.cpu()
        for _ in range(scrapes):
            await scraper.scrape()
        spent = served.cpu() - before
        scraper.close()
        return spent

    return asyncio.run(scrape())
