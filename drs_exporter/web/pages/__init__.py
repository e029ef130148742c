"""The pages for people: `/`, `/jobs` and one for each job."""

import asyncio
import gzip
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import is_
from typing import Final
from urllib.parse import unquote

from aiohttp import web

from drs_exporter.clock import Clock
from drs_exporter.overview import Overview, as_json, overview
from drs_exporter.snapshot import Project
from drs_exporter.web.answers import Answer, headers, sentence
from drs_exporter.web.daemon import Daemon
from drs_exporter.web.dispatch import JOB_PATH
from drs_exporter.web.negotiation import encoding_for
from drs_exporter.web.pages.html import POLICY
from drs_exporter.web.pages.job import job_page
from drs_exporter.web.pages.jobs import jobs_page
from drs_exporter.web.pages.landing import landing_page
from drs_exporter.web.pages.selection import Selection, text_of, unreadable

_LARGE: Final = 200
"""Jobs from which on a page is made in a thread."""

_KEPT: Final = 60.0
"""Seconds that what pages are made of is kept after it was last looked at."""

_COMMON: Final = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
_HTML: Final = headers({"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY, **_COMMON})
_JSON: Final = headers({"Content-Type": "application/json", **_COMMON})


@dataclass(frozen=True, slots=True)
class _Known:
    """The fleet as these snapshots tell it, ready to be searched."""

    projects: tuple[Project, ...]
    overview: Overview
    texts: dict[int, str]

    def of(self, projects: Sequence[Project]) -> bool:
        """Whether it was made of these very snapshots, which never change."""
        return len(projects) == len(self.projects) and all(map(is_, projects, self.projects))


def _know(projects: tuple[Project, ...]) -> _Known:
    known = overview(projects)
    return _Known(projects, known, {id(record): text_of(record) for record in known.jobs})


class Pages:
    """Renders the pages; what they are made of is gathered once per snapshot, away from the event loop when large."""

    def __init__(self, daemon: Daemon, *, clock: Clock, telemetry_path: str) -> None:
        self._daemon = daemon
        self._clock = clock
        self._telemetry_path = telemetry_path
        self._known: _Known | None = None
        self._gathering = asyncio.Lock()
        self._expiry: asyncio.TimerHandle | None = None

    async def landing(self, request: web.BaseRequest) -> Answer:
        """What this is, where to go, and how each project's collectors fare."""
        plain = landing_page(
            self._daemon.projects(),
            now=self._clock.time(),
            telemetry_path=self._telemetry_path,
            trouble=self._daemon.unhealthy() or self._daemon.unready(),
        )
        return await self._send(request, lambda: plain)

    async def jobs(self, request: web.BaseRequest) -> Answer:
        """The jobs that the address asks for, as a page or with `format=json` as data."""
        as_data = request.query.get("format") == "json"
        if as_data and (wrong := unreadable(request.query)) is not None:
            return sentence(400, wrong)
        known, selection = await self._gather(), Selection.of(request.query)

        def make() -> bytes:
            chosen = selection.apply(known.overview.jobs, known.texts)
            if as_data:
                return as_json(Overview(projects=known.overview.projects, jobs=chosen)).encode()
            return jobs_page(known.overview, chosen, selection)

        return await self._send(request, make, json=as_data, large=len(known.overview.jobs) > _LARGE)

    async def job(self, request: web.BaseRequest) -> Answer:
        """Everything known of the one job whose project and id stand in the path."""
        name, _, job_id = request.raw_path.partition("?")[0].removeprefix(JOB_PATH).partition("/")
        name, job_id = unquote(name), unquote(job_id)
        known = await self._gather()
        record = next((one for one in known.overview.jobs if one.job_id == job_id and one.project == name), None)
        project = next((one for one in known.projects if one.name == name), None)
        job = next((one for one in (project.jobs or () if project else ()) if one.id == job_id), None)
        if record is None or project is None or job is None:
            return sentence(404, "no such job now: it may have been deleted, or its listing is not read yet")
        page = job_page(project, job, record, self._daemon.history(name, job_id))
        return await self._send(request, lambda: page)

    def forget(self) -> None:
        """Let go of what is known and with it of the snapshots it was made of."""
        self._known = None
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None

    async def _gather(self) -> _Known:
        async with self._gathering:
            projects = tuple(self._daemon.projects())
            known = self._known
            if known is None or not known.of(projects):
                self._known = None
                large = sum(len(project.jobs or ()) for project in projects) > _LARGE
                known = self._known = await asyncio.to_thread(_know, projects) if large else _know(projects)
        if self._expiry is not None:
            self._expiry.cancel()
        self._expiry = asyncio.get_running_loop().call_later(_KEPT, self.forget)
        return known

    async def _send(
        self, request: web.BaseRequest, make: Callable[[], bytes], *, json: bool = False, large: bool = False
    ) -> Answer:
        """Make the page, and compress it where that is wanted, in a thread if it is of many jobs."""
        compressed = encoding_for(request.headers.get("Accept-Encoding", ""), ("gzip", "identity")) == "gzip"

        def finish() -> bytes:
            plain = make()
            return gzip.compress(plain, compresslevel=1, mtime=0) if compressed else plain

        body = await asyncio.to_thread(finish) if large else finish()
        answer = Answer((body,), _JSON if json else _HTML)
        if compressed:
            answer.headers["Content-Encoding"] = "gzip"
        return answer
