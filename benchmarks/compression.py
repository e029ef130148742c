"""The level of compression: bytes of a scrape against CPU of a poll."""

import asyncio
import time
import zlib
from collections.abc import AsyncIterator

from benchmarks.contest import alone, contest
from benchmarks.fleet import snapshot
from benchmarks.table import Row, Table, milliseconds
from benchmarks.upstream import cloud
from drs_exporter.render import ProjectRenderer

JOBS = 10_000
LEVELS = (1, 2, 3, 6, 9)


def run() -> Table:
    """Each level over the same families."""
    with cloud(JOBS) as upstream:
        figures = contest(*((laps, (upstream.url, level)) for level in LEVELS), laps=3)
        sizes = [alone(size, upstream.url, level) for level in LEVELS]
    rows = [
        Row(
            subject=f"level {level}: {length / 1e6:.2f} MB, {length / sizes[0]:.2f} times level 1",
            figure=milliseconds(figures[0]),
            rival=milliseconds(figure),
            ratio=figure / figures[0],
        )
        for level, figure, length in zip(LEVELS, figures, sizes, strict=True)
    ]
    return Table(
        "Compression",
        f"CPU to deflate the whole page of {JOBS:,} jobs family by family; a poll does so for the families in which "
        "something changed. The exporter uses level 1; ratios are to it.",
        rows,
    )


async def laps(url: str, level: int) -> AsyncIterator[float]:
    """CPU at this level."""
    plains = await families(url)
    while True:
        before = time.process_time()
        for plain in plains:
            deflated(plain, level)
        yield time.process_time() - before


def size(url: str, level: int) -> int:
    """Bytes at this level."""
    return sum(len(deflated(plain, level)) for plain in asyncio.run(families(url)))


async def families(url: str) -> list[bytes]:
    """Plain lines, family by family."""
    project = await snapshot(url)
    return [chunk.plain for chunk in ProjectRenderer(project.name).render(project)]


def deflated(plain: bytes, level: int) -> bytes:
    """As the exporter does it."""
    squeeze = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return squeeze.compress(plain) + squeeze.flush(zlib.Z_SYNC_FLUSH)
