"""From what is held to the snapshot that everybody sees."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from drs_exporter.poll.collector import Collector
from drs_exporter.poll.collectors.jobs import LISTING, Jobs
from drs_exporter.poll.context import Context
from drs_exporter.poll.state import ALL
from drs_exporter.snapshot import BudgetUse, Project
from drs_exporter.status import STATUSES

_PART: Final = 0.1
"""Of the time since a poll began, what publishing may take before its end."""

Publish = Callable[[Project], Awaitable[None]]


class Publisher:
    """Makes snapshots of one project: one at a time, and the last one after the last word."""

    def __init__(self, context: Context, collectors: Sequence[Collector], publish: Publish) -> None:
        self.budgets: tuple[BudgetUse, ...] = ()
        """What is asked of the request budgets, as it was last reckoned."""
        self.down = False
        """Whether the project counts as down whatever its listing says: its last poll met a bug."""
        self._context = context
        self._collectors: Final = {collector.name: collector for collector in collectors}
        self._publish = publish
        self._turn = asyncio.Lock()
        self._asked = 0
        self._published = 0
        self._ended = -math.inf
        self._took = 0.0
        """When the last publication ended (monotonic), and how many seconds it took."""

    async def show(self, began: float = -math.inf) -> None:
        """Publish within a poll that began then, unless that would take too much of the time: its end is published."""
        if self._context.clock.monotonic() - max(began, self._ended) >= self._took / _PART:
            await self.publish()

    async def publish(self) -> None:
        """Drop what has been held too long, and publish what is left; of several who ask meanwhile one does it."""
        self._asked += 1
        mine = self._asked
        async with self._turn:
            if self._published >= mine:
                return
            self._published = self._asked
            now = self._context.clock.monotonic()
            for collector in self._collectors.values():
                for held in collector.held(self._context.state):
                    held.expire(now, self._hold(collector, now))
            await self._publish(await asyncio.to_thread(self._snapshot))
            self._ended = self._context.clock.monotonic()
            self._took = self._ended - now

    def next_expiry(self) -> float:
        """Monotonic time at which something held has to go."""
        state, now = self._context.state, self._context.clock.monotonic()
        expiries = (
            held.next_expiry(self._hold(collector, now))
            for collector in self._collectors.values()
            for held in collector.held(state)
        )
        return min((expiry for expiry in expiries if expiry is not None), default=math.inf)

    def _hold(self, collector: Collector, now: float) -> float:
        lasted = self._context.state.standings[collector.name].lasted(now)
        return self._context.plan.hold(collector, lasted=lasted)

    def _snapshot(self) -> Project:
        plan, state, assembler = self._context.plan, self._context.state, self._context.assembler
        known = len(state.of(LISTING)) > 0
        jobs, counts = assembler.jobs(state)
        unknown = {count.status for count in counts if count.jobs and count.status not in STATUSES}
        return Project(
            name=plan.name,
            project_id=plan.project_id,
            region=plan.region,
            labels=plan.labels,
            up=state.standings[Jobs.name].success and not self.down,
            jobs=jobs if known else None,
            counts=counts if known else (),
            unknown_statuses=len(unknown) if known else None,
            async_jobs=assembler.async_jobs(state),
            collectors=tuple(standing.state() for standing in state.standings.values()),
            budgets=self.budgets,
            polled=state.polled,
            **self._shown(),
        )

    def _shown(self) -> dict[str, Any]:
        """What collectors hold for the whole project, by the field that shows it."""
        state = self._context.state
        return {
            holding.project: value
            for collector in self._collectors.values()
            for holding in collector.holds
            if holding.project and (value := state.of(holding).get(ALL)) is not None
        }
