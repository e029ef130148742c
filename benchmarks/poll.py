"""CPU of a whole poll, decoded, parsed and rendered, against a loop that only reads and decodes the same pages."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator

import aiohttp

from benchmarks.contest import contest
from benchmarks.table import Row, Table, milliseconds
from benchmarks.upstream import Cloud, cloud
from benchmarks.watching import watching

SIZES = (100, 1_000, 10_000)


def run() -> Table:
    """Polls with a fifth of the jobs changing."""
    rows = []
    for jobs in SIZES:
        with cloud(jobs) as upstream:
            ours, rival = contest((polls, (upstream.url, jobs // 5)), (bare_loop, (upstream.url,)), laps=7)
        rows.append(
            Row(
                subject=f"{jobs:,} jobs, a fifth changing",
                figure=milliseconds(ours),
                rival=milliseconds(rival),
                ratio=ours / rival,
                target=2.5 if jobs == SIZES[-1] else None,
                want="at most",
            )
        )
    return Table(
        "CPU of a poll",
        "CPU of one steady poll, the rounds that are due beside it included: requests, decoding, parsing, rendering, "
        "compression of the page, which is asked for between all polls. Answers come at once, so that a poll is "
        "published at its end only. The rival repeats exactly the same requests, those of the rounds too, with "
        "aiohttp, `json=` and `await response.json()`; it neither checks nor keeps the answers.",
        rows,
    )


async def polls(url: str, changing: int) -> AsyncGenerator[float]:
    """CPU of each poll, after two that find everything new; each makes a page, for somebody scrapes between them."""
    upstream = Cloud(url)
    async with watching(url) as watched:
        for _ in range(2):
            await watched.poll()
            await watched.page()
        while True:
            await watched.page()
            upstream.move(changing)
            upstream.requests()
            before = time.process_time()
            await watched.poll()
            yield time.process_time() - before


async def bare_loop(url: str) -> AsyncGenerator[float]:
    """CPU of the requests that the poll before has made."""
    upstream = Cloud(url)
    places = asyncio.Semaphore(4)
    headers = {"X-Auth-Token": "given"}
    async with aiohttp.ClientSession(headers=headers) as session:

        async def ask(method: str, path: str, body: object) -> None:
            async with places, session.request(method, url + path, json=body) as response:
                await response.json()

        while True:
            requests = [(method, path, json.loads(body or "null")) for method, path, body in upstream.requests()]
            before = time.process_time()
            await asyncio.gather(*(ask(*request) for request in requests))
            yield time.process_time() - before
