"""The rounds that go on beside the polls."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final

from drs_exporter.cloud.budget import Budget
from drs_exporter.errors import ApiError
from drs_exporter.poll.asking import Asking
from drs_exporter.poll.collector import Collector
from drs_exporter.poll.collectors.jobs import LISTING
from drs_exporter.poll.context import Context
from drs_exporter.poll.offered import RETRY


class Beside:
    """Asks about every key of every round when its time has come, as many at once as the budget has places."""

    def __init__(
        self,
        context: Context,
        collectors: Sequence[Collector],
        *,
        budgets: Mapping[str, Budget],
        publish: Callable[[], Awaitable[None]],
        show: Callable[[], Awaitable[None]],
    ) -> None:
        """The budgets are known by service; `publish` is called as each round ends, `show` as answers are renewed."""
        self._context = context
        self._collectors: Final = {collector.name: collector for collector in collectors}
        self._rounds = {name: context.state.rounds[name] for name in self._collectors}
        self._budgets = budgets
        self._publish = publish
        self._show = show
        self._tasks: dict[asyncio.Task[None], str] = {}

    @property
    def tasks(self) -> set[asyncio.Task[None]]:
        """What is being asked now."""
        return set(self._tasks)

    def keys(self) -> dict[str, list[str]]:
        """What each asks about."""
        return {name: going.keys() for name, going in self._rounds.items()}

    def look_up(self) -> None:
        """See what each would ask about, now that jobs were listed, and what it should have asked about long ago."""
        for collector in self._collectors.values():
            self._look_up(collector)
            self._lapse(collector)

    def due_at(self) -> float:
        """Monotonic time at which the next key is due that can be asked about; infinity while all places are taken."""
        return min(
            (self._rounds[name].due_at() for name in self._collectors if self._has_room(name)), default=float("inf")
        )

    @contextmanager
    def once_each(self) -> Iterator[None]:
        """Within it nothing is asked twice."""
        with ExitStack() as rounds:
            for going in self._rounds.values():
                rounds.enter_context(going.once_each(self._context.clock.monotonic()))
            yield

    def begin(self) -> None:
        """Ask about whatever is due."""
        now = self._context.clock.monotonic()
        for name, collector in self._collectors.items():
            going = self._rounds[name]
            while self._has_room(name) and (keys := going.take(now)):
                task = asyncio.create_task(self._ask(collector, keys), name=f"round {self._context.plan.name}/{name}")
                self._tasks[task] = name

    def reap(self) -> None:
        """Let go of what has ended; raises what was not foreseen in it."""
        for task in [task for task in self._tasks if task.done()]:
            del self._tasks[task]
            task.result()

    async def stop(self) -> None:
        """End whatever is being asked; it is due again."""
        tasks, self._tasks = set(self._tasks), {}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def complete(self) -> bool:
        """Whether nothing is due or being asked, but for those that a ceiling holds back."""
        now = self._context.clock.monotonic()
        return all(
            not going.under_way and going.due_at() > now
            for name, going in self._rounds.items()
            if self._collectors[name].ceiling >= 1
        )

    def _has_room(self, name: str) -> bool:
        """Whether one more can be asked at once; one at a time where the cloud may not have it at all."""
        under_way = sum(other == name for other in self._tasks.values())
        missing = self._context.state.standings[name].missing
        return under_way < (1 if missing else self._budgets[self._collectors[name].service].concurrency)

    def _look_up(self, collector: Collector) -> None:
        if collector.needs_jobs and not len(self._context.state.of(LISTING)):
            return
        run = self._context.run()
        keys = collector.keys(run)
        going = self._rounds[collector.name]
        urgent, outdated = collector.urgent(run), collector.outdated(run)
        going.update(keys, urgent=urgent, outdated=outdated, single=collector.single(run), now=run.now)

    async def _ask(self, collector: Collector, keys: Sequence[str]) -> None:
        """One group of keys; what fails is asked again later, beside the round."""
        clock, going = self._context.clock, self._rounds[collector.name]
        read, since = self._context.reader(), clock.monotonic()
        asking = Asking(collector, self._context.run(read), keys)
        failure: ApiError | None = None
        asked = False
        try:
            await asking.all()
            asked = True
        except ApiError as exc:
            failure, asked = exc.alone(), True  # or it and this frame would hold each other, and all that was read
        finally:
            if not asked:
                going.give_back(keys, now=clock.monotonic())
        self._context.tell_unreadable(read)
        asking.lapse(since=since)
        if collector.discovers:
            self._look_up(collector)
        renewed = going.renews(keys)
        if self._note(collector, keys, failure) or failure is not None:
            await self._publish()
        elif renewed:
            await self._show()

    def _note(self, collector: Collector, keys: Sequence[str], failure: ApiError | None) -> bool:
        """Take note of how these keys were asked; whether that completed the round.

        Its end is the success, but for a first round that takes longer than its interval: there each answer is one.
        """
        standing, going = self._context.state.standings[collector.name], self._rounds[collector.name]
        clock = self._context.clock
        now, first = clock.monotonic(), going.duration is None
        long = first and (standing.known or going.lasted(now) >= going.interval)
        complete = going.answered(keys, now=now) if failure is None else going.failed(keys, now=now)
        if complete and going.duration is not None:
            standing.ran(tick=now, duration=going.duration, lasted=going.duration)
        if failure is not None:
            standing.failed(failure, now=now)
            if standing.missing:
                going.postpone(now + RETRY)
        elif not going.failing and (complete or long or not (first or standing.success)):
            standing.succeeded(now=now, time=clock.time())
        return complete

    def _lapse(self, collector: Collector) -> None:
        """What should have been asked an interval or a round ago, and was not, is overdue as if it had failed."""
        going, now = self._rounds[collector.name], self._context.clock.monotonic()
        late = going.overdue(before=now - max(going.interval, going.duration or 0.0))
        for held in collector.held(self._context.state) if late else ():
            held.lapse(late)
