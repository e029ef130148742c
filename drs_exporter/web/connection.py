"""One HTTP connection: aiohttp's, with a limit on how long a request may take to arrive."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from drs_exporter.web.answers import hang_up, headers

KEEPALIVE: Final = 75.0
"""Seconds an idle connection stays open after an answer."""


class Connection(RequestHandler):
    """Closed when a request has begun, or the connection has, and no whole request follows in time.

    aiohttp bounds only the time between requests, so one byte now and then would hold a connection for that long.
    """

    __slots__ = ("_pool", "_since", "_timer", "_within", "busy")

    def __init__(self, pool: "Pool", *, within: float, **options: Any) -> None:
        """Belong to a pool; `within` are the seconds a request may take to arrive."""
        super().__init__(pool, **options)
        self._pool = pool
        self._within = within
        self.busy = False
        self._since: float | None = None  # when the request now expected began to be waited for
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the clock; and let no bytes gather beyond the slice being written."""
        super().connection_made(transport)
        stream = cast("asyncio.Transport", transport)
        stream.set_write_buffer_limits(high=1, low=0)  # under TLS asyncio never resumes from a limit of 0
        self._pool.transports[self] = stream
        self._watch()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Stop the clock."""
        if self._timer is not None:
            self._timer.cancel()
        self._pool.transports.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Start the clock at a request's first byte."""
        if self._since is None:
            self._watch()
        super().data_received(data)

    def begin(self) -> None:
        """A whole request is here and is being answered."""
        self._since = None
        self.busy = True
        self._pool.answering += 1

    def end(self) -> None:
        """It has been answered."""
        self.busy = False
        self._pool.answering -= 1
        if self._pool.idle is not None:
            self._pool.tell()

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """What is not HTTP gets its 400 without a traceback in the log; a bug of ours keeps its own."""
        if status != 400:  # noqa: PLR2004 - what aiohttp gives to requests it cannot read
            return super().handle_error(request, status, exc, message)
        response = web.Response(status=400, text="not a request this server understands\n", headers=headers({}))
        response.force_close()
        return response

    def _watch(self) -> None:
        self._since = self._loop.time()
        if self._timer is None:  # one timer serves many requests: it looks again when it fires
            self._timer = self._loop.call_at(self._since + self._within, self._look)

    def _look(self) -> None:
        """Close the connection if its request is late."""
        self._timer = None
        if self._since is None:
            return
        now = self._loop.time()
        if self.busy:  # the next request waits its turn behind the answer being written
            self._since = now
        if now < self._since + self._within:
            self._timer = self._loop.call_at(self._since + self._within, self._look)
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
        self.answering = 0
        """Requests that are being answered now."""
        self.idle: asyncio.Event | None = None
        """Set when the last of them has been, once the pool is closing."""

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

    def tell(self) -> None:
        """Say to the one who closes the pool whether it is idle."""
        if self.idle is not None and not self.answering:
            self.idle.set()

    async def close(self, *, grace: float) -> None:
        """End idle connections now, those being answered when they are, and after `grace` seconds every other."""
        self.idle = asyncio.Event()
        self.pre_shutdown()
        for connection in tuple(self.transports):
            if not connection.busy:
                connection.force_close()
        self.tell()
        try:
            async with asyncio.timeout(grace):
                await self.idle.wait()
        except TimeoutError:
            for transport in tuple(self.transports.values()):
                hang_up(transport)
        await self.shutdown(0.1)
        for transport in tuple(self.transports.values()):
            hang_up(transport)
