"""One poll: the listing, then what is asked of every job each time; published as each of them ends."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from drs_exporter.cloud.budget import Budget
from drs_exporter.errors import ApiError, ApiTimeoutError
from drs_exporter.parse.values import Reader
from drs_exporter.poll.asking import Asking
from drs_exporter.poll.collector import Collector
from drs_exporter.poll.collectors.jobs import LISTING, Jobs
from drs_exporter.poll.context import Context

_LOOKS: Final = 4
"""How often within the poll timeout it is looked whether a call has ended."""

_FEW: Final = 10
"""Calls: enough for every collector to have had its turn."""


@dataclass(slots=True, kw_only=True)
class _Poll:
    """One poll under way."""

    tick: float
    began: float
    """Monotonic time."""
    read: Reader
    left: set[Collector] = field(default_factory=set)
    """Those of its collectors that have begun and not ended."""


class Polls:
    """The collectors of the poll of one project; one that hangs is given up, one that works is not.

    A poll may begin before the last one has ended: it leaves out the collectors that are still under way.
    """

    def __init__(
        self,
        context: Context,
        collectors: Sequence[Collector],
        *,
        budget: Budget,
        listed: Callable[[], Awaitable[None]],
        show: Callable[[float], Awaitable[None]],
        publish: Callable[[], Awaitable[None]],
    ) -> None:
        """Call `listed` after the listing, before all else; `show`, with the poll's beginning, as each ends.

        What is found before a poll waits for throttled operations alone is published without fail.
        """
        self.keys: dict[str, Sequence[str]] = {}
        """What each collector asks about, as of its last run."""
        self._context = context
        self._jobs = next(collector for collector in collectors if isinstance(collector, Jobs))
        self._others = [collector for collector in collectors if collector is not self._jobs]
        self._operations = tuple(operation for collector in collectors for operation in collector.operations)
        self._budget = budget
        self._listed = listed
        self._show = show
        self._publish = publish
        self._patience = context.plan.poll_timeout
        self._under_way: list[_Poll] = []

    @property
    def held_up(self) -> bool:
        """Whether the last poll waits only for operations that throttling has slowed down, each for itself."""
        return bool(self._under_way) and self._slowed(self._under_way[-1])

    async def poll(self, tick: float) -> None:
        """Run every collector that is due at this tick (monotonic) and not under way."""
        self._context.state.poll += 1
        poll = _Poll(tick=tick, began=self._context.clock.monotonic(), read=self._context.reader())
        self._under_way.append(poll)
        try:
            await self._run(poll)
        finally:
            self._under_way.remove(poll)
        self._context.tell_unreadable(poll.read)
        self._context.state.polled = self._context.clock.time()

    async def _run(self, poll: _Poll) -> None:
        state = self._context.state
        known = len(state.of(LISTING)) > 0
        async with asyncio.TaskGroup() as tasks:
            if self._lists(poll.tick):
                poll.left.add(self._jobs)
                listing = tasks.create_task(self._collect(self._jobs, poll))
                # A listing that hangs must not take the time of everything else, which goes on with the jobs it knows.
                await self._wait(listing, self._jobs.operations, patience=self._patience / 2 if known else None)
            await self._context.look()
            busy = {collector for other in self._under_way for collector in other.left}
            due = [
                collector
                for collector in self._others
                if collector not in busy and state.standings[collector.name].due(poll.tick)
            ]
            self._look_up(due)
            await self._listed()
            if len(state.of(LISTING)) > 0:
                poll.left.update(due)
                for collector in due:
                    tasks.create_task(self._collect(collector, poll))

    def _slowed(self, poll: _Poll) -> bool:
        """While jobs are being listed it is not: no poll goes on without what it begins with."""
        if not poll.left or self._jobs in poll.left:
            return False
        return all(self._budget.slowed(collector.operations) for collector in poll.left)

    def _lists(self, tick: float) -> bool:
        """Jobs are listed at every poll, the first one after a reload too, unless an interval of their own is set."""
        often = self._context.plan.interval(self._jobs) <= self._context.plan.poll_interval
        return often or self._context.state.standings[self._jobs.name].due(tick)

    def _look_up(self, collectors: Sequence[Collector]) -> None:
        run = self._context.run()
        for collector in collectors:
            self.keys[collector.name] = collector.keys(run)

    async def _collect(self, collector: Collector, poll: _Poll) -> None:
        clock, standing = self._context.clock, self._context.state.standings[collector.name]
        started = clock.monotonic()
        run = self._context.run(poll.read)
        if collector is self._jobs:
            self.keys[collector.name] = collector.keys(run)
        asking = Asking(collector, run, self.keys[collector.name])
        failure: ApiError | None = None
        work = asyncio.ensure_future(asking.all())
        try:
            await self._wait(work, self._operations, patience=self._patience)
            if work.done():
                work.result()
            else:
                failure = self._given_up(asking)
        except ApiError as exc:
            failure = exc.alone()  # or it and this frame would hold each other, and all that was read with them
        finally:
            work.cancel()
            await asyncio.wait({work})
        asking.lapse(since=started)
        now = clock.monotonic()
        standing.ran(tick=poll.tick, duration=now - started, lasted=max(0.0, now - poll.began))
        if failure is None:
            standing.succeeded(now=now, time=clock.time())
        else:
            standing.failed(failure, now=now)
        poll.left.discard(collector)
        if self._slowed(poll):
            await self._publish()
        elif poll.left or collector is self._jobs:
            await self._show(poll.began)  # what the last of them found is published with the end of the poll

    async def _wait(
        self, work: "asyncio.Future[None]", operations: Sequence[str], *, patience: float | None = None
    ) -> None:
        """Wait for its end, or until none of these operations has had a call end for so many seconds; None is no limit.

        Where calls are rarer than that, for want of budget, a few of them are waited for.
        """
        idle, ended = 0, self._budget.ended(operations)
        while not work.done() and idle < _LOOKS:
            seconds = None if patience is None else max(patience, _FEW / self._budget.allowed) / _LOOKS
            await asyncio.wait({work}, timeout=seconds)
            before, ended = ended, self._budget.ended(operations)
            idle = 0 if ended != before else idle + 1

    def _given_up(self, asking: Asking) -> ApiTimeoutError:
        """The error of a collector whose calls do not end, with how far it came and what may help."""
        message = (
            f"no call has ended for {self._patience:g} s, {asking.done} of {asking.groups} were done: "
            f"raise poll_timeout, lower request_timeout, or raise max_concurrency where calls wait for each other"
        )
        return ApiTimeoutError(message, operation=asking.collector.operations[0])
