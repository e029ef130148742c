"""One HTTP connection: aiohttp's, with a limit on how long a request may take to arrive."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from drs_exporter.web.answers import sentence

KEEPALIVE: Final = 75.0
"""Seconds an idle connection stays open after an answer."""


class Connection(RequestHandler):
    """Closed when a request has begun, or the connection has, and no whole request follows in time.

    aiohttp bounds only the time between requests, so one byte now and then would hold a connection for that long.
    """

    __slots__ = ("_busy", "_deadline", "_pool", "_within")

    def __init__(self, pool: "Pool", *, within: float, **options: Any) -> None:
        """Belong to a pool; `within` are the seconds a request may take to arrive."""
        super().__init__(pool, **options)
        self._pool = pool
        self._within = within
        self._busy = False
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the clock; and let no bytes gather beyond the slice being written."""
        super().connection_made(transport)
        stream = cast("asyncio.Transport", transport)
        stream.set_write_buffer_limits(high=0)
        self._pool.transports[self] = stream
        self._watch()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Stop the clock."""
        self._unwatch()
        self._pool.transports.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Start the clock at a request's first byte."""
        if self._deadline is None:
            self._watch()
        super().data_received(data)

    def begin(self) -> None:
        """A whole request is here and is being answered."""
        self._unwatch()
        self._busy = True
        self._pool.begin()

    def end(self) -> None:
        """It has been answered."""
        self._busy = False
        self._pool.end()

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """What is not HTTP gets its 400 without a traceback in the log; a bug of ours keeps its own."""
        if status != 400:  # noqa: PLR2004 - what aiohttp gives to requests it cannot read
            return super().handle_error(request, status, exc, message)
        response = sentence(400, "not a request this server understands")
        response.force_close()
        return response

    def _watch(self) -> None:
        self._deadline = self._loop.call_later(self._within, self._too_late)

    def _unwatch(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self._deadline = None
        if self._busy:  # the next request waits its turn behind the answer being written
            self._watch()
        else:
            self.force_close()


Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Pool(web.Server):
    """Every connection of a server, over all of its listeners."""

    def __init__(self, handler: Handler, *, request_within: float) -> None:
        """Answer requests with `handler`."""
        super().__init__(handler)
        self.transports: dict[Connection, asyncio.Transport] = {}
        self._request_within = request_within
        self._answering = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def __call__(self) -> RequestHandler:
        """A protocol for one accepted connection."""
        return Connection(
            self,
            loop=asyncio.get_running_loop(),
            within=self._request_within,
            keepalive_timeout=KEEPALIVE,
            lingering_time=1.0,
            access_log=None,
        )

    def begin(self) -> None:
        """One more request is being answered."""
        self._answering += 1
        self._idle.clear()

    def end(self) -> None:
        """One less."""
        self._answering -= 1
        if not self._answering:
            self._idle.set()

    async def close(self, *, grace: float) -> None:
        """End idle connections now, those being answered when they are, and after `grace` seconds every other."""
        self.pre_shutdown()
        try:
            async with asyncio.timeout(grace):
                await self._idle.wait()
        except TimeoutError:
            for transport in tuple(self.transports.values()):
                transport.abort()
        await self.shutdown(0.1)
        for transport in tuple(self.transports.values()):
            transport.abort()
