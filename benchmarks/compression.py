"""Library and level of compression: bytes of a scrape against CPU of a poll."""

import time
import zlib
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from isal import isal_zlib

from benchmarks.contest import contest
from benchmarks.fleet import kept, read
from benchmarks.table import Row, Table, milliseconds
from drs_exporter.render import ProjectRenderer

JOBS = 10_000
LIBRARIES: dict[str, Any] = {"ISA-L": isal_zlib, "zlib": zlib}
LEVELS = (("ISA-L", 1), ("ISA-L", 0), ("ISA-L", 2), ("ISA-L", 3), ("zlib", 1), ("zlib", 2), ("zlib", 6), ("zlib", 9))
"""The first is what the exporter uses."""


def run() -> Table:
    """Each level over the same families."""
    with kept(JOBS) as file:
        figures = contest(*((laps, (file, *level)) for level in LEVELS), laps=3)
        sizes = [size(file, *level) for level in LEVELS]
    rows = [
        Row(
            subject=f"{library}, level {level}: {length / 1e6:.2f} MB, {length / sizes[0]:.2f} times the first",
            figure=milliseconds(figures[0]),
            rival=milliseconds(figure),
            ratio=figure / figures[0],
        )
        for (library, level), figure, length in zip(LEVELS, figures, sizes, strict=True)
    ]
    return Table(
        "Compression",
        f"CPU to deflate the whole page of {JOBS:,} jobs family by family; a poll does so for the families in which "
        "something changed. The exporter uses the first; ratios are to it.",
        rows,
    )


async def laps(file: Path, library: str, level: int) -> AsyncGenerator[float]:
    """CPU at this level."""
    plains = families(file)
    while True:
        before = time.process_time()
        for plain in plains:
            deflated(plain, library, level)
        yield time.process_time() - before


def size(file: Path, library: str, level: int) -> int:
    """Bytes at this level."""
    return sum(len(deflated(plain, library, level)) for plain in families(file))


def families(file: Path) -> list[bytes]:
    """Plain lines, family by family."""
    project = read(file)
    return list(ProjectRenderer(project.name).render(project))


def deflated(plain: bytes, library: str, level: int) -> bytes:
    """As the exporter does it."""
    squeeze = LIBRARIES[library].compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return bytes(squeeze.compress(plain) + squeeze.flush(zlib.Z_SYNC_FLUSH))
