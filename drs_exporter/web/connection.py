"""One connection, from the moment it is accepted: aiohttp's, with a limit on how long a request may take to arrive."""

import asyncio
import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, cast

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from drs_exporter.web.answers import headers

if TYPE_CHECKING:
    from drs_exporter.web.pool import Pool

KEEPALIVE: Final = 75.0
"""Seconds an idle connection stays open after an answer."""

_LINGER: Final = 1.0
"""Seconds in which the rest of an unwanted body is thrown away, so that its sender reads the refusal."""

_NO_LOG: Any = None
"""There is no access log, for which aiohttp's types have no word."""

_AT_ONCE: Final = struct.pack("ii", 1, 0)


class Connection(RequestHandler):
    """Closed when a request has begun, or the connection has, and no whole request follows in time.

    aiohttp bounds only the time between requests, so one byte now and then would hold a connection for that long.
    """

    __slots__ = (
        "_ended",
        "_expected_since",
        "_finished",
        "_leaving",
        "_pool",
        "_raw",
        "_stream",
        "_timer",
        "_within",
        "arriving",
        "busy",
        "known",
        "peer",
        "refused",
        "since",
        "stalled_since",
    )

    def __init__(self, pool: "Pool", raw: socket.socket, *, peer: str, within: float) -> None:
        """Belong to a pool; `within` are the seconds a request may take to arrive, TLS included."""
        super().__init__(
            pool,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=KEEPALIVE,
            lingering_time=0,
            access_log=_NO_LOG,
            auto_decompress=False,  # bodies are refused unread
        )
        self._pool = pool
        self._raw = raw
        self._within = within
        self._stream: asyncio.Transport | None = None
        self._ended = False  # the client has said that it sends no more
        self._leaving: asyncio.Future[None] | None = None
        self._finished = 0  # of the requests that aiohttp has counted
        self.peer = peer
        """The client's address without its port; empty for a Unix socket."""
        self.arriving: asyncio.Task[None] | None = None
        """What lets it in, until it is made."""
        self.since = self._loop.time()
        """When it was accepted, or its last answer ended."""
        self.busy = False
        self.known = False
        """A request of it was allowed to pass."""
        self.refused = 0
        """Passwords it gave that were wrong."""
        self.stalled_since: float | None = None
        """When its client began not to take what is being written; `None` while it reads on."""
        self._expected_since: float | None = None  # when the request now expected began to be waited for
        self._timer: asyncio.TimerHandle | None = None

    @property
    def deadline(self) -> float:
        """When its first request must be here."""
        return self.since + self._within

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let no bytes gather beyond the slice being written; the clock runs since it was accepted."""
        super().connection_made(transport)
        self._stream = cast("asyncio.Transport", transport)
        self._stream.set_write_buffer_limits(high=1, low=0)  # under TLS asyncio never resumes from a limit of 0
        self._watch(self.since)
        if self._pool.closing:
            self.drop()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Stop the clock, and make room."""
        if self._timer is not None:
            self._timer.cancel()
        if self._leaving is not None and not self._leaving.done():
            self._leaving.set_result(None)
        self._pool.forget(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Start the clock at a request's first byte, which ends idling: aiohttp would close in the middle of it."""
        if self._expected_since is None:
            self.keep_alive(True)  # noqa: FBT003 - the library's own signature; it stops the timer
            self._watch(self._loop.time())
        super().data_received(data)

    def eof_received(self) -> bool:  # type: ignore[override] # aiohttp leaves out what asyncio asks for
        """The client sends no more, yet may read: what it has asked for is answered before the end.

        asyncio's TLS always ends both ways at once.
        """
        self._ended = True
        return not self.idle and self._leaving is None and self.ssl_context is None

    def pause_writing(self) -> None:
        """The kernel takes no more."""
        super().pause_writing()
        self.stalled_since = self._loop.time()

    def resume_writing(self) -> None:
        """It has taken everything."""
        super().resume_writing()
        self.stalled_since = None

    def begin(self) -> None:
        """A whole request is here and is being answered."""
        self._expected_since = None
        self.busy = True

    def end(self) -> None:
        """It has been answered."""
        self.busy = False
        self._finished += 1
        self.since = self._loop.time()
        if self._ended and self.idle:
            self.close()
        self._pool.ended()

    @property
    def made(self) -> bool:
        """It has been let in."""
        return self._stream is not None

    @property
    def idle(self) -> bool:
        """Nothing that it asked for is still to be answered."""
        return self._request_count == self._finished

    async def leave(self) -> None:
        """Let the client read its last answer: it may be busy sending for a moment, which is thrown away."""
        self._leaving = self._loop.create_future()
        with suppress(TimeoutError):
            async with asyncio.timeout(_LINGER):
                await self._leaving

    def hang_up(self) -> None:
        """End at once; what the kernel still holds for the client goes too, instead of waiting for it to be read."""
        with suppress(OSError):  # it is closed already
            self._raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.drop()

    def drop(self) -> None:
        """End without a word; what the kernel holds already still reaches the client."""
        if self._stream is None:
            if self.arriving is not None:
                self.arriving.cancel()
        elif not self._stream.is_closing():
            self._stream.abort()
        else:  # asyncio's TLS transports cannot be aborted once they were told to close
            with suppress(OSError):
                self._raw.shutdown(socket.SHUT_RDWR)

    def end_politely(self) -> None:
        """Close it as the protocol has it, or stop letting it in."""
        if self._stream is None:
            self.drop()
        else:
            self.force_close()

    def force_close(self) -> None:
        """As aiohttp does it, but never a second time: asyncio's TLS transport falls apart by that."""
        if self.transport is not None and self.transport.is_closing():
            self.transport = None
        super().force_close()

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """What is not HTTP gets its 400 without a traceback in the log; a bug of ours keeps its own."""
        self._pool.answered(None, status)
        if status != 400:  # noqa: PLR2004 - what aiohttp gives to requests it cannot read
            return super().handle_error(request, status, exc, message)
        self._finished += 1
        response = web.Response(status=400, text="not a request this server understands\n", headers=headers({}))
        response.force_close()
        return response

    def _watch(self, since: float) -> None:
        self._expected_since = since
        if self._timer is None:  # one timer serves many requests: it looks again when it fires
            self._timer = self._loop.call_at(since + self._within, self._look)

    def _look(self) -> None:
        """Close the connection if its request is late."""
        self._timer = None
        if self._expected_since is None:
            return
        now = self._loop.time()
        if self.busy:  # the next request waits its turn behind the answer being written
            self._expected_since = now
        if now < self._expected_since + self._within:
            self._timer = self._loop.call_at(self._expected_since + self._within, self._look)
        else:
            self.hang_up()
