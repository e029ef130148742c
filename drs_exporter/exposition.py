"""The pages of `/metrics`: chunks of all projects in order, and the exporter's own metrics at the end.

What a poll made is put together once, when it is published. A scrape gets references to those bytes; the end of the
page, counters and process metrics, is rendered at most once a second.
"""

import asyncio
import struct
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from isal import isal_zlib as zlib

from drs_exporter.clock import Clock
from drs_exporter.render import HEADERS, Chunk
from drs_exporter.render.chunk import LEVEL

TAIL_SECONDS: Final = 1.0
"""How old the end of a page may be."""

_GZIP_HEADER: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\xff"
_KEPT_PAGES: Final = 64
_COPIED: Final = 1024 * 1024
"""A page below this size is one buffer, for one write; a larger one is not held a second time for its end."""


class Tail(Protocol):
    """Renders the end of a page."""

    def render(self, *, projects: Collection[str] | None, process_wide: bool, openmetrics: bool) -> bytes:
        """Text of the exporter's own metrics."""
        ...


class _Body:
    """The part of a page that only a poll changes."""

    __slots__ = ("_chunks", "_plain", "checksum", "deflated", "length")

    def __init__(self, projects: Sequence[Sequence[Chunk]]) -> None:
        """Families in the order of the catalogue, each under its header, projects in theirs; none without samples."""
        self._chunks: list[Chunk] = []
        for position, header in enumerate(HEADERS):
            chunks = [chunks[position] for chunks in projects if chunks[position].length]
            if chunks:
                self._chunks += (header, *chunks)
        self._plain: tuple[bytes, ...] | None = None
        self.deflated = b"".join((_GZIP_HEADER, *(chunk.deflated for chunk in self._chunks)))
        """With the header of the gzip member in front."""
        self.checksum, self.length = 0, 0
        for chunk in self._chunks:
            self.checksum = zlib.crc32_combine(self.checksum, chunk.checksum, chunk.length)
            self.length += chunk.length

    @property
    def plain(self) -> tuple[bytes, ...]:
        """The same, not compressed: held from the first time that somebody asks."""
        if self._plain is None:
            self._plain = tuple(chunk.plain for chunk in self._chunks)
        return self._plain

    def share(self) -> None:
        """Let large chunks use this body's bytes instead of their own."""
        whole, start = memoryview(self.deflated), len(_GZIP_HEADER)
        for chunk in self._chunks:
            stop = start + len(chunk.deflated)
            if chunk.large:
                chunk.deflated = whole[start:stop]
            start = stop


class _Key(NamedTuple):
    """What distinguishes one page from another."""

    projects: tuple[str, ...] | None
    process_wide: bool
    jobs: bool
    openmetrics: bool
    gzip: bool


class Exposition:
    """Holds what is served; readers never wait."""

    def __init__(self, tail: Tail, clock: Clock) -> None:
        """Start without projects."""
        self._tail = tail
        self._clock = clock
        self._order: tuple[str, ...] = ()
        self._chunks: Mapping[str, Sequence[Chunk]] = {}
        self._version = 0
        self._whole = _NOTHING
        self._whole_version = 0
        self._bodies: dict[tuple[str, ...], _Body] = {}
        self._pages: dict[_Key, tuple[float, tuple[bytes, ...]]] = {}

    async def arrange(self, projects: Sequence[str]) -> None:
        """Serve these projects, in this order; those not published yet have no lines."""
        self._order = tuple(projects)
        self._chunks = {name: chunks for name, chunks in self._chunks.items() if name in projects}
        await self._compose()

    async def publish(self, project: str, chunks: Sequence[Chunk]) -> None:
        """Serve these chunks of a project from now on; a project that is not arranged is left out."""
        self._chunks = {**self._chunks, project: chunks}
        await self._compose()

    async def _compose(self) -> None:
        """Put the page of all projects together in a thread; of two at a time the later one stays."""
        self._version += 1
        version = self._version
        whole = await asyncio.to_thread(_shared, [self._chunks[name] for name in self._order if name in self._chunks])
        if version > self._whole_version:
            self._whole_version, self._whole = version, whole
            self._bodies.clear()
            self._pages.clear()

    def page(
        self, *, projects: Sequence[str] | None, process_wide: bool, jobs: bool, openmetrics: bool, gzip: bool
    ) -> Sequence[bytes]:
        """Buffers that together are the page, one complete gzip member if asked for."""
        names = None if projects is None else tuple(name for name in self._order if name in projects)
        key = _Key(names, process_wide, jobs, openmetrics, gzip)
        now = self._clock.monotonic()
        made, buffers = self._pages.get(key, (0.0, None))
        if buffers is None or now - made >= TAIL_SECONDS:
            buffers = self._page(key)
            while len(self._pages) >= _KEPT_PAGES:
                del self._pages[next(iter(self._pages))]
            self._pages[key] = (now, buffers)
        return buffers

    def body(self) -> bytes:
        """What the last polls made, without the end of the page."""
        return b"".join(self._whole.plain)

    def _page(self, key: _Key) -> tuple[bytes, ...]:
        body = _NOTHING if not key.jobs else self._whole if key.projects is None else self._body_of(key.projects)
        tail = self._tail.render(
            projects=key.projects if key.jobs else (), process_wide=key.process_wide, openmetrics=key.openmetrics
        )
        if not key.gzip:
            return (*body.plain, tail)
        squeeze = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        trailer = struct.pack("<LL", zlib.crc32(tail, body.checksum), (body.length + len(tail)) & 0xFFFFFFFF)
        end = b"".join((squeeze.compress(tail), squeeze.flush(), trailer))
        return (body.deflated + end,) if len(body.deflated) < _COPIED else (body.deflated, end)

    def _body_of(self, projects: tuple[str, ...]) -> _Body:
        body = self._bodies.get(projects)
        if body is None:
            body = self._bodies[projects] = _Body([self._chunks[name] for name in projects if name in self._chunks])
        return body


def _shared(projects: Sequence[Sequence[Chunk]]) -> _Body:
    body = _Body(projects)
    body.share()
    return body


_NOTHING: Final = _Body(())
