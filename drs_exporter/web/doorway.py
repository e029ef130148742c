"""One listening socket: takes connections one by one, and tells TLS from what is none before it costs anything."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import structlog
from aiohttp import web

from drs_exporter.web.connection import Connection
from drs_exporter.web.pool import Pool

Context = Callable[[], Awaitable[ssl.SSLContext | None]]
"""The TLS context for the next connection; `None` without TLS."""

BACKLOG: Final = 1024
"""Connections the kernel keeps until they are taken: what it must refuse comes again after a second, then two, four."""

BATCH: Final = 16
"""Connections taken before others have their turn."""

_HANDSHAKE: Final = 0x16
"""What every TLS connection begins with."""

_GOODBYE: Final = 1.0
"""Seconds a client has to end TLS from its side, or to read that it should have spoken it."""

PAUSE: Final = 0.1
"""Seconds before accepting is tried again where the system says no."""

_NOT_TLS: Final = (
    b"HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"
    b"this port speaks HTTPS, and the client sent plain HTTP\n"
)

log = structlog.get_logger()


class Doorway(web.BaseSite):
    """Lets in who comes to a socket.

    asyncio's own servers accept as much as there is before anything can count it, give each connection its memory for
    TLS before its first byte, and log a traceback for each time that the process is out of descriptors.
    """

    def __init__(self, runner: web.ServerRunner, listening: socket.socket, *, pool: Pool, context: Context) -> None:
        super().__init__(runner)
        self._listening = listening
        self._pool = pool
        self._context = context
        self._accepting: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        """What the socket is bound to."""
        return str(self._listening.getsockname())

    async def start(self) -> None:
        """Accept from now on."""
        await super().start()
        self._listening.setblocking(False)  # noqa: FBT003 - the library's own signature
        self._listening.listen(BACKLOG)
        self._accepting = asyncio.create_task(self._accept())

    async def stop(self) -> None:
        """Accept no more."""
        if self._accepting is not None:
            self._accepting.cancel()
            await asyncio.wait([self._accepting])
        self._listening.close()
        await super().stop()

    async def _accept(self) -> None:
        loop, failing, taken = asyncio.get_running_loop(), False, 0
        while True:
            try:
                raw, address = await loop.sock_accept(self._listening)
            except ConnectionAbortedError:  # the client has left already
                await asyncio.sleep(0)
                continue
            except OSError as exc:  # out of descriptors, say
                if not failing:
                    failing = True
                    log.warning("connections.refused", error=exc.strerror)
                await asyncio.sleep(PAUSE)
                continue
            failing = False
            connection = self._pool.admit(raw, str(address[0]) if isinstance(address, tuple) else "")
            if connection is not None:
                connection.arriving = asyncio.create_task(self._let_in(connection, raw))
            taken += 1
            if not taken % BATCH:
                await asyncio.sleep(0)

    async def _let_in(self, connection: Connection, raw: socket.socket) -> None:
        """Hand the socket to the protocol, behind TLS where there is any."""
        ours = True
        try:
            async with asyncio.timeout_at(connection.deadline):
                context = await self._context()
                if context is None or await _speaks_tls(raw):
                    ours = False  # the loop closes it, whatever happens
                    await asyncio.get_running_loop().connect_accepted_socket(
                        lambda: connection,
                        raw,
                        ssl=context,
                        ssl_shutdown_timeout=None if context is None else _GOODBYE,
                    )
                else:
                    self._pool.answered(None, 400)
                    await _tell(raw, _NOT_TLS)
        except OSError:  # it left, it was late, or its handshake failed
            pass
        finally:
            connection.arriving = None
            if ours:
                raw.close()
            if not connection.made:
                self._pool.forget(connection)


async def _speaks_tls(raw: socket.socket) -> bool:
    """Whether the first byte is that of a handshake; it stays where it is."""
    loop = asyncio.get_running_loop()
    readable = loop.create_future()
    loop.add_reader(raw, _resolve, readable)
    try:
        await readable
    finally:
        loop.remove_reader(raw)
    first = raw.recv(1, socket.MSG_PEEK)
    if not first:
        raise ConnectionError("closed without a byte")
    return first[0] == _HANDSHAKE


def _resolve(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)


async def _tell(raw: socket.socket, sentence: bytes) -> None:
    """Send it, and read what comes until the client ends: closed at once, the sentence could be lost on its way."""
    loop = asyncio.get_running_loop()
    with suppress(TimeoutError):
        async with asyncio.timeout(_GOODBYE):
            await loop.sock_sendall(raw, sentence)
            raw.shutdown(socket.SHUT_WR)
            while await loop.sock_recv(raw, 65536):
                pass
