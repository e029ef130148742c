"""Encodings of a whole page: bytes of a scrape against CPU of a poll, beside zlib, and joined families as before."""

import time
import zlib
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from isal import isal_zlib

from benchmarks.contest import contest
from benchmarks.fleet import kept, read
from benchmarks.table import Row, Table, milliseconds
from drs_exporter.encodings import ENCODINGS
from drs_exporter.render import ProjectRenderer, page_of

SIZES: Final = (1_000, 10_000)


def run() -> Table:
    """Each way over the same page."""
    rows = []
    for jobs in SIZES:
        with kept(jobs) as file:
            figures = contest(*((laps, (file, way)) for way in WAYS), laps=3)
            sizes = [len(encode(pieces(file))) for encode in WAYS.values()]
        rows += [
            Row(
                subject=f"{jobs:,} jobs, {way}: {size / 1000:,.0f} kB, {size / sizes[0]:.3f} times the first",
                figure=milliseconds(figures[0]),
                rival=milliseconds(figure),
                ratio=size / sizes[0],
                target={"zstd": 0.4, "gzip": 1.0}.get(way) if jobs == SIZES[0] else None,
                want="at most",
            )
            for way, figure, size in zip(WAYS, figures, sizes, strict=True)
        ]
    return Table(
        "Compression",
        "CPU to encode a whole page, and its size in ratios to the first: that of families deflated one by one and "
        "joined, as the exporter did before. It uses gzip (ISA-L) and zstd.",
        rows,
    )


def joined(page: Sequence[bytes]) -> bytes:
    """As before: each family by itself."""
    found = []
    for piece in page:
        compressor = isal_zlib.compressobj(1, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)
        found.append(compressor.compress(piece) + compressor.flush(isal_zlib.Z_SYNC_FLUSH))
    return b"".join(found)


def by_zlib(level: int) -> Callable[[Sequence[bytes]], bytes]:
    """One member by the standard library."""

    def encode(page: Sequence[bytes]) -> bytes:
        compressor = zlib.compressobj(level, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        return b"".join((*map(compressor.compress, page), compressor.flush()))

    return encode


def ours(encoding: str) -> Callable[[Sequence[bytes]], bytes]:
    """As the exporter does it."""
    return lambda page: b"".join(ENCODINGS[encoding](page).page(lambda: b"", kind=None, now=0.0))


WAYS: Final[Mapping[str, Callable[[Sequence[bytes]], bytes]]] = {
    "joined families": joined,
    "gzip": ours("gzip"),
    "zstd": ours("zstd"),
    "zlib, level 1": by_zlib(1),
    "zlib, level 3": by_zlib(3),
    "zlib, level 6": by_zlib(6),
}


def pieces(file: Path) -> Sequence[bytes]:
    """The page, family by family."""
    project = read(file)
    return tuple(page_of([ProjectRenderer(project.name).render(project)]))


async def laps(file: Path, way: str) -> AsyncGenerator[float]:
    """CPU this way."""
    page = pieces(file)
    while True:
        before = time.process_time()
        WAYS[way](page)
        yield time.process_time() - before
