"""50,000 jobs in five shard processes at once, against one process that has them all."""

import asyncio
import multiprocessing
import re
import resource
import time
from collections import Counter
from typing import NamedTuple

from benchmarks.table import Row, Table
from benchmarks.upstream import cloud
from benchmarks.watching import watching

JOBS = 20_000
SHARDS = 5
_OF_THE_PROCESS = re.compile(rb"drs_up\{|drs_exporter_|process_|python_|drs_project_info|#")


class Result(NamedTuple):
    """What one process shows, and what it cost."""

    series: set[bytes]
    """Lines of samples but those of the process itself."""
    counts: Counter[bytes]
    """`drs_jobs`, which each shard counts for itself."""
    cpu: float
    memory: int


def run() -> Table:
    """First polls, everything collected."""
    with cloud(JOBS) as upstream, multiprocessing.get_context("spawn").Pool(SHARDS, maxtasksperchild=1) as pool:
        whole = pool.apply(shard, (upstream.url, 0, 1))
        parts = pool.starmap(shard, [(upstream.url, number, SHARDS) for number in range(SHARDS)], chunksize=1)
    union: set[bytes] = set().union(*(part.series for part in parts))
    counts: Counter[bytes] = sum((part.counts for part in parts), Counter())
    shown = sum(len(part.series) for part in parts)
    return Table(
        "Shards",
        f"{JOBS:,} jobs, first poll: {SHARDS} shard processes at once against one process. Series are compared "
        "with their values, `drs_jobs` after summing; `drs_up`, `drs_project_info`, `drs_exporter_*` come from each.",
        [
            Row(
                subject="series in either and not in both",
                figure=f"{len(union ^ whole.series)}",
                rival=f"{len(whole.series):,} series",
            ),
            Row(subject="series shown twice", figure=f"{shown - len(union)}"),
            Row(
                subject="drs_jobs, summed, that differ",
                figure=f"{sum(counts[name] != whole.counts[name] for name in counts | whole.counts)}",
            ),
            Row(
                subject="CPU, the busiest shard",
                figure=f"{max(part.cpu for part in parts):.1f} s",
                rival=f"{whole.cpu:.1f} s",
                ratio=max(part.cpu for part in parts) / whole.cpu,
            ),
            Row(
                subject="peak of memory, the largest shard",
                figure=f"{max(part.memory for part in parts) / 1024:.0f} MiB",
                rival=f"{whole.memory / 1024:.0f} MiB",
                ratio=max(part.memory for part in parts) / whole.memory,
            ),
        ],
    )


def shard(url: str, number: int, total: int) -> Result:
    """What this shard shows after its first poll."""
    before = time.process_time()
    page, memory = asyncio.run(_page(url, number, total))
    cpu = time.process_time() - before
    series: set[bytes] = set()
    counts: Counter[bytes] = Counter()
    for line in page.splitlines():
        if line.startswith(b"drs_jobs{"):
            name, _, value = line.rpartition(b" ")
            counts[name] += int(float(value))
        elif not _OF_THE_PROCESS.match(line):
            series.add(line)
    return Result(series, counts, cpu, memory)


async def _page(url: str, number: int, total: int) -> tuple[bytes, int]:
    async with watching(url, SHARD=str(number), TOTAL_SHARDS=str(total)) as watched:
        await watched.poll()
        return await watched.page("identity"), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
