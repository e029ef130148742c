"""The pages of `/metrics`: families of all projects in order, and the exporter's own metrics at the end.

What the polls made is encoded once, in each encoding that somebody has asked for, and a scrape gets references to
those bytes; the end of a page, counters and process metrics, is rendered at most once a second.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from drs_exporter import process
from drs_exporter.clock import Clock
from drs_exporter.encodings import ENCODINGS, PLAIN, Body
from drs_exporter.render import ProjectLines, page_of

_EXPECTED_FOR: Final = 300.0
"""Seconds after a scrape for which its encoding is made as soon as a poll ends, and not when the next scrape comes."""

_EXPECTED: Final = "gzip"
"""What a Prometheus will ask for, which need not wait for its first page either."""

_KEPT: Final = 2
"""How much of narrowed pages is kept, in pages of everything: each project by itself, in two encodings."""


class Exposition:
    """Holds what is served; nobody waits for what somebody asked for before."""

    def __init__(self, render_end: Callable[..., bytes], clock: Clock) -> None:
        """Start without projects; `render_end` is `Telemetry.render`."""
        self._render_end = render_end
        self._clock = clock
        self._order: tuple[str, ...] = ()
        self._lines: Mapping[str, ProjectLines] = {}
        self._whole_of: Mapping[str, ProjectLines] = {}
        self._whole: dict[str, Body] = {}
        self._making_whole = asyncio.Lock()
        self._asked = {_EXPECTED: clock.monotonic()}
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
            return self._render_end(projects=names, process_wide=process_wide, openmetrics=openmetrics)

        return body.page(end, kind=(process_wide, openmetrics), now=self._clock.monotonic())

    def body(self) -> bytes:
        """What the last polls made, without the end of the page."""
        return b"".join(page_of(_chosen(self._whole_of, self._order)))

    async def _change(self, lines: Mapping[str, ProjectLines]) -> None:
        """Make the page of everything anew, in a thread; of several changes at a time the last one is enough."""
        self._lines = lines
        self._narrowed.clear()
        async with self._making_whole:
            if self._whole_of is not self._lines:
                now, whole_of = self._clock.monotonic(), self._lines
                expected = [encoding for encoding, asked in self._asked.items() if now - asked < _EXPECTED_FOR]
                whole = await asyncio.to_thread(_encoded, _chosen(whole_of, self._order), expected)
                self._whole_of, self._whole = whole_of, whole
        process.give_back()  # what the page before took, and the poll that made this one

    async def _body_of_all(self, encoding: str) -> Body:
        self._asked[encoding] = self._clock.monotonic()
        if encoding not in self._whole:
            async with self._making_whole:
                if encoding not in self._whole:
                    chosen = _chosen(self._whole_of, self._order)
                    self._whole |= await asyncio.to_thread(_encoded, chosen, (encoding,))
        return self._whole[encoding]

    async def _body_of_some(self, names: tuple[str, ...], encoding: str) -> Body:
        """One at a time is made, and so many are kept that no choice of projects can fill the memory."""
        key = names, encoding
        if key not in self._narrowed:
            async with self._making_narrowed:
                if key not in self._narrowed:
                    lines, chosen = self._lines, _chosen(self._lines, names)
                    made = await asyncio.to_thread(_encoded, chosen, (encoding,))
                    if lines is not self._lines:
                        return made[encoding]
                    series, kept = sum(one.series for one in chosen), sum(kept for kept, _ in self._narrowed.values())
                    if kept + series > _KEPT * sum(one.series for one in lines.values()):
                        self._narrowed.clear()
                    self._narrowed[key] = series, made[encoding]
        return self._narrowed[key][1]


def _chosen(lines: Mapping[str, ProjectLines], names: Iterable[str]) -> Sequence[ProjectLines]:
    return [lines[name] for name in names if name in lines]


def _encoded(projects: Sequence[ProjectLines], encodings: Iterable[str]) -> dict[str, Body]:
    """Pages that are served as they are share the lines of each project."""
    return {
        encoding: ENCODINGS[encoding](page_of([one.plain for one in projects] if encoding == PLAIN else projects))
        for encoding in encodings
    }


_NOTHING: Final = _encoded((), ENCODINGS)
