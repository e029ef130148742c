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
    _due: float = float("-inf")
    """When its next call is due by right."""
    _free_at: float = float("-inf")
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

    def free_at(self) -> float:
        """When its ceiling allows the next call."""
        return self._free_at

    def precedence(self, now: float, rank: int) -> tuple[int, float]:
        """Its place among the lanes that wait, smallest first.

        Those that lack what is theirs by right, then the poll's, then whoever is left; each group in its order.
        """
        if self.demand.of_poll:
            return (1, rank)
        return (0, self._due) if self._due <= now else (2, rank)

    def take(self, call: Call, now: float) -> None:
        """Let a call begin."""
        self.remove(call)
        self.under_way += 1
        since = max(self._due, now - max(_SAVED_SECONDS, 1 / self.right))
        self._due = min(since, now) + 1 / self.right
        self._free_at = max(self._free_at, now) + 1 / self.highest


def divide(lanes: list[Lane], allowed: float) -> float:
    """Give each lane its right to the calls a second that are allowed; the part of them that is asked for.

    Where more is asked for than allowed, the rights stretch all intervals alike.
    """
    for lane in lanes:
        lane.highest = float("inf") if lane.demand.ceiling >= 1 else lane.demand.ceiling * allowed
    asked = sum(min(lane.demand.rate, lane.highest) for lane in lanes)
    stretch = 1.0 if asked <= allowed else asked / allowed / _OVERLOAD
    for lane in lanes:
        lane.right = max(_LEAST_RIGHT * min(allowed, 1000.0), min(lane.demand.rate, lane.highest) / stretch)
    return asked / allowed
