"""The pages of `/metrics`: families of all projects in order, and the exporter's own metrics at the end.

What the polls made is encoded once, in each encoding that somebody has asked for, and a scrape gets references to
those bytes; the end of a page, counters and process metrics, is rendered at most once a second.
"""

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

from drs_exporter import process
from drs_exporter.clock import Clock
from drs_exporter.encodings import ENCODINGS, PLAIN, Body
from drs_exporter.render import ProjectLines, page_of

_EXPECTED_FOR: Final = 300.0
"""Seconds after a scrape for which its encoding is made as soon as a poll ends, and not when the next scrape comes."""

_KEPT: Final = 2
"""How much of narrowed pages is kept, in pages of everything: each project by itself, in two encodings."""


class Tail(Protocol):
    """Renders the end of a page."""

    def render(self, *, projects: Collection[str] | None, process_wide: bool, openmetrics: bool) -> bytes:
        """Text of the exporter's own metrics."""
        ...


class Exposition:
    """Holds what is served; nobody waits for what somebody asked for before."""

    def __init__(self, tail: Tail, clock: Clock) -> None:
        """Start without projects."""
        self._tail = tail
        self._clock = clock
        self._order: tuple[str, ...] = ()
        self._lines: Mapping[str, ProjectLines] = {}
        self._changes = 0
        self._made = 0
        self._whole_of: Sequence[ProjectLines] = ()
        self._whole: dict[str, Body] = {}
        self._making_whole = asyncio.Lock()
        self._asked: dict[str, float] = {}
        self._narrowed: dict[tuple[tuple[str, ...], str], tuple[int, Body]] = {}
        self._making_narrowed = asyncio.Lock()

    async def arrange(self, projects: Sequence[str]) -> None:
        """Serve these projects, in this order; those not published yet have no lines."""
        self._order = tuple(projects)
        await self._change({name: lines for name, lines in self._lines.items() if name in projects})

    async def publish(self, project: str, lines: ProjectLines) -> None:
        """Serve these lines of a project from now on; a project that is not arranged is left out."""
        await self._change({**self._lines, project: lines})

    async def page(
        self, *, projects: Sequence[str] | None, process_wide: bool, jobs: bool, openmetrics: bool, encoding: str
    ) -> Sequence[bytes]:
        """Buffers that together are the page in one of `ENCODINGS`."""
        names = None if projects is None else tuple(name for name in self._order if name in projects)
        if not jobs:
            names, body = (), _NOTHING[encoding]
        elif names is None:
            body = await self._body_of_all(encoding)
        else:
            body = await self._body_of_some(names, encoding)

        def end() -> bytes:
            return self._tail.render(projects=names, process_wide=process_wide, openmetrics=openmetrics)

        return body.page(end, kind=(process_wide, openmetrics), now=self._clock.monotonic())

    def body(self) -> bytes:
        """What the last polls made, without the end of the page."""
        return b"".join(page_of(self._whole_of))

    async def _change(self, lines: Mapping[str, ProjectLines]) -> None:
        """Make the page of everything anew, in a thread; of several changes at a time the last one is enough."""
        self._lines = lines
        self._narrowed.clear()
        self._changes += 1
        change = self._changes
        async with self._making_whole:
            if self._made >= change:
                return
            made, whole_of = self._changes, self._lines_of(self._order)
            now = self._clock.monotonic()
            expected = [encoding for encoding, asked in self._asked.items() if now - asked < _EXPECTED_FOR]
            whole = await asyncio.to_thread(_encoded, whole_of, expected)
            self._made, self._whole_of, self._whole = made, whole_of, whole
        process.give_back()  # what the page before took, and the poll that made this one

    async def _body_of_all(self, encoding: str) -> Body:
        self._asked[encoding] = self._clock.monotonic()
        if encoding not in self._whole:
            async with self._making_whole:
                if encoding not in self._whole:
                    self._whole |= await asyncio.to_thread(_encoded, self._whole_of, (encoding,))
        return self._whole[encoding]

    async def _body_of_some(self, names: tuple[str, ...], encoding: str) -> Body:
        """One at a time is made, and so many are kept that no choice of projects can fill the memory."""
        key = names, encoding
        if key not in self._narrowed:
            async with self._making_narrowed:
                if key not in self._narrowed:
                    lines, chosen = self._lines, self._lines_of(names)
                    made = await asyncio.to_thread(_encoded, chosen, (encoding,))
                    if lines is not self._lines:
                        return made[encoding]
                    self._keep(key, sum(project.series for project in chosen), made[encoding])
        return self._narrowed[key][1]

    def _keep(self, key: tuple[tuple[str, ...], str], series: int, body: Body) -> None:
        self._narrowed[key] = series, body
        room = _KEPT * sum(project.series for project in self._lines.values())
        while len(self._narrowed) > 1 and sum(kept for kept, _ in self._narrowed.values()) > room:
            del self._narrowed[next(iter(self._narrowed))]

    def _lines_of(self, names: Sequence[str]) -> Sequence[ProjectLines]:
        return [self._lines[name] for name in names if name in self._lines]


def _encoded(projects: Sequence[ProjectLines], encodings: Iterable[str]) -> dict[str, Body]:
    return {encoding: ENCODINGS[encoding](_pieces(projects, encoding)) for encoding in encodings}


def _pieces(projects: Sequence[ProjectLines], encoding: str) -> Iterator[bytes]:
    """A page that is served as it is shares the lines of each project with every other such page."""
    return page_of([project.plain for project in projects] if encoding == PLAIN else projects)


_NOTHING: Final = _encoded((), ENCODINGS)
