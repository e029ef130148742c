"""The pages for people: `/` and `/jobs`."""

import asyncio
import gzip
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from drs_exporter.clock import Clock
from drs_exporter.snapshot import Project
from drs_exporter.web.answers import Answer, headers
from drs_exporter.web.daemon import Daemon
from drs_exporter.web.negotiation import wants_gzip
from drs_exporter.web.pages.html import POLICY
from drs_exporter.web.pages.jobs import jobs_page
from drs_exporter.web.pages.landing import landing_page

_LARGE: Final = 200
"""Jobs from which on a page is made in a thread."""

_KEPT: Final = 60.0
"""Seconds a page is kept after it was last looked at."""

_PLAIN: Final = headers(
    {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
    }
)
_GZIPPED: Final = headers({**_PLAIN, "Content-Encoding": "gzip"})


@dataclass(frozen=True, slots=True)
class _Made:
    """A page as it was made of these snapshots."""

    projects: tuple[Project, ...]
    plain: bytes
    gzipped: bytes

    def shows(self, projects: Sequence[Project]) -> bool:
        """Whether it was made of these very snapshots, which never change."""
        return len(projects) == len(self.projects) and all(map(_same, projects, self.projects))


def _same(one: Project, other: Project) -> bool:
    return one is other


def _make(projects: tuple[Project, ...]) -> _Made:
    plain = jobs_page(projects)
    return _Made(projects, plain, gzip.compress(plain, compresslevel=5, mtime=0))


class Pages:
    """Renders the pages; that of the jobs once per snapshot, and away from the event loop when it is large."""

    def __init__(self, daemon: Daemon, *, clock: Clock, telemetry_path: str) -> None:
        """Show what this daemon knows."""
        self._daemon = daemon
        self._clock = clock
        self._telemetry_path = telemetry_path
        self._made: _Made | None = None
        self._making = asyncio.Lock()
        self._expiry: asyncio.TimerHandle | None = None

    async def landing(self, request: web.BaseRequest) -> Answer:
        """What this is, where to go, and how each project's collectors fare."""
        plain = landing_page(
            self._daemon.projects(),
            now=self._clock.time(),
            telemetry_path=self._telemetry_path,
            trouble=self._daemon.unhealthy() or self._daemon.unready(),
        )
        return _page(request, plain, lambda: gzip.compress(plain, compresslevel=1, mtime=0))

    async def jobs(self, request: web.BaseRequest) -> Answer:
        """Every job with its status, progress, delay and remaining time."""
        async with self._making:
            projects = tuple(self._daemon.projects())
            made = self._made
            if made is None or not made.shows(projects):
                self._made = None
                large = sum(len(project.jobs or ()) for project in projects) > _LARGE
                made = await asyncio.to_thread(_make, projects) if large else _make(projects)
                self._made = made
        self._keep()
        return _page(request, made.plain, lambda: made.gzipped)

    def forget(self) -> None:
        """Let go of the page and with it of the snapshots it was made of."""
        self._made = None
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None

    def _keep(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
        self._expiry = asyncio.get_running_loop().call_later(_KEPT, self.forget)


def _page(request: web.BaseRequest, plain: bytes, gzipped: Callable[[], bytes]) -> Answer:
    if wants_gzip(request.headers.get("Accept-Encoding", "")):
        return Answer((gzipped(),), _GZIPPED)
    return Answer((plain,), _PLAIN)
