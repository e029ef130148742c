"""`python -m benchmarks.queries`: what the fleet dashboard costs a real Prometheus that holds a day of 10,000 jobs.

The exporter's page of a simulated fleet, several times over under other names, is written as a scrape every two minutes
of a whole day, with what the rules would have recorded of it beside it; promtool makes blocks of that. Then each query
of the dashboard is asked as it opens, and over the whole day. Takes half an hour and 4 GB of disk.
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
from tests.grafana.answers import Scene, ask
from tests.grafana.boards import board, panels
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


def costs(server: Prometheus, period: Period) -> Iterator[Cost]:
    """Of each query of the dashboard over that time."""
    found = board(FLEET)
    opened = {panel["title"] for panel in found["panels"]}
    scene = Scene(server, period, resolve(found, server, period, {}))
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


def told(server: Prometheus, period: Period, what: str) -> None:
    """Print what the queries of that time cost."""
    found = sorted(costs(server, period), key=lambda cost: -cost.processor)
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
    chosen = parser.parse_args(arguments)
    series = list(lines(asyncio.run(drawn(DRAWN)), jobs=chosen.jobs, uids=[FLEET]))
    end = int(time.time()) // SCRAPES * SCRAPES
    begin = end - chosen.hours * 3600
    with tempfile.TemporaryDirectory() as name:
        folder, samples = Path(name), Path(name) / "samples.txt"
        for start in range(begin // BLOCK * BLOCK, end, BLOCK):
            moments = range(max(begin, start), min(end, start + BLOCK), SCRAPES)
            write(samples, series, moments)
            load_blocks(samples, folder)
            sys.stderr.write(f"{len(series):,} series until {time.strftime('%H:%M', time.gmtime(moments[-1]))}\n")
        samples.unlink()
        with prometheus(folder) as started:
            server = Prometheus(started.url, timeout=PATIENCE)
            (jobs,) = server.now("count(max by (job_id) (drs_job_info))", end - SCRAPES)
            held = f"{jobs.samples[0][1]:,.0f} jobs, {len(series):,} series"
            print(f"{held}, {chosen.hours} hours of a scrape every {SCRAPES} s")
            told(server, Period(end - OPENS * 3600, end - SCRAPES, SCRAPES), "as it opens, over six hours")
            if chosen.hours > OPENS:
                told(server, Period(begin, end - SCRAPES, SCRAPES), f"over {chosen.hours} hours")


if __name__ == "__main__":
    main()
