"""`make soak`: a thousand polls at speed, with random faults and scrapers that never pause.

Ends by itself within five minutes; exit code 1 if one of its claims does not hold. Simulated cloud and scrapers run in
the same process, so memory is that of all three: a fault that makes the cloud write large answers can raise it once,
by what the allocator then keeps, and fail the claim without anything growing.
"""

import asyncio
import gc
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import psutil
import structlog

from drs_exporter.simulator import SimulatedCloud
from tests.faults.daemon import Daemon, entry
from tests.faults.driven_clock import DrivenClock
from tests.faults.page import Page
from tests.faults.rows import Trouble
from tests.faults.scrapers import Scrapers

POLLS: Final = 1000
SETTLED: Final = 200
"""Polls after which everything that is kept once is there."""

JOBS: Final = 60
LONGEST: Final = 290.0
"""Seconds."""

GROWTH: Final = 1.05
KEPT_ALIVE: Final = 4
"""Connections that may be open or not, as it happens."""

KINDS: Final = (
    "500", "502", "503", "throttle", "throttle_400", "401", "401_permission", "403_token", "403_permission",
    "403_project", "404_gateway", "404_object", "bad_request", "bad_id", "202_error", "redirect", "html", "empty",
    "json_array", "json_null", "json_string", "json_nan", "json_deep", "json_object", "truncated", "invalid_utf8",
    "wrong_length", "reset", "close", "pages_overlap", "pages_shift", "pages_shrink", "pages_repeat", "pages_endless",
    "pages_empty", "total_lies", "null_array", "null_job", "null_field", "wrong_type", "missing_field",
    "hostile_names", "duplicate_id", "unanswered", "other_array", "part_list", "unknown_status", "422_empty",
)  # fmt: skip
SLOW: Final = ("hang", "drip")
"""One episode in fifty: each costs real time."""

OPERATIONS: Final = (
    "*", "list_jobs", "batch_status", "batch_progress", "batch_rpo_rto", "batch_detail", "list_async_jobs",
    "async_job_detail", "quotas",
)  # fmt: skip


class Measured(NamedTuple):
    """What the process holds after so many polls."""

    polls: int
    memory: float
    """MiB resident."""
    tasks: int
    descriptors: int
    seconds: float


@dataclass
class Soak:
    """One run and what it found."""

    daemon: Daemon
    cloud: SimulatedCloud
    rng: random.Random
    began: float = field(default_factory=time.monotonic)
    polls: int = 0
    pages: int = 0
    first: list[str] = field(default_factory=lambda: [*KINDS, *SLOW])
    episodes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    measured: list[Measured] = field(default_factory=list)

    async def run(self, until: int) -> None:
        """Episodes of faults, each followed by one good poll that must bring everything back; then measure.

        Every kind comes once before any comes at random: what a fault leaves behind once, it leaves behind early.
        """
        scrapers = Scrapers(self.daemon.url, count=2)
        try:
            async with scrapers:
                while self.polls < until and time.monotonic() - self.began < LONGEST:
                    await self._episode()
        except AssertionError as exc:
            self.wrong.append(f"a page is not valid: {exc!r}")
        self.pages += scrapers.answers
        self.measured.append(self._measure())

    async def _episode(self) -> None:
        operation = "*"
        if self.first:
            kind = self.first.pop()
        else:
            kind = self.rng.choice(SLOW if self.rng.random() < 1 / 50 else KINDS)
            operation = self.rng.choice(OPERATIONS)
        self.episodes[kind] += 1
        Trouble(operation, kind).begin(self.cloud)
        for _ in range(self.rng.randint(1, 3)):
            await self._poll()
        self.cloud.faults.clear()
        await self._poll()
        self._compare(await self.daemon.scrape(), f"{kind} of {operation}")
        if self.rng.random() < 1 / 10:
            self._meddle()

    async def _poll(self) -> None:
        await self.daemon.poll()
        self.polls += 1
        # The simulated cloud remembers requests for tests; here that would be what grows.
        self.cloud.requests.clear()

    def _measure(self) -> Measured:
        gc.collect()
        process = psutil.Process()
        memory = process.memory_info().rss / 1024 / 1024
        return Measured(self.polls, memory, len(asyncio.all_tasks()), process.num_fds(), time.monotonic() - self.began)

    def _compare(self, page: Page, after: str) -> None:
        """Every job of the truth is there, under its name, in its status, and no other."""
        found = {labels["job_id"]: labels for series in page.of("drs_job_status") if (labels := dict(series.labels))}
        truth = {job.id: job for job in self.cloud.truth()}
        if page.jobs() != truth.keys():
            self.wrong.append(f"after {after}: {len(page.jobs() ^ truth.keys())} jobs missing or too many")
        for job in truth.values():
            labels = found.get(job.id, {})
            if (labels.get("status"), labels.get("job_name")) != (job.status, job.name):
                self.wrong.append(f"after {after}: {job.id} is {job.status}, not {labels.get('status')}")

    def _meddle(self) -> None:
        """What users do."""
        chosen = self.rng.choice(self.cloud.fleet.ids())
        self.cloud.fleet.rename(chosen, f"renamed-{self.polls}")

    def claims(self) -> dict[str, bool]:
        """Every claim and whether it holds."""
        early, late = self.measured
        return {
            f"memory within 5 % ({late.memory / early.memory - 1:+.1%})": late.memory <= early.memory * GROWTH,
            "no task more": late.tasks <= early.tasks,
            "no descriptor more": late.descriptors <= early.descriptors + KEPT_ALIVE,
            f"no series twice on {self.pages} scraped pages": self.pages > POLLS,
            f"{late.polls} polls": late.polls >= POLLS,
            f"every job back one poll after each of {self.episodes.total()} faults": not self.wrong,
        }


async def soak(folder: Path, seed: int) -> int:
    """Run it, print the summary; the exit code."""
    clock = DrivenClock()
    events: Counter[str] = Counter()

    def count(_logger: object, _method: str, event: Any) -> Any:
        events[event["event"]] += 1
        raise structlog.DropEvent

    structlog.configure(processors=[count])
    async with SimulatedCloud(jobs=JOBS, seed=seed, now=clock.time) as cloud:
        daemon = Daemon(folder, clock, ())
        daemon.configure(entry(cloud), request_timeout=1, collector_intervals={"quotas": 300})
        async with daemon:
            run = Soak(daemon, cloud, random.Random(seed))
            await daemon.poll()
            await run.run(SETTLED)
            await run.run(POLLS)
    claims = run.claims()
    print(f"{'polls':>6} {'memory':>10} {'tasks':>6} {'descriptors':>12} {'after':>7}")
    for row in run.measured:
        print(f"{row.polls:>6} {row.memory:>6.1f} MiB {row.tasks:>6} {row.descriptors:>12} {row.seconds:>5.0f} s")
    print(
        f"{run.episodes.total()} faults of {len(run.episodes)} kinds; {cloud.calls.total()} requests; log lines: ",
        end="",
    )
    print(", ".join(f"{count} {event}" for event, count in events.most_common()))
    for claim, holds in claims.items():
        print(f"{'ok  ' if holds else 'FAIL'} {claim}")
    for line in run.wrong[:20]:
        print(f"     {line}")
    return 0 if all(claims.values()) else 1


def main() -> int:
    """`python -m benchmarks.soak [SEED]`."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(soak(Path(folder), seed))


if __name__ == "__main__":
    sys.exit(main())
