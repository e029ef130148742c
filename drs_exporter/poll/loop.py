"""The loop of one project: polls at its ticks, holds what it read, publishes snapshots."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Collection, Mapping
from hashlib import blake2b
from typing import Final

import structlog

from drs_exporter.clock import Clock
from drs_exporter.drs.client import DrsClient
from drs_exporter.errors import ApiError, ApiTimeoutError
from drs_exporter.parse.values import Reader
from drs_exporter.poll.assemble import Assembler
from drs_exporter.poll.collectors import (
    AsyncJobs,
    Collector,
    Details,
    JobDetails,
    Jobs,
    Progresses,
    Quotas,
    RpoRtos,
    Run,
    Statuses,
)
from drs_exporter.poll.collectors.run import Target
from drs_exporter.poll.plan import OPERATIONS, Plan
from drs_exporter.poll.state import State
from drs_exporter.snapshot import Project
from drs_exporter.status import STATUSES, Phase

log = structlog.get_logger()

_COLLECTORS: Final[tuple[Callable[[], Collector], ...]] = (
    Jobs,
    Statuses,
    Progresses,
    RpoRtos,
    AsyncJobs,
    Details,
    Quotas,
    JobDetails,
)
_WITHOUT_JOBS: Final = frozenset({"async_jobs", "quotas"})
"""Collectors that can run before any job is known."""


class Poller:
    """Polls one project for as long as it runs; the only writer of its snapshots."""

    def __init__(
        self,
        plan: Plan,
        client: DrsClient,
        *,
        clock: Clock,
        publish: Callable[[Project], Awaitable[None]],
        unreadable: Callable[[Mapping[str, int], Mapping[str, int]], None],
        state: State,
    ) -> None:
        """Give every snapshot to `publish`, and counts of what was not read to `unreadable`.

        Those are of unreadable values by field, and of values beyond the bounds by kind.

        The `state` may be that of an earlier poller of the same project, with all it still holds.
        """
        state.keep(plan)
        self.plan = plan
        self.state = state
        self._client = client
        self._clock = clock
        self._publish = publish
        self._unreadable = unreadable
        self._assembler = Assembler(plan)
        self._collectors = tuple(collector for make in _COLLECTORS if plan.runs((collector := make()).name))
        self._ticked = clock.monotonic()
        self._polled = state.polled is not None

    @property
    def polled(self) -> bool:
        """The first poll has ended, in success or not, and what it found is published."""
        return self._polled

    def overdue(self) -> float | None:
        """Seconds since the last tick, if that is longer than a live loop can take; else `None`."""
        since = self._clock.monotonic() - self._ticked
        return since if since > 2 * max(self.plan.poll_interval, self.plan.poll_timeout) else None

    async def run(self) -> None:
        """Poll at once, then at a fixed offset in every interval; never returns. Missed ticks are skipped."""
        anchor = self._anchor()
        # The first poll counts as that of the tick just missed, or the second would come too early for its collectors.
        tick = self._following(anchor, self._clock.monotonic()) - self.plan.poll_interval
        while True:
            await self.poll(tick)
            following = self._following(anchor, tick)
            while (wake := min(following, self._next_expiry())) < following:
                await self._sleep_until(wake)
                await self.publish()
            await self._sleep_until(following)
            tick = following

    async def poll(self, tick: float) -> None:
        """Run every collector that is due at this tick (monotonic), then publish; ends within the poll timeout."""
        self._ticked = self._clock.monotonic()
        self.state.poll += 1
        read = Reader(self.state.vocabulary)
        deadline = asyncio.get_running_loop().time() + self.plan.poll_timeout
        jobs, *others = self._collectors
        known = len(self.state.listing) > 0
        async with asyncio.TaskGroup() as tasks:
            if self._lists(tick):
                listing = tasks.create_task(self._collect(jobs, self._run(read, tick, {}, ()), deadline))
                # A listing that hangs must not take the time of everything else, which goes on with the jobs it knows.
                await asyncio.wait({listing}, timeout=self.plan.poll_timeout / 2 if known else None)
            run = self._run(read, tick, *await asyncio.to_thread(self._targets))
            for collector in others:
                ready = collector.name in _WITHOUT_JOBS or len(self.state.listing) > 0
                if ready and self.state.standings[collector.name].due(tick):
                    tasks.create_task(self._collect(collector, run, deadline))
        self._tell_unreadable(read)
        self.state.polled = self._clock.time()
        await self.publish()
        self._polled = True

    def _lists(self, tick: float) -> bool:
        """Jobs are listed at every poll, the first one after a reload too, unless an interval of their own is set."""
        often = self.plan.interval("jobs") <= self.plan.poll_interval
        return often or self.state.standings["jobs"].due(tick)

    async def publish(self) -> None:
        """Drop what has been held too long, and publish what is left."""
        now = self._clock.monotonic()
        for name in self.state.standings:
            for held in self.state.held(name):
                held.expire(now, self.plan.hold(name))
        await self._publish(await asyncio.to_thread(self._snapshot))

    def _tell_unreadable(self, read: Reader) -> None:
        """Count what was not read, and log each field and kind the first time."""
        self._unreadable(read.errors, read.dropped)
        for field in sorted(read.errors.keys() - self.state.unreadable_fields):
            log.warning("field.unreadable", project=self.plan.name, field=field, values=read.errors[field])
            self.state.unreadable_fields.add(field)
        for kind in sorted(read.dropped.keys() - self.state.dropped_kinds):
            log.warning("values.dropped", project=self.plan.name, kind=kind, values=read.dropped[kind])
            self.state.dropped_kinds.add(kind)

    async def _collect(self, collector: Collector, run: Run, deadline: float) -> None:
        standing = self.state.standings[collector.name]
        started = self._clock.monotonic()
        failure: ApiError | None = None
        try:
            async with asyncio.timeout_at(deadline):
                await collector.collect(run)
        except TimeoutError:
            message = f"not done within the poll timeout of {self.plan.poll_timeout:g} s"
            failure = ApiTimeoutError(message, operation=OPERATIONS[collector.name][0])
        except ApiError as exc:
            failure = exc.alone()  # or it and this frame would hold each other, and all that was read with them
        now = self._clock.monotonic()
        standing.ran(tick=run.now, duration=now - started)
        if failure is None:
            standing.succeeded(now=now, time=self._clock.time())
        else:
            standing.failed(failure, now=now)

    def _run(self, read: Reader, tick: float, targets: Mapping[str, Target], known: Collection[str]) -> Run:
        return Run(
            plan=self.plan,
            client=self._client,
            state=self.state,
            read=read,
            poll=self.state.poll,
            now=tick,
            clock=self._clock,
            targets=targets,
            known=known,
        )

    def _targets(self) -> tuple[dict[str, Target], Collection[str]]:
        """The jobs of this shard that can still change, and the ids of all jobs."""
        entries = self.state.entries(self.plan)
        targets = {
            job_id: Target(job=entry.job, stand=stand)
            for job_id, entry in entries.items()
            if self._assembler.owned(job_id) and (stand := self.state.stand(entry)).phase is not Phase.STOPPED
        }
        return targets, entries.keys()

    def _snapshot(self) -> Project:
        known = len(self.state.listing) > 0
        jobs, counts = self._assembler.jobs(self.state)
        unknown = {count.status for count in counts if count.jobs and count.status not in STATUSES}
        return Project(
            name=self.plan.name,
            project_id=self.plan.project_id,
            region=self.plan.region,
            up=self.state.standings["jobs"].success,
            jobs=jobs if known else None,
            counts=counts if known else (),
            unknown_statuses=len(unknown) if known else None,
            async_jobs=self._assembler.async_jobs(self.state),
            quotas=self.state.quotas.get("") or (),
            collectors=tuple(standing.state() for standing in self.state.standings.values()),
            polled=self.state.polled,
        )

    def _next_expiry(self) -> float:
        """Monotonic time at which something held has to go."""
        expiries = (
            held.next_expiry(self.plan.hold(name)) for name in self.state.standings for held in self.state.held(name)
        )
        return min((expiry for expiry in expiries if expiry is not None), default=math.inf)

    def _anchor(self) -> float:
        """A monotonic time of a tick: each project and shard has its own offset in the interval, by the wall clock."""
        digest = blake2b(f"{self.plan.name}/{self.plan.shard}".encode(), digest_size=8).digest()
        offset = int.from_bytes(digest, "big") / 2**64 * self.plan.poll_interval
        return self._clock.monotonic() - (self._clock.time() - offset) % self.plan.poll_interval

    def _following(self, anchor: float, tick: float) -> float:
        """The next tick that is not missed already."""
        interval = self.plan.poll_interval
        latest = max(self._clock.monotonic(), tick + _ROUNDING)
        return anchor + math.ceil((latest - anchor) / interval) * interval

    async def _sleep_until(self, moment: float) -> None:
        await self._clock.sleep(max(0.0, moment - self._clock.monotonic()))


_ROUNDING: Final = 0.001
"""Ticks are computed; their last bits are not."""
