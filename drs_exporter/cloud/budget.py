"""How fast one project may ask, and who asks next: a token bucket over lanes.

Own code, because no library knows of shares, tells how long it made a caller wait, or learns from throttling.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Final

from drs_exporter.clock import Clock
from drs_exporter.cloud.lanes import Call, Demand, Lane, divide
from drs_exporter.cloud.limits import Limits
from drs_exporter.cloud.observer import Observer
from drs_exporter.cloud.request import SIGN_IN

_MANY: Final = 3
"""From so many places on, one is left to the others by a lane whose calls hang."""

_MEMORY: Final = 64
"""Calls over which the mean duration of one is taken."""

_ANOTHER: Final = 0.2
"""How far what is allowed may move, as a part of it, before the rights are given anew.

Where no rate is set, only how long calls last tells what can be made.
"""

_ROUNDING: Final = 1e-9
"""A rounding error short of a token would mean a wait too small to move the clock."""


class Budget:
    """Gives out calls: by right, then to the poll, then to whoever asks; a cancelled caller takes nothing with it.

    Every operation belongs to one lane. What a lane does not use the others get. An operation in no lane is one of
    the poll's; a sign-in waits for nobody.
    """

    def __init__(self, *, rate: float | None, concurrency: int, clock: Clock, observer: Observer) -> None:
        """Allow `rate` calls a second (None: no limit), a burst of one second, and `concurrency` under way."""
        self.concurrency = concurrency
        self._rate = rate
        self._burst = max(1.0, rate or 1.0)
        self._tokens = self._burst
        self._filled_at = clock.monotonic()
        self._clock = clock
        self._observer = observer
        self._limits = Limits()
        self._lanes: list[Lane] = []
        self._lane_of: dict[str, Lane] = {}
        self._under_way = 0
        self._waiting = 0
        self._mean_seconds = 0.0
        self.ended_at: float | None = None
        """Monotonic time at which a call ended last."""
        self._ended: Counter[str] = Counter()
        self._alarm: asyncio.Task[None] | None = None
        self._alarm_at = float("inf")
        self.utilization: float | None = None
        """Calls a second that are asked for, over those that can be made; None before anything was asked for."""
        self._divided = float("inf")
        """What was allowed when the rights were given."""

    @property
    def allowed(self) -> float:
        """Calls a second that can be made: by the rate, by what throttling left of it, by the calls under way."""
        rates = (self._rate, self._limits.account.rate, self._places)
        return min((rate for rate in rates if rate is not None), default=float("inf"))

    @property
    def _places(self) -> float | None:
        """Calls a second for which there are places, as long as calls last; None before the first."""
        return self.concurrency / self._mean_seconds if self._mean_seconds > 0 else None

    @property
    def bound_by(self) -> str:
        """What allows no more: `rate`, `places` for calls under way, or `throttling`."""
        bounds = {"rate": self._rate, "throttling": self._limits.account.rate, "places": self._places}
        return min((name for name, rate in bounds.items() if rate == self.allowed), default="rate", key=len)

    def ended(self, operations: Iterable[str]) -> int:
        """How many calls of these operations have ended, whatever came of them."""
        return sum(self._ended[operation] for operation in operations)

    def share(self, demands: Mapping[str, Demand]) -> None:
        """Divide the budget anew: a lane by name for each demand, in the order in which what is left over is given."""
        kept = {lane.name: lane for lane in self._lanes}
        self._lanes = []
        for name, demand in demands.items():
            lane = kept.pop(name) if name in kept else Lane(name, demand)
            lane.demand = demand
            self._lanes.append(lane)
        self._lanes += [lane for lane in kept.values() if lane or lane.under_way]
        # What is left of lanes that are no more comes last, and takes no operation from those that are.
        self._lane_of = {operation: lane for lane in reversed(self._lanes) for operation in lane.demand.operations}
        self._divide()
        self._dispatch()

    def lift_ceilings(self) -> None:
        """Let nothing but the budget itself hold any lane back, until it is divided anew."""
        for lane in self._lanes:
            lane.lift_ceiling()
        self._dispatch()

    def paused_for(self, operation: str) -> float:
        """Seconds until no Retry-After and no throttling holds this operation; 0 when none does."""
        return self._limits.paused_for(operation, self._clock.monotonic())

    def slowed(self, operations: Iterable[str]) -> bool:
        """Whether throttling slows any of these operations down, and not the account alone."""
        return any(self._limits.of(operation).rate is not None for operation in operations)

    def pause(self, operation: str, seconds: float) -> None:
        """Let no call of this operation begin for so long."""
        self._limits.of(operation).pause(seconds, self._clock.monotonic())

    def throttled(self, operation: str, *, error_code: str | None, retry_after: float | None) -> None:
        """An answer of this operation was throttling, with this code and the seconds it asks to wait."""
        now = self._clock.monotonic()
        self._limits.throttled(operation, error_code=error_code, retry_after=retry_after, now=now)
        self._tell_limits()

    def answered(self, operation: str) -> None:
        """An answer of this operation was not throttling."""
        if self._limits.answered(operation, now=self._clock.monotonic(), most=self._rate):
            self._tell_limits()

    @asynccontextmanager
    async def place(self, operation: str) -> AsyncIterator[None]:
        """One call's place, entered when it may begin."""
        if operation == SIGN_IN:
            await self._wait_for_sign_in()
            yield
            return
        call = Call(operation, self._lane(operation), asyncio.get_running_loop().create_future())
        await self._wait(call)
        began = self._clock.monotonic()
        try:
            yield
        finally:
            now = self._clock.monotonic()
            self._ended[operation] += 1
            self.ended_at = now
            self._mean_seconds += (now - began - self._mean_seconds) / min(self._ended.total(), _MEMORY)
            low, high = (1 - _ANOTHER) * self._divided, (1 + _ANOTHER) * self._divided
            if self._rate is None and self.utilization is not None and not low <= self.allowed <= high:
                self._divide()
            self._release(call)

    def _lane(self, operation: str) -> Lane:
        """The lane of an operation; one of its own before the budget was divided, as one of the poll's."""
        lane = self._lane_of.get(operation)
        if lane is None:
            lane = Lane(operation, Demand(operations=(operation,), rate=0.0, of_poll=True))
            self._lane_of[operation] = lane
            self._lanes.append(lane)
        return lane

    async def _wait_for_sign_in(self) -> None:
        """A sign-in waits only where signing in is paused: it is made inside the place of a call that needs it."""
        while (seconds := self.paused_for(SIGN_IN)) > 0:
            before = self._clock.monotonic()
            try:
                await self._clock.sleep(seconds)
            finally:
                self._observer.throttled(max(0.0, self._clock.monotonic() - before))
        self._tokens -= 1

    async def _wait(self, call: Call) -> None:
        call.lane.add(call)
        self._waiting += 1
        self._dispatch()
        try:
            await call.turn
        except asyncio.CancelledError:
            if call.turn.done() and not call.turn.cancelled():
                self._tokens += 1  # it never began
                self._release(call)
            else:
                call.lane.remove(call)
                self._waiting -= 1
                self._set_alarm(float("inf") if not self._waiting else self._alarm_at)
            raise

    def _release(self, call: Call) -> None:
        self._under_way -= 1
        call.lane.under_way -= 1
        self._limits.ended(call.operation)
        self._dispatch()

    def _dispatch(self) -> None:
        """Let every call begin that may, and be woken when the next one may."""
        while self._waiting:
            now = self._clock.monotonic()
            call, wake = self._next(now)
            if call is None:
                self._set_alarm(wake)
                return
            call.lane.take(call, now)
            self._limits.began(call.operation, now)
            self._under_way += 1
            self._waiting -= 1
            self._tokens -= 1
            call.turn.set_result(None)
        self._set_alarm(float("inf"))

    def _next(self, now: float) -> tuple[Call | None, float]:
        """The call whose turn it is; else when to look again, infinity for when a call has ended."""
        if self._under_way >= self.concurrency:
            return None, float("inf")
        if (seconds := self._until_token(now)) > 0:
            return None, now + seconds
        found: Call | None = None
        best, wake = (4, 0.0), float("inf")
        most = self.concurrency - 1 if self.concurrency >= _MANY else self.concurrency
        for rank, lane in enumerate(self._lanes):
            if not lane or lane.under_way >= most:
                continue
            if lane.free_at > now:
                wake = min(wake, lane.free_at)
                continue
            call = lane.first(lambda operation: self._limits.ready_at(operation) <= now)
            if call is None:
                wake = min(wake, *map(self._limits.ready_at, lane.operations()))
            elif (precedence := lane.precedence(now, rank)) < best:
                found, best = call, precedence
        return found, wake

    def _until_token(self, now: float) -> float:
        """Seconds until a whole token is there."""
        if self._rate is None:
            self._tokens = self._burst
            return 0.0
        self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now
        missing = 1.0 - self._tokens
        return missing / self._rate if missing > _ROUNDING else 0.0

    def _set_alarm(self, wake: float) -> None:
        """Be woken at this time, and at no other."""
        if wake == self._alarm_at:
            return
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        self._alarm_at = wake
        if wake < float("inf"):
            self._alarm = asyncio.get_running_loop().create_task(self._ring(wake))

    async def _ring(self, wake: float) -> None:
        """Wait, count the time as spent waiting, and let those begin whose turn it is."""
        before = self._clock.monotonic()
        try:
            await self._clock.sleep(max(0.0, wake - before))
        finally:
            self._observer.throttled(max(0.0, self._clock.monotonic() - before))
        self._alarm, self._alarm_at = None, float("inf")
        self._dispatch()

    def _tell_limits(self) -> None:
        """Tell how fast each operation may be asked now, and divide what is left."""
        for operation in self._lane_of:
            self._observer.limited(operation, rate=self._limits.rate(operation))
        if self.utilization is not None:
            self._divide()
        self._dispatch()

    def _divide(self) -> None:
        """Give every lane its right to what is allowed now."""
        self._divided = self.allowed
        self.utilization = divide(self._lanes, self._divided)
