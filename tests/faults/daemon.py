"""The whole daemon under test: a real exporter before simulated clouds, on a clock that the test turns."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
import pytest
import yaml

from drs_exporter.app import Exporter
from drs_exporter.cli.preparation import load
from drs_exporter.poll import DEFAULT_COLLECTORS
from drs_exporter.secret import Redactor
from drs_exporter.settings import Settings
from drs_exporter.simulator import SimulatedCloud
from drs_exporter.simulator.exchange import Exchange
from tests.faults.driven_clock import DrivenClock
from tests.faults.page import Page
from tests.faults.scrapers import Scrapers

INTERVAL: Final = 60.0
HOLD: Final = 90.0
"""Seconds: ends between two polls, after the first failure and before the second."""

_PAUSE: Final = 0.3
"""Seconds between two scrapes of one scraper, where nothing asks for more: after each poll one does."""

Event = Mapping[str, Any]
Started = Callable[..., AbstractAsyncContextManager[tuple["Daemon", SimulatedCloud]]]
"""Starts a cloud with so many `jobs` and a daemon with these settings before it."""


def entry(cloud: SimulatedCloud, name: str = "sim", **changes: object) -> dict[str, object]:
    """A project of the configuration file."""
    return {
        "name": name,
        "project_id": cloud.project_id,
        "region": cloud.region,
        "endpoint": cloud.url,
        "iam_endpoint": cloud.url,
        "cloud_eye_endpoint": cloud.url,
        "username": cloud.username,
        "password": cloud.password,
        "domain_name": cloud.domain_name,
    } | changes


def arrival(cloud: SimulatedCloud, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """An event that the next request sets."""
    arrived, take = asyncio.Event(), cloud.faults.take

    def noting(exchange: Exchange) -> object:
        arrived.set()
        return take(exchange)

    monkeypatch.setattr(cloud.faults, "take", noting)
    return arrived


class Daemon:
    """A running exporter: polls happen when the test says so, pages are scraped over HTTP."""

    def __init__(self, folder: Path, clock: DrivenClock, events: Sequence[Event], *, scrapers: int = 0) -> None:
        """Keep its configuration file in `folder`; `events` are the log lines as they come.

        While it runs so many `scrapers` hammer it, and a page that is not whole and valid fails the test.
        """
        self.clock = clock
        self.redactor = Redactor()
        self._file = folder / "exporter.yml"
        self._events = events
        self._read = 0
        self._task: asyncio.Task[None] | None = None
        self._session: aiohttp.ClientSession | None = None
        self._count = scrapers
        self.scrapers: Scrapers | None = None
        self.url = ""
        self.exporter: Exporter

    def configure(self, *projects: Mapping[str, object], **settings: object) -> None:
        """Write the configuration file."""
        common: dict[str, object] = {
            "web_listen_address": ["127.0.0.1:0"],
            "web_enable_lifecycle": True,
            "poll_interval": INTERVAL,
            "hold_time": HOLD,
            "max_requests_per_second": 1000,
            "cloud_eye_max_requests_per_second": 1000,
            # What a machine measures, and when a job was asked, moves with the clock: no two pages would be alike.
            "collectors": [name for name in DEFAULT_COLLECTORS if name not in {"cloud_eye", "diagnosis"}],
        }
        self.write(yaml.safe_dump(common | settings | {"projects": list(projects)}))

    def write(self, text: str) -> None:
        """Replace the configuration file by any text."""
        self._file.write_text(text)

    def _load(self) -> Settings:
        return load({"config_file": self._file}, environ={})

    async def __aenter__(self) -> Self:
        """Start, and wait until the first poll of every project has ended."""
        urls: list[str] = []
        opened = asyncio.Event()

        def announce(found: Sequence[str]) -> None:
            urls.extend(found)
            opened.set()

        self.exporter = Exporter(self._load(), redactor=self.redactor, load=self._load, clock=self.clock)
        self._task = asyncio.create_task(self.exporter.run(announce=announce))
        waiting = asyncio.create_task(opened.wait())
        await asyncio.wait([self._task, waiting], return_when=asyncio.FIRST_COMPLETED)
        if self._task.done():
            waiting.cancel()
            await self._task
        self.url = urls[0]
        self._session = aiohttp.ClientSession()
        await self.clock.settled(self.loops)
        if self._count:
            self.scrapers = await Scrapers(self.url, count=self._count, pause=_PAUSE).__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it as the event loop's end would."""
        try:
            if self.scrapers is not None:
                await self.scrapers.__aexit__(kind, error, trace)
                assert self.scrapers.answers
        finally:
            await self._end(error)

    async def _end(self, error: BaseException | None) -> None:
        if self._session is not None:
            await self._session.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            if not self._task.cancelled() and error is None:
                self._task.result()

    @property
    def loops(self) -> int:
        """How many projects are polled."""
        return len(self.exporter.projects())

    async def poll(self) -> list[Event]:
        """Let time pass until every project was polled once more; the log lines that came of it."""
        before = [project.polled for project in self.exporter.projects()]
        while any(project.polled == polled for project, polled in zip(self.exporter.projects(), before, strict=True)):
            await self.clock.wake(loops=self.loops)
        if self.scrapers is not None:
            await self.scrapers.more(1)
        return self.news()

    async def advance(self, seconds: float) -> list[Event]:
        """Let time pass, with whatever polls and expiries lie in it; the log lines that came of it."""
        await self.clock.advance(seconds, loops=self.loops)
        return self.news()

    async def advance_to(self, moment: float) -> list[Event]:
        """As `advance`, to a moment of the monotonic clock."""
        return await self.advance(max(0.0, moment - self.clock.monotonic()))

    def news(self) -> list[Event]:
        """Log lines since the last time."""
        fresh = list(self._events[self._read :])
        self._read += len(fresh)
        return fresh

    def scraped(self) -> set[int]:
        """How many jobs the pages told of that scrapers got, whenever they asked."""
        assert self.scrapers is not None
        return self.scrapers.jobs

    async def scrape(self, query: str = "") -> Page:
        """The page as Prometheus gets it."""
        status, body = await self.get(f"/metrics{query}")
        assert status == 200, body
        return Page(body)

    async def get(self, path: str, *, method: str = "GET", **headers: str) -> tuple[int, bytes]:
        """Any page of the daemon."""
        assert self._session is not None
        async with self._session.request(method, self.url + path, headers=headers) as response:
            return response.status, await response.read()
