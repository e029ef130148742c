"""From a request to its route: who may ask, what for, and how many at once."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import structlog
from aiohttp import web

from drs_exporter.web.answers import Answer, sentence
from drs_exporter.web.guard import Guard
from drs_exporter.web.places import Places
from drs_exporter.web.pool import Answered

if TYPE_CHECKING:
    from drs_exporter.web.connection import Connection

JOB_PATH: Final = "/jobs/"
"""What the path of a job's page begins with; its project and id follow, so it stands for all of them."""

Handler = Callable[[web.BaseRequest], Awaitable[Answer]]

READ: Final = ("GET", "HEAD")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Route:
    """What answers a path."""

    handler: Handler
    methods: tuple[str, ...] = READ
    places: Places | None = None
    """Bound how many of these answers are given at once."""


class Dispatcher:
    """Answers every request of a server, and sees each answer through to its last byte."""

    def __init__(
        self, routes: Mapping[str, Route], *, guard: Guard | None, write_within: float, answered: Answered
    ) -> None:
        """Know the routes; an answer must be taken in `write_within` seconds."""
        self._routes = routes
        self._guard = guard
        self._write_within = write_within
        self._answered = answered

    async def __call__(self, request: web.BaseRequest) -> Answer:
        """Answer one request."""
        connection = cast("Connection", request.protocol)
        connection.begin()
        try:
            path = self._known(request)
            if request.body_exists:
                return await self._refuse_body(request, connection, path)
            guard = self._guard
            if guard is not None and (denial := await guard.refusal(request, connection)) is not None:
                return await self._send(request, path, denial)
            connection.known = True
            return await self._route(request, connection, path)
        finally:
            connection.end()

    def _known(self, request: web.BaseRequest) -> str | None:
        """The path of ours that is asked for, if any."""
        # As it was sent first: that is enough for every scrape without a query, and saves reading the URL.
        if request.raw_path in self._routes:
            return request.raw_path
        path = JOB_PATH if request.path.startswith(JOB_PATH) else request.path
        return path if path in self._routes else None

    async def _refuse_body(self, request: web.BaseRequest, connection: "Connection", path: str | None) -> Answer:
        answer = sentence(413, "no request here has a body")
        answer.force_close()
        connection.close()
        await self._send(request, path, answer)
        await connection.leave()
        return answer

    async def _route(self, request: web.BaseRequest, connection: "Connection", path: str | None) -> Answer:
        if path is None:
            return await self._send(request, None, sentence(404, "no such page"))
        route = self._routes[path]
        if request.method not in route.methods:
            allowed = ", ".join(route.methods)
            return await self._send(request, path, sentence(405, f"only {allowed} here", {"Allow": allowed}))
        places = route.places
        if places is None:
            return await self._send(request, path, await route.handler(request))
        if not places.enter(connection):
            text = f"{places.limit} {places.kind} are being answered already, which is the limit (web_max_requests)"
            return await self._send(request, path, sentence(503, text, {"Retry-After": "5"}))
        try:
            return await self._send(request, path, await route.handler(request))
        finally:
            places.leave(connection)

    async def _send(self, request: web.BaseRequest, path: str | None, answer: Answer) -> Answer:
        if self._guard is not None:
            answer.headers.update(self._guard.headers())
        self._answered(path, answer.status)
        if not await answer.deliver(request, within=self._write_within):
            log.info("scraper.dropped", path=request.path[:100], after=self._write_within)
        return answer
