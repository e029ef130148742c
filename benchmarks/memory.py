"""Memory the exporter holds for each job: steady, at the swap of snapshots, and when a fleet appears at once."""

import asyncio
import gc
import os
import threading
from typing import Self

import psutil
from prometheus_client import CollectorRegistry, Gauge

from benchmarks.contest import alone
from benchmarks.fleet import snapshot
from benchmarks.table import Row, Table, kibibytes
from benchmarks.upstream import Cloud, cloud
from benchmarks.watching import watching
from tests.render.oracle import Oracle

JOBS = 10_000


def run() -> Table:
    """Each figure in a fresh process; that of a process with one job is taken off."""
    with cloud(1) as upstream:
        empty, _, _ = alone(resident, upstream.url, 0)
    with cloud(JOBS) as upstream:
        steady, swap, first = alone(resident, upstream.url, JOBS // 5)
        library = alone(library_resident, upstream.url)
    share, peak, appearing = ((figure - empty) / JOBS for figure in (steady, swap, first))
    return Table(
        "Memory",
        f"Resident memory of a process with {JOBS:,} jobs and its poll, without what a process with one job holds "
        f"({empty / 2**20:.0f} MiB), per job. Peaks are sampled every millisecond while a poll with a fifth changing "
        "is parsed, rendered and swapped in, and while all jobs are new. The rival holds the same samples in the "
        "client library's gauges, without any snapshot. Ratios: to 8 KiB, to the steady figure, to the steady figure.",
        [
            Row(subject="steady", figure=kibibytes(share), rival="8 KiB", ratio=share / 8192, target=1, want="at most"),
            Row(
                subject="peak at the swap",
                figure=kibibytes(peak),
                rival=kibibytes(share),
                ratio=peak / share,
                target=1.5,
                want="at most",
            ),
            Row(
                subject=f"peak as {JOBS:,} jobs appear",
                figure=kibibytes(appearing),
                rival=kibibytes(share),
                ratio=appearing / share,
            ),
            Row(
                subject="gauges of the client library",
                figure=kibibytes(share),
                rival=kibibytes(library / JOBS),
                ratio=share * JOBS / library,
            ),
        ],
    )


class Peak:
    """The most memory this process held while this was entered."""

    def __init__(self) -> None:
        """Nothing was seen."""
        self.bytes = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.001):
            self.bytes = max(self.bytes, held())


def held() -> int:
    """Bytes resident now."""
    return int(psutil.Process(os.getpid()).memory_info().rss)


def resident(url: str, changing: int) -> tuple[int, int, int]:
    """Steady, peak of a steady poll, and peak of the first poll."""

    async def poll() -> tuple[int, int, int]:
        async with watching(url) as watched:
            with Peak() as first:
                await watched.poll()
            for _ in range(3):
                Cloud(url).move(changing)
                await watched.poll()
            await watched.page()
            Cloud(url).move(changing)
            with Peak() as swap:
                await watched.poll()
            await watched.page()
            return held(), swap.bytes, first.bytes

    return asyncio.run(poll())


def library_resident(url: str) -> int:
    """What the same samples take as gauges."""
    families = list(Oracle([asyncio.run(snapshot(url))]).collect())
    gc.collect()
    before = held()
    registry = CollectorRegistry()
    for family in families:
        names = sorted(family.samples[0].labels)
        gauge = Gauge(family.name, family.documentation, names, registry=registry)
        for sample in family.samples:
            gauge.labels(**sample.labels).set(sample.value)
    return held() - before
