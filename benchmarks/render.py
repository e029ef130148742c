"""Time to render a snapshot, cold and after changes, against the client library's `generate_latest`."""

import gzip
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from random import Random

from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from benchmarks.contest import contest
from benchmarks.fleet import changed, kept, read
from benchmarks.rivals.library import Prepared
from benchmarks.table import Row, Table, milliseconds
from drs_exporter import process
from drs_exporter.encodings import ENCODINGS, PLAIN
from drs_exporter.render import ProjectRenderer, page_of
from tests.render.oracle import Oracle

SIZES = {100: 5, 1_000: 5, 10_000: 3}
"""Jobs, and laps."""
TARGETS_FROM = 1_000
CASES = {"cold": None, "1 % changed": 0.01, "100 % changed": 1.0}
TARGETS = {"cold": 4.0, "1 % changed": 30.0}


def run() -> Table:
    """Plain and compressed."""
    rows = []
    for jobs, laps in SIZES.items():
        with kept(jobs) as file:
            for compressed in (False, True):
                fleet = (file, compressed)
                *figures, rival, ready = contest(
                    *((rendering, (*fleet, share)) for share in CASES.values()),
                    *((library, (*fleet, prepared)) for prepared in (False, True)),
                    laps=laps,
                )
                kind = ", gzip" if compressed else ""
                aimed = jobs >= TARGETS_FROM and not compressed
                rows += [
                    _row(f"{jobs:,} jobs, {name}{kind}", figure, rival, TARGETS.get(name) if aimed else None)
                    for name, figure in zip(CASES, figures, strict=True)
                ]
                rows.append(_row(f"{jobs:,} jobs, cold{kind}, families ready made", figures[0], ready))
    return Table(
        "Rendering",
        "CPU from one snapshot to the bytes of the page. The rival is `generate_latest` over a custom collector that "
        "reads the same snapshot by the same catalogue into `GaugeMetricFamily`; in the rows that say so it is spared "
        "that and has its families ready in memory. With gzip it is followed by `gzip.compress` as the library's "
        "server calls it.",
        rows,
    )


def _row(subject: str, figure: float, rival: float, target: float | None = None) -> Row:
    return Row(
        subject=subject,
        figure=milliseconds(figure),
        rival=milliseconds(rival),
        ratio=rival / figure,
        target=target,
    )


async def rendering(file: Path, compressed: bool, share: float | None) -> AsyncGenerator[float]:  # noqa: FBT001 - a lap's argument
    """CPU of a cold rendering, or of one after this share of the jobs changed."""
    project = read(file)
    random = Random(1)
    process.prepare()
    encode = ENCODINGS["gzip" if compressed else PLAIN]
    renderer = ProjectRenderer(project.name)
    renderer.render(project)
    while True:
        if share is None:
            renderer = ProjectRenderer(project.name)
        else:
            project = changed(project, share, random)
        before = time.process_time()
        encode(page_of([renderer.render(project)]))
        yield time.process_time() - before


async def library(file: Path, compressed: bool, prepared: bool) -> AsyncGenerator[float]:  # noqa: FBT001 - as above
    """CPU of the library's rendering, the same whatever changed."""
    collector: Collector = Oracle([read(file)])
    if prepared:
        collector = Prepared(collector.collect())
    process.prepare()
    while True:
        before = time.process_time()
        page = generate_latest(collector)
        if compressed:
            gzip.compress(page)
        yield time.process_time() - before
