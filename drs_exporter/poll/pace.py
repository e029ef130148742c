"""The pace of one project: polls at their ticks, rounds beside them, and who may ask how much."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from drs_exporter.clock import Clock
from drs_exporter.cloud.budget import Budget
from drs_exporter.drs.client import DrsClient
from drs_exporter.poll.beside import Beside
from drs_exporter.poll.collector import Clients, Collector
from drs_exporter.poll.collectors import COLLECTORS
from drs_exporter.poll.context import Context
from drs_exporter.poll.crashes import Crashes
from drs_exporter.poll.demand import Demands
from drs_exporter.poll.plan import Plan
from drs_exporter.poll.polls import Polls
from drs_exporter.poll.publisher import Publisher
from drs_exporter.poll.rounds import Round
from drs_exporter.poll.standing import Standing
from drs_exporter.poll.state import State
from drs_exporter.poll.ticks import Ticks
from drs_exporter.snapshot import Project


class Pace:
    """Decides alone who asks next, for as long as it runs; the only writer of its project's snapshots."""

    def __init__(
        self,
        plan: Plan,
        clients: Clients,
        budgets: Mapping[str, Budget],
        *,
        clock: Clock,
        publish: Callable[[Project], Awaitable[None]],
        unreadable: Callable[[Mapping[str, int], Mapping[str, int]], None],
        crashed: Callable[[], None],
        state: State,
    ) -> None:
        """Give every snapshot to `publish`, counts of what was not read to `unreadable`, and tell `crashed` of bugs.

        Those are of unreadable values by field, and of values beyond the bounds by kind.

        The budgets are known by service. The `state` may be that of an earlier pace of the same project, with all it
        still holds and has learned.
        """
        self.plan: Final = plan
        self.state: Final = state
        self._clock = clock
        self._budgets = budgets
        self._collectors = keep(state, plan)
        self._context = context = Context(plan, clients, clock=clock, state=state, unreadable=unreadable)
        self._publisher = Publisher(context, self._collectors, publish)
        self.publish: Final = self._publisher.publish
        of_poll = [collector for collector in self._collectors if collector.interval is None]
        others = [collector for collector in self._collectors if collector.interval is not None]
        self._demands = Demands(context, self._collectors, budgets)
        self._beside = Beside(context, others, budgets=budgets, publish=self.publish, show=self._publisher.show)
        self._polls = Polls(
            context,
            of_poll,
            budget=budgets[DrsClient.service],
            listed=self._listed,
            show=self._publisher.show,
            publish=self.publish,
        )
        self._ticks = Ticks(plan, clock)
        self._crashes = Crashes(plan.name, crashed)
        self._stirred = asyncio.Event()
        """Set where something has begun that nobody waits for yet."""
        self._begun = clock.monotonic()
        self._polled = state.polled is not None

    @property
    def polled(self) -> bool:
        """The first poll has ended, in success or not, and what it found is published."""
        return self._polled

    def overdue(self) -> float | None:
        """Seconds since a poll began or a call ended, if that is longer than a live loop can take; else `None`."""
        moments = [self._begun, *(ended for budget in self._budgets.values() if (ended := budget.ended_at) is not None)]
        since = self._clock.monotonic() - max(moments)
        return since if since > 2 * max(self.plan.poll_interval, self.plan.poll_timeout) else None

    async def run(self) -> None:
        """Poll at once, then at every tick that is not missed, and go the rounds; never returns.

        A bug in any of it is told once, marks the project down, and what was under way begins again at the next tick.
        """
        tick = self._ticks.first()
        while True:
            try:
                await self._go_on(tick)
            except Exception as exc:  # noqa: BLE001 - one project's bug never ends another's watch: the one such place
                self._crashes.tell(exc)
                self._publisher.down = True
            tick = self._ticks.after(tick)

    async def once(self, *, linger: float = 0.0) -> None:
        """One poll, and once whatever is due beside it; then the end is published.

        What a ceiling holds back goes on without it for `linger` seconds after all else, and is then left.
        """
        await self._context.look()
        poll = asyncio.create_task(self._poll(self._clock.monotonic()))
        try:
            with self._beside.once_each():
                while not (poll.done() and self._beside.complete()):
                    self._beside.begin()
                    going = {*self._beside.tasks, *(() if poll.done() else (poll,))}
                    if going:
                        await self._wait(going, float("inf"))
                    self._beside.reap()
                poll.result()
                if linger > 0:
                    await self._linger(self._clock.monotonic() + linger)
            self._share()
        finally:
            await self._end(poll)
        await self.publish()
        self._polled = True

    async def _linger(self, until: float) -> None:
        """Go on with what ceilings held back, without them: nobody else asks any more."""
        for budget in self._budgets.values():
            budget.lift_ceilings()
        while self._beside.tasks and (left := until - self._clock.monotonic()) > 0:
            await asyncio.wait(self._beside.tasks, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            self._beside.reap()
            self._beside.begin()

    async def _go_on(self, tick: float) -> None:
        """Everything there is to do from this tick on."""
        poll: asyncio.Task[None] | None = None
        slowed: set[asyncio.Task[None]] = set()
        if self._publisher.down:
            if self._crashes.in_a_row == 1:
                await self.publish()
            # What met a bug is due at once: without a pause it would be asked as fast as it fails.
            await self._clock.sleep(max(0.0, tick - self._clock.monotonic()))
        following = tick
        await self._context.look()
        try:
            while True:
                now = self._clock.monotonic()
                self._beside.reap()
                if poll is not None and poll.done():
                    poll.result()
                    poll, following = None, self._ticks.after_poll(following, began=self._begun)
                elif poll is not None and self._ticks.passed(following) and self._polls.held_up:
                    # What throttling slows down goes on for itself, and the others keep their pace.
                    slowed.add(poll)
                    poll, following = None, self._ticks.latest()
                for ended in [one for one in slowed if one.done()]:
                    slowed.remove(ended)
                    ended.result()
                if poll is None and now >= following:
                    self._begun = now
                    poll = asyncio.create_task(self._poll_and_publish(following), name=f"polling {self.plan.name}")
                self._beside.begin()
                expiry = self._publisher.next_expiry()
                if expiry <= now:
                    await self.publish()
                    continue
                wake = min(expiry, self._beside.due_at(), following if poll is None else self._ticks.after(now))
                await self._wait({*self._beside.tasks, *slowed, *(() if poll is None else (poll,))}, wake)
        finally:
            await self._end(*slowed, *(() if poll is None else (poll,)))

    async def _wait(self, tasks: set[asyncio.Task[None]], wake: float) -> None:
        """Until one of these has ended, until others have begun beside them, or until then."""
        seconds = max(0.0, wake - self._clock.monotonic())
        if not tasks:
            await self._clock.sleep(seconds)
            return
        self._stirred.clear()
        alarms: list[asyncio.Task[Any]] = [asyncio.create_task(self._stirred.wait(), name=f"stir {self.plan.name}")]
        if seconds < float("inf"):
            alarms.append(asyncio.create_task(self._clock.sleep(seconds), name=f"alarm {self.plan.name}"))
        try:
            await asyncio.wait({*tasks, *alarms}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for alarm in alarms:
                alarm.cancel()

    async def _end(self, *polls: asyncio.Task[None]) -> None:
        """End what is under way; the rounds go on from there another time."""
        going = {poll for poll in polls if not poll.done()}
        for poll in going:
            poll.cancel()
        if going:
            await asyncio.wait(going)
        await self._beside.stop()

    async def _poll(self, tick: float) -> None:
        await self._polls.poll(tick)
        self._share()
        self._publisher.down = False

    async def _poll_and_publish(self, tick: float) -> None:
        await self._poll(tick)
        await self.publish()
        self._polled = True
        self._crashes.in_a_row = 0

    async def _listed(self) -> None:
        """The jobs are known: so is what all collectors will ask."""
        self._beside.look_up()
        self._share()
        self._beside.begin()
        self._stirred.set()

    def _share(self) -> None:
        self._publisher.budgets = self._demands.share({**self._polls.keys, **self._beside.keys()})


def keep(state: State, plan: Plan) -> tuple[Collector, ...]:
    """Let a state go on under this plan, with these collectors: what it does not collect is dropped."""
    kept: list[Collector] = []
    for kind in COLLECTORS:
        collector: Collector = state.learned.get(kind.name) or kind()
        if not plan.runs(collector):
            for forgotten in (state.learned, state.standings, state.rounds):
                forgotten.pop(kind.name, None)
            for held in collector.held(state):
                held.retain(())
            continue
        state.learned[kind.name] = collector
        kept.append(collector)
        interval = plan.interval(collector)
        standing = state.standings.setdefault(
            kind.name, Standing(plan.name, kind.name, interval=interval, unsupported=kind.unsupported)
        )
        standing.interval = interval
        if kind.interval is not None:
            going = state.rounds.setdefault(
                kind.name, Round(size=kind.size, part=kind.part, interval=interval, backoff=plan.poll_interval)
            )
            going.interval = interval
            standing.round = going
    return tuple(kept)
