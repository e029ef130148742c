"""Every connection of a server: how many there may be, which of them gives way, and how all of them end."""

import asyncio
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Final

import structlog
from aiohttp import web

from drs_exporter import process
from drs_exporter.web.connection import Connection

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
Answered = Callable[[str | None, int], None]
"""Told the path, `None` where there is none, and the status of every answer."""

_STRANGERS: Final = 4
"""One place in so many is for connections of which no request was allowed to pass yet: TLS costs memory before it."""

_FEWEST: Final = 8
_CROWD: Final = 64
"""Connections from which on their memory is worth giving back."""

log = structlog.get_logger()


def worst(connections: Iterable[Connection], since: Callable[[Connection], float]) -> Connection | None:
    """Of the address that has the most of these, the one that has waited the longest."""
    found = tuple(connections)
    held = Counter(connection.peer for connection in found)
    return min(found, key=lambda connection: (-held[connection.peer], since(connection)), default=None)


class Pool(web.Server):
    """Lets connections in while there is room, and makes room by ending those that ask for nothing."""

    def __init__(self, handler: Handler, *, limit: int, request_within: float, answered: Answered) -> None:
        """Answer requests with `handler`; hold at most `limit` connections."""
        super().__init__(handler)
        self._limit = max(limit, _FEWEST)
        self._strangers = max(self._limit // _STRANGERS, _FEWEST)
        self._within = request_within
        self.answered = answered
        self._connections_now: dict[Connection, None] = {}
        self._full = False
        self._most = 0
        self.closing = False
        self._idle = asyncio.Event()

    def admit(self, raw: socket.socket, peer: str) -> Connection | None:
        """A place for an accepted socket, in somebody else's stead if need be; `None`, and it is closed, if none is."""
        connection = Connection(self, raw, peer=peer, within=self._within)
        if not self._make_room():
            connection.hang_up()
            raw.close()
            return None
        self._connections_now[connection] = None
        self._most = max(self._most, len(self._connections_now))
        return connection

    def forget(self, connection: Connection) -> None:
        """It is gone."""
        self._connections_now.pop(connection, None)
        left = len(self._connections_now)
        if self._full and left <= self._limit * 3 // 4 and len(self._unknown()) <= self._strangers * 3 // 4:
            self._full = False
            log.info("connections.accepted")
        if self._most >= _CROWD and left <= self._most // 4:
            self._most = left
            process.give_back()
        self.ended()

    def ended(self) -> None:
        """An answer is complete, or a connection is."""
        if self.closing and all(connection.idle for connection in self._connections_now):
            self._idle.set()

    async def shutdown(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - aiohttp's own signature
        """End idle connections now, those being answered when they are, and after `timeout` seconds every other."""
        self.closing = True
        arriving = [connection.arriving for connection in self._connections_now if connection.arriving is not None]
        for connection in tuple(self._connections_now):
            if connection.idle:
                connection.end_politely()
        self.ended()
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._idle.wait()
        for connection in tuple(self._connections_now):
            if not connection.idle:
                connection.hang_up()
        await super().shutdown(_LAST)
        for connection in tuple(self._connections_now):  # under TLS, those whose client does not end it too
            connection.drop()
        await asyncio.gather(*arriving, return_exceptions=True)

    def _unknown(self) -> list[Connection]:
        return [connection for connection in self._connections_now if not connection.known]

    def _make_room(self) -> bool:
        """Whether one more may come."""
        held = self._connections_now
        strangers = self._unknown()
        if len(strangers) >= self._strangers:
            victim = worst(strangers, _since)
        elif len(held) >= self._limit:
            victim = (
                worst((connection for connection in held if not connection.busy), _since)
                or worst((connection for connection in held if connection.stalled_since is not None), stalled)
            )  # fmt: skip
        else:
            return True
        if not self._full:
            self._full = True
            log.warning("connections.dropped", limit=self._limit)
        if victim is None:
            return False
        if victim.idle:
            victim.drop()
        else:
            victim.hang_up()
        held.pop(victim, None)
        return True


_LAST: Final = 0.1
"""Seconds that what was hung up on may take to notice."""


def _since(connection: Connection) -> float:
    return connection.since


def stalled(connection: Connection) -> float:
    """When its client stopped reading."""
    return connection.since if connection.stalled_since is None else connection.stalled_since
