"""From a request to its route: who may ask, what for, and how many at once."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import structlog
from aiohttp import web

from drs_exporter.web.answers import Answer, sentence
from drs_exporter.web.guard import Guard

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
    scrape: bool = False
    """Counts towards the limit of concurrent scrapes."""


class Dispatcher:
    """Answers every request of a server, and sees each answer through to its last byte."""

    def __init__(
        self, routes: Mapping[str, Route], *, guard: Guard | None, max_scrapes: int, write_within: float
    ) -> None:
        """Know the routes; an answer must be taken in `write_within` seconds."""
        self._routes = routes
        self._guard = guard
        self._max_scrapes = max_scrapes
        self._write_within = write_within
        self._scrapes = 0
        self._refusing = False

    async def __call__(self, request: web.BaseRequest) -> Answer:
        """Answer one request."""
        connection = cast("Connection", request.protocol)
        connection.begin()
        try:
            guard = self._guard
            if guard is not None and (refusal := await guard.refusal(request)) is not None:
                return await self._send(request, refusal)
            return await self._route(request)
        finally:
            connection.end()

    async def _route(self, request: web.BaseRequest) -> Answer:
        # As it was sent first: that is enough for every scrape without a query, and saves reading the URL.
        route = self._routes.get(request.raw_path) or self._routes.get(request.path)
        if route is None and request.path.startswith(JOB_PATH):
            route = self._routes.get(JOB_PATH)
        if route is None:
            return await self._send(request, sentence(404, "no such page"))
        if request.method not in route.methods:
            allowed = ", ".join(route.methods)
            return await self._send(request, sentence(405, f"only {allowed} here", {"Allow": allowed}))
        if not route.scrape:
            return await self._send(request, await route.handler(request))
        if self._scrapes >= self._max_scrapes:
            return await self._send(request, self._too_many())
        self._scrapes += 1
        try:
            return await self._send(request, await route.handler(request))
        finally:
            self._scrapes -= 1
            if self._refusing and not self._scrapes:
                self._refusing = False
                log.info("scrapes.accepted")

    def _too_many(self) -> Answer:
        if not self._refusing:
            self._refusing = True
            log.warning("scrapes.refused", limit=self._max_scrapes)
        text = f"{self._max_scrapes} scrapes are being answered already, which is the limit (web_max_requests)"
        return sentence(503, text, {"Retry-After": "5"})

    async def _send(self, request: web.BaseRequest, answer: Answer) -> Answer:
        if self._guard is not None:
            answer.headers.update(self._guard.headers())
        if not await answer.deliver(request, within=self._write_within):
            log.info("scraper.dropped", path=request.path, after=self._write_within)
        return answer
