"""Clients that hammer, and look at every answer."""

import asyncio
import contextlib
import itertools
import zlib
from collections.abc import Iterator
from typing import Any, Final, Self

import aiohttp
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics_families

from tests.faults.page import Page

OPENMETRICS: Final = "application/openmetrics-text; version=1.0.0"

_WAYS: Final = (("", "identity"), (OPENMETRICS, "gzip"), ("", "gzip"), (OPENMETRICS, "identity"))
"""What scrapers say they accept, and in which encodings; few of them differ in both."""


class Scrapers:
    """Clients that ask for pages again and again, and look at every answer."""

    def __init__(self, url: str, *, count: int, pause: float = 0.0) -> None:
        """So many at once, each in its own way at first and in another with every question.

        Between an answer and the next question a scraper waits so many seconds, or until somebody waits for `more`.
        """
        self.answers = 0
        self.jobs: set[int] = set()
        """Numbers of jobs that pages told of."""
        self._pages = 0
        self._url = f"{url}/metrics"
        self._count = count
        self._pause = pause
        self._tasks: list[asyncio.Task[None]] = []
        self._answered = asyncio.Event()
        self._wanted = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Begin."""
        self._session = aiohttp.ClientSession(auto_decompress=False)
        for number in range(self._count):
            ways = itertools.islice(itertools.cycle(_WAYS), number, None)
            self._tasks.append(asyncio.create_task(self._hammer(ways), name=f"scraper {number}"))
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
            self._wanted.set()
            answered = asyncio.create_task(self._answered.wait())
            await asyncio.wait([answered, *self._tasks], return_when=asyncio.FIRST_COMPLETED)
            answered.cancel()
            for task in self._tasks:
                if task.done():
                    task.result()

    async def _hammer(self, ways: Iterator[tuple[str, str]]) -> None:
        looked_at: dict[str, bytes] = {}
        for accept, encoding in ways:
            headers = {"Accept": accept, "Accept-Encoding": encoding}
            async with self._session.get(self._url, headers=headers) as response:
                assert response.status == 200
                body = await response.read()
            if response.headers.get("Content-Encoding") == "gzip":
                body = zlib.decompress(body, zlib.MAX_WBITS | 16)
            if body != looked_at.get(accept):
                looked_at[accept] = body
                self._check(body, openmetrics=bool(accept))
                self._pages += 1
            self.answers += 1
            self._answered.set()
            if self._pause:
                self._wanted.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wanted.wait(), self._pause)

    def _check(self, body: bytes, *, openmetrics: bool) -> None:
        """Whole, valid, and no series twice."""
        # Not splitlines(): labels may hold whatever else Python takes for the end of a line.
        lines = body.decode("utf-8").removesuffix("\n").split("\n")
        series = [line.rpartition(" ")[0] for line in lines if not line.startswith("#")]
        assert len(series) == len(set(series))
        assert (lines[-1] == "# EOF") == openmetrics
        self.jobs.add(sum(line.startswith("drs_job_info{") for line in series))
        if self._pages % 20 == 10 and len(lines) < 10_000:
            if openmetrics:
                parse: Any = openmetrics_families
                list(parse(body.decode()))
            else:
                Page(body)
