"""`make soak`, or `python -m benchmarks.soak [SEED]`: ends within five minutes, with 1 if one of its claims fails.

A thousand polls, or as many as a busy machine makes in that time: it says how many, and fewer than 250 are a failure.
The exporter is alone in its process, so what is measured is its own. The cloud, the scrapers and the test are here.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from pathlib import Path
from typing import Final

from benchmarks.soak.daemon import DaemonProcess, Measured
from benchmarks.soak.faults import Faults
from drs_exporter.poll import COLLECTORS
from drs_exporter.simulator import SimulatedCloud
from tests.faults.daemon import HOLD, INTERVAL, entry
from tests.faults.driven_clock import DrivenClock
from tests.faults.page import Page
from tests.faults.scrapers import Scrapers

POLLS: Final = 1000
FEWEST: Final = 250
"""By then each fault was there in each of its ways, and some again; fewer say nothing."""

SETTLED: Final = 200
"""Polls after which everything that is kept once is there."""

EVERY: Final = 200
"""Polls between two rows of the summary."""

SLOWED: Final = 10
"""Polls that may pass until what a fault has slowed down was read again."""

READ: Final = "drs_exporter_collector_last_success_timestamp_seconds"

LOOKS: Final = 10
"""Polls without a fault at whose ends is measured: what stays is there each time, what is asked just then is not."""

JOBS: Final = 30
SCRAPERS: Final = 4
"""One for each way to ask: text or OpenMetrics, compressed or not."""

PAUSE: Final = 0.2
"""Seconds between an answer and the next question: its clock runs so fast that each page's end is rendered anew."""

LONGEST: Final = 270.0
"""Seconds until no further episode begins."""

STUCK: Final = 60.0
"""Seconds that the last of them may still take."""

PATIENCE: Final = 10.0
"""Seconds a poll may take: what hangs costs no more of the test's time, and a good poll is a hundred times as fast."""

GROWTH: Final = 1.05
CONCURRENCY: Final = 4
CONNECTIONS: Final = 2 * (CONCURRENCY + 2)
"""The most to the cloud, of two services; how many of them are open between two polls is as it happens."""

MOST: Final[Mapping[str, int]] = {
    "round": CONCURRENCY * len(COLLECTORS),
    **dict.fromkeys(("polling", "Polls._collect", "Asking.all"), list(COLLECTORS.values()).count(None)),
    **dict.fromkeys(("stir", "alarm"), 1),
}
"""Tasks that come and go with what is asked just then, and how many of them there are at most."""

CALLS: Final = "together.<locals>.one"
"""As many as they ask for."""


@dataclass
class CloudTime:
    """The clock of the cloud, which follows that of the daemon."""

    time: float = field(default_factory=DrivenClock().time)

    def __call__(self) -> float:
        """Unix time."""
        return self.time


@dataclass
class Soak:
    """One run and what it found."""

    daemon: DaemonProcess
    cloud: SimulatedCloud
    now: CloudTime
    rng: random.Random
    faults: Faults
    began: float = field(default_factory=time.monotonic)
    polls: int = 1
    pages: int = 0
    fault: str = ""
    """The latest."""
    kinds: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    measured: dict[int, tuple[Measured, float]] = field(default_factory=dict)
    stood: dict[str, set[str]] = field(default_factory=dict)
    """By job, the statuses it had since the last fault ended."""
    stayed: dict[str, str] = field(default_factory=dict)
    """Names of the jobs that were there all that time."""

    @property
    def lasted(self) -> float:
        """Seconds so far."""
        return time.monotonic() - self.began

    async def run(self) -> None:
        """All of it, or what there is time for; what hangs is told with the fault it hangs at."""
        try:
            async with asyncio.timeout(LONGEST + STUCK):
                while self.polls < POLLS and self.lasted < LONGEST:
                    await self._row(self.polls // EVERY * EVERY + EVERY)
        except (TimeoutError, EOFError) as exc:
            self.wrong.append(f"{self.fault} hangs: {exc!r}")

    async def _row(self, until: int) -> None:
        """Faults, each followed by a good poll that must bring everything back; then measure."""
        scrapers = Scrapers(self.daemon.url, count=SCRAPERS, pause=PAUSE)
        try:
            async with scrapers:
                while self.polls < until and self.lasted < LONGEST:
                    await self._episode()
        except AssertionError as exc:
            self.wrong.append(f"a page is not valid: {exc!r}")
        self.pages += scrapers.answers
        looks = []
        for _ in range(LOOKS):
            await self._poll()
            looks.append(await self.daemon.measure(self.cloud.url))
        self.measured[self.polls] = staying(looks), self.lasted

    async def _episode(self) -> None:
        fault, polls = self.faults.episode()
        self.fault = f"{fault.fault} of {fault.operation}"
        self.kinds[fault.fault] += 1
        self.cloud.faults.add(fault)
        for _ in range(polls):
            await self._poll()
        self.cloud.faults.clear()
        self.stood.clear()
        if not self.daemon.quiet:
            await self._good_poll()  # which may have begun while there was the fault
        self._compare(await self._good_poll(), self.fault)
        if self.rng.random() < 1 / 10:
            self._meddle()

    async def _good_poll(self) -> Page:
        """The page once jobs and statuses have been read again; what was slowed down goes on beside some polls more."""
        page = before = await self._page()
        for _ in range(SLOWED):
            await self._poll()
            page = await self._page()
            if all(
                page.value(READ, collector=name) != before.value(READ, collector=name) for name in ("jobs", "status")
            ):
                break
        return page

    async def _page(self) -> Page:
        return await self.daemon.scrape("drs_job_info", "drs_job_status", READ)

    async def _poll(self) -> None:
        polled = False
        while not polled:
            self.now.time = self.daemon.wake
            truth = {job.id: job for job in self.cloud.truth()}
            self.stayed = {job_id: job.name for job_id, job in truth.items() if job_id in self.stayed or not self.stood}
            for job in truth.values():
                self.stood.setdefault(job.id, set()).add(job.status)
            polled = await self.daemon.step()
        self.polls += 1

    def _compare(self, page: Page, after: str) -> None:
        """Every job that was there all the time is, under its name, in a status it had, and none that never was."""
        found = {labels["job_id"]: labels for series in page.of("drs_job_status") if (labels := dict(series.labels))}
        lacking, strange = self.stayed.keys() - page.jobs(), page.jobs() - self.stood.keys()
        if lacking or strange:
            self.wrong.append(f"after {after}: {len(lacking)} jobs missing, {len(strange)} too many")
        for job_id, name in self.stayed.items():
            labels = found.get(job_id, {})
            if labels.get("status") not in self.stood[job_id] or labels.get("job_name") != name:
                self.wrong.append(
                    f"after {after}: {job_id} was {sorted(self.stood[job_id])}, not {labels.get('status')}"
                )

    def _meddle(self) -> None:
        """What users do: a job gets another name, or goes and a new one comes."""
        chosen = self.rng.choice(self.cloud.fleet.ids())
        if self.rng.random() < 1 / 2:
            self.cloud.fleet.rename(chosen, f"renamed-{self.polls}")
        else:
            self.cloud.fleet.delete(chosen)
            self.cloud.fleet.add(1)

    def claims(self) -> dict[str, bool]:
        """Every claim and whether it holds."""
        rows = [row for polls, (row, _) in self.measured.items() if polls >= SETTLED]
        if not rows:
            return {f"{self.polls} polls in {self.lasted:.0f} s are too few to measure": False}
        early, late = rows[0], rows[-1]
        more = Counter(late.tasks) - (Counter(early.tasks) | Counter(MOST))
        del more[CALLS]
        return {
            f"memory within 5 % ({late.memory / early.memory - 1:+.1%})": late.memory <= early.memory * GROWTH,
            f"no task more {dict(more) or ''}": not more,
            "no descriptor more": late.descriptors <= early.descriptors and late.connections <= CONNECTIONS,
            f"no series twice on {self.pages} scraped pages": self.pages > self.polls,
            f"{self.polls} polls in {self.lasted:.0f} s": self.polls >= FEWEST,
            f"every job back with the first reading after each of {self.kinds.total()} faults": not self.wrong,
            "nothing but events logged, no task lost": not self.daemon.strange,
        }

    def summary(self) -> bool:
        """Print what was seen; whether every claim holds."""
        print(f"{'polls':>6} {'memory':>10} {'tasks':>6} {'descriptors':>12} {'to the cloud':>13} {'after':>7}")
        for polls, (row, seconds) in self.measured.items():
            tasks = sum(row.tasks.values())
            print(
                f"{polls:>6} {row.memory:>6.1f} MiB {tasks:>6} {row.descriptors:>12} {row.connections:>13} "
                f"{seconds:>5.0f} s"
            )
        print(f"{self.kinds.total()} faults of {len(self.kinds)} kinds; {self.cloud.calls.total()} requests; ", end="")
        print("log lines:", ", ".join(f"{count} {event}" for event, count in self.daemon.events.most_common()))
        claims = self.claims()
        for claim, holds in claims.items():
            print(f"{'ok  ' if holds else 'FAIL'} {claim}")
        for line in [*self.wrong[:20], *self.daemon.strange[:20]]:
            print(f"     {line}")
        return all(claims.values())


def staying(looks: Sequence[Measured]) -> Measured:
    """What was there at each of these, the memory of the last and the most connections."""
    *_, last = looks
    return Measured(
        memory=last.memory,
        tasks=reduce(and_, [Counter(look.tasks) for look in looks]),
        descriptors=min(look.descriptors for look in looks),
        connections=max(look.connections for look in looks),
    )


async def soak(folder: Path, seed: int) -> int:
    """Run it, print the summary; the exit code."""
    now, rng = CloudTime(), random.Random(seed)
    async with SimulatedCloud(jobs=JOBS, seed=seed, now=now) as cloud:
        daemon = DaemonProcess(folder)
        daemon.configure(
            projects=[entry(cloud)],
            web_listen_address=["127.0.0.1:0"],
            poll_interval=INTERVAL,
            poll_timeout=PATIENCE,
            hold_time=HOLD,
            request_timeout=1,
            max_concurrency=CONCURRENCY,
            max_requests_per_second=1000,
            cloud_eye_max_requests_per_second=1000,
            collectors=list(COLLECTORS),
            collector_intervals={"async_jobs": 60, "quotas": 60, "cloud_eye": 300},
        )
        async with daemon:
            run = Soak(daemon, cloud, now, rng, Faults(rng))
            await run.run()
    return 0 if run.summary() else 1


def main() -> int:
    """Run with the seed of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("seed", type=int, nargs="?", default=1)
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(soak(Path(folder), parser.parse_args().seed))


if __name__ == "__main__":
    sys.exit(main())
