"""Who asks next: lanes with a right to a part of the budget each."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

_SAVED_SECONDS: Final = 2.0
"""How much of its right a lane can save up while it waits or has nothing to ask."""

_LEAST_RIGHT: Final = 0.001
"""The part of the budget any lane has a right to, or one that says it needs none would wait for ever."""

_OVERLOAD: Final = 0.9
"""What is left of the others' rights in an overload, so that a poll ends just before a tick and not just after it."""

_FULL: Final = 0.95
"""The part of the budget up to which lanes with a ceiling fill it: some is left for what is due all at once."""

_LEAST_OF_CEILING: Final = 0.25
"""The part of its ceiling that a lane may ask for where the others leave nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What one lane asks of the budget."""

    operations: tuple[str, ...]
    """Names of the operations that are asked in this lane and in no other."""
    rate: float
    """Calls a second that it needs."""
    of_poll: bool = False
    """Whether it goes before the others, as long as those have what is theirs by right."""
    ceiling: float = 1.0
    """The largest part of the budget it may take."""


@dataclass(eq=False, slots=True)
class Call:
    """One call that waits for its turn."""

    operation: str
    lane: "Lane"
    turn: asyncio.Future[None]


@dataclass(eq=False, slots=True)
class Lane:
    """The calls of one collector, in the order they came, and what is theirs by right."""

    name: str
    demand: Demand
    right: float = 1.0
    """Calls a second."""
    highest: float = float("inf")
    """Calls a second that its ceiling allows."""
    under_way: int = 0
    _counted_from: float = float("-inf")
    """When the time began to count after which its next call is due."""
    free_at: float = float("-inf")
    """When its ceiling allows the next call."""
    _waiting: dict[str, deque[Call]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anybody waits."""
        return any(self._waiting.values())

    def add(self, call: Call) -> None:
        """Let a call wait."""
        self._waiting.setdefault(call.operation, deque()).append(call)

    def remove(self, call: Call) -> None:
        """Let a call wait no longer."""
        self._waiting[call.operation].remove(call)

    def operations(self) -> Iterator[str]:
        """The operations that somebody waits for."""
        return (operation for operation, calls in self._waiting.items() if calls)

    def first(self, ready: Callable[[str], bool]) -> Call | None:
        """The first call of an operation that is ready, but for those given up that have not left yet."""
        for operation, calls in self._waiting.items():
            if calls and ready(operation):
                call = next((call for call in calls if not call.turn.done()), None)
                if call is not None:
                    return call
        return None

    @property
    def due(self) -> float:
        """When its next call is due by right, as that is now: a larger one counts for the call that waits already."""
        return self._counted_from + 1 / self.right

    def lift_ceiling(self) -> None:
        """Let it have what the others leave."""
        self.highest, self.free_at = float("inf"), float("-inf")

    def precedence(self, now: float, rank: int) -> tuple[int, float]:
        """Its place among the lanes that wait, smallest first.

        Those that lack what is theirs by right, then the poll's, then whoever is left, those with a ceiling last; each
        group in its order.
        """
        if self.demand.of_poll:
            return (1, rank)
        if self.due <= now:
            return (0, self.due)
        return (2, rank) if self.demand.ceiling >= 1 else (3, rank)

    def take(self, call: Call, now: float) -> None:
        """Let a call begin."""
        self.remove(call)
        self.under_way += 1
        since = max(self.due, now - max(_SAVED_SECONDS, 1 / self.right))
        self._counted_from = min(since, now)
        self.free_at = max(self.free_at, now) + 1 / self.highest


def divide(lanes: list[Lane], allowed: float) -> float:
    """Give each lane its right to the calls a second that are allowed; the part of them that is asked for.

    Where more is asked for than allowed, the rights stretch all intervals alike. Lanes with a ceiling take what the
    others leave, and never less than a part of what they may.
    """
    limited = [lane for lane in lanes if lane.demand.ceiling < 1]
    asked = {lane.name: lane.demand.rate for lane in lanes}
    rest = _FULL * allowed - sum(lane.demand.rate for lane in lanes if lane.demand.ceiling >= 1)
    for lane in lanes:
        lane.highest = lane.demand.ceiling * allowed if lane in limited else float("inf")
    for lane in limited:
        asked[lane.name] = min(lane.demand.rate, lane.highest, max(_LEAST_OF_CEILING * lane.highest, rest))
        rest -= asked[lane.name]
    use = sum(asked.values()) / allowed
    stretch = 1.0 if use <= 1 else use / _OVERLOAD
    for lane in lanes:
        lane.right = max(_LEAST_RIGHT * min(allowed, 1000.0), asked[lane.name] / stretch)
    return use
