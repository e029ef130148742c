"""`python -m benchmarks.queries`: what the fleet dashboard costs a real Prometheus that holds a day of 10,000 jobs.

The exporter's page of a simulated fleet, several times over under other names, is written as a scrape every two minutes
of a whole day, what is only asked for the present as the last three hours of it, with what the rules would have
recorded beside it; promtool makes blocks of that. Then each query of the dashboard is asked as it opens, and over the
whole day, with the rules and without. Takes ten minutes and a gigabyte of disk.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from drs_exporter.simulator import SimulatedCloud
from grafana.needs import UNRECORDED
from tests.grafana.answers import Scene, ask
from tests.grafana.boards import board, panels, selectors
from tests.grafana.crowd import lines, write
from tests.grafana.prometheus import Prometheus
from tests.grafana.running import load_blocks, processor_seconds, prometheus
from tests.grafana.templates import Period, resolve
from tests.grafana.world import page

FLEET: Final = "drs-fleet"
DRAWN: Final = 1000
"""Jobs of the simulated fleet, without their subtasks; the day has it several times."""

SCRAPES: Final = 120
"""Seconds between two of them."""

BLOCK: Final = 7200
RECENT: Final = 3
"""Hours of what is asked for the present only: no window of such a query is longer, but for failures' beginning."""

LONG_AGO: Final = "drs_job_status"
"""Where that is looked for."""

OPENS: Final = 6
"""Hours that the dashboard shows when it opens."""

ATTEMPTS: Final = 2
"""The better one counts: the first reads what no query has read before."""

PATIENCE: Final = 300.0
"""Seconds for an answer on a busy machine, while Prometheus puts its new blocks together."""


@dataclass(frozen=True)
class Cost:
    """What a query took, at best."""

    panel: str
    closed: bool
    seconds: float
    processor: float
    series: int


async def drawn(jobs: int) -> str:
    """What the exporter says of a simulated fleet."""
    async with SimulatedCloud(jobs=jobs, speed=60) as cloud:
        return await page(cloud, COLLECTORS="status,progress,rpo_rto,async_jobs,details,quotas")


def of_the_past() -> set[str]:
    """Names of what the dashboard draws over time."""
    ranges = [target for panel in panels(board(FLEET)) for target in panel["targets"] if not target["instant"]]
    return {LONG_AGO, *(str(selector.name) for target in ranges for selector in selectors(target["expr"]))}


def fill(folder: Path, jobs: int, begin: int, end: int) -> None:
    """Write blocks of that time."""
    series = list(lines(asyncio.run(drawn(DRAWN)), jobs=jobs, uids=[FLEET]))
    kept = of_the_past()
    past = [line for line in series if line.text.partition("{")[0] in kept]
    samples = folder / "samples.txt"
    for start in range(begin // BLOCK * BLOCK, end, BLOCK):
        moments = range(max(begin, start), min(end, start + BLOCK), SCRAPES)
        write(samples, past if start + BLOCK < end - RECENT * 3600 else series, moments)
        load_blocks(samples, folder)
        sys.stderr.write(f"samples until {time.strftime('%H:%M', time.gmtime(moments[-1]))}\n")
    samples.unlink()


def costs(server: Prometheus, period: Period, *, rules: bool) -> Iterator[Cost]:
    """Of each query of the dashboard over that time, with or without what the rules recorded."""
    found = board(FLEET)
    opened = {panel["title"] for panel in found["panels"]}
    scene = Scene(server, period, resolve(found, server, period, {} if rules else {UNRECORDED: "1"}))
    for panel in panels(found):
        for target in panel.get("targets", ()):
            alone: dict[str, Any] = {**panel, "targets": [target]}
            tries = []
            for _ in range(ATTEMPTS):
                used, began = processor_seconds(server), time.monotonic()
                (answer,) = ask(alone, scene)
                tries.append((time.monotonic() - began, processor_seconds(server) - used))
            seconds, processor = (min(one) for one in zip(*tries, strict=True))
            name = f"{panel['title']} {target['refId']}"
            yield Cost(name, panel["title"] not in opened, seconds, processor, len(answer))


def told(server: Prometheus, period: Period, what: str, *, rules: bool = True) -> None:
    """Print what the queries of that time cost."""
    found = sorted(costs(server, period, rules=rules), key=lambda cost: -cost.processor)
    opened = [cost for cost in found if not cost.closed]
    print(f"\n{what}: {len(found)} queries, {len(opened)} of them asked when it opens", flush=True)
    for name, some in (("asked when it opens", opened), ("in closed rows", [cost for cost in found if cost.closed])):
        total = sum(cost.processor for cost in some)
        print(f"{name}: {total * 1000:.0f} ms of processor together, the slowest")
        for cost in some[:8]:
            print(
                f"  {cost.processor * 1000:>6.0f} ms of processor, {cost.seconds * 1000:>6.0f} ms to the answer, "
                f"{cost.series:>6} series: {cost.panel}"
            )
    empty = [cost.panel for cost in found if not cost.series]
    print(f"without an answer: {', '.join(empty) or 'none'}", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill a Prometheus and ask it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=10_000, help="subtasks counted")
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--folder", type=Path, help="where the day is kept, and asked again when it is there")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = chosen.folder or Path(name)
        end = int(time.time()) // SCRAPES * SCRAPES
        if not (folder / "data").exists():
            fill(folder, chosen.jobs, end - chosen.hours * 3600, end)
            (folder / "end").write_text(str(end))
        end = int((folder / "end").read_text())
        with prometheus(folder) as started:
            server = Prometheus(started.url, timeout=PATIENCE)
            jobs, held = (
                server.now(expr, end - SCRAPES)[0].samples[0][1]
                for expr in ("count(max by (job_id) (drs_job_info))", 'count({__name__=~"drs.+"})')
            )
            print(f"{jobs:,.0f} jobs, {held:,.0f} series, {chosen.hours} hours of a scrape every {SCRAPES} s")
            for hours in sorted({min(OPENS, chosen.hours), chosen.hours}):
                period = Period(end - hours * 3600, end - SCRAPES, SCRAPES)
                told(server, period, f"over {hours} hours")
                told(server, period, f"over {hours} hours, without the rules", rules=False)


if __name__ == "__main__":
    main()
