"""The level of compression: bytes of a scrape against CPU of a poll."""

import time
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks.contest import contest
from benchmarks.fleet import kept, read
from benchmarks.table import Row, Table, milliseconds
from drs_exporter.render import ProjectRenderer

JOBS = 10_000
LEVELS = (1, 2, 3, 6, 9)


def run() -> Table:
    """Each level over the same families."""
    with kept(JOBS) as file:
        figures = contest(*((laps, (file, level)) for level in LEVELS), laps=3)
        sizes = [size(file, level) for level in LEVELS]
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


async def laps(file: Path, level: int) -> AsyncIterator[float]:
    """CPU at this level."""
    plains = families(file)
    while True:
        before = time.process_time()
        for plain in plains:
            deflated(plain, level)
        yield time.process_time() - before


def size(file: Path, level: int) -> int:
    """Bytes at this level."""
    return sum(len(deflated(plain, level)) for plain in families(file))


def families(file: Path) -> list[bytes]:
    """Plain lines, family by family."""
    project = read(file)
    return [chunk.plain for chunk in ProjectRenderer(project.name).render(project)]


def deflated(plain: bytes, level: int) -> bytes:
    """As the exporter does it."""
    squeeze = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return squeeze.compress(plain) + squeeze.flush(zlib.Z_SYNC_FLUSH)
