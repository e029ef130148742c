"""Who is next to have a password worked out: every address in turn, and of one address who was refused least."""

import asyncio
from collections.abc import Callable
from typing import Final, NamedTuple

Refusals = Callable[[], tuple[int, int]]
"""How often one was refused until now: on its connection, and under its name."""

WAITING: Final = 256
"""More than this many wait in vain: it is half of the connections there may be."""


class _Waiting(NamedTuple):
    """One that waits."""

    refusals: Refusals
    turn: asyncio.Future[None]


class Turns:
    """A few places for what costs time, given out so that one client's haste is another's only in part.

    A guesser has as many connections as it likes: whoever has not been refused yet goes before those that have.
    """

    def __init__(self, *, places: int) -> None:
        self._free = places
        self._lanes: dict[str, list[_Waiting]] = {}

    async def take(self, lane: str, *, refusals: Refusals) -> bool:
        """Wait for a place; False at once if too many do.

        The fewer `refusals` when a place is free, the sooner: many guesses may have come before the first was refused.
        """
        if self._free:
            self._free -= 1
            return True
        if sum(map(len, self._lanes.values())) >= WAITING:
            return False
        turn = asyncio.get_running_loop().create_future()
        self._lanes.setdefault(lane, []).append(_Waiting(refusals, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give_back()
            raise
        return True

    def give_back(self) -> None:
        """Let the next one have the place."""
        while self._lanes:
            lane, waiting = next(iter(self._lanes.items()))
            del self._lanes[lane]
            found = min(waiting, key=lambda one: one.refusals())  # of several the one that waits longest
            waiting.remove(found)
            if waiting:
                self._lanes[lane] = waiting  # behind the others
            if not found.turn.done():
                found.turn.set_result(None)
                return
        self._free += 1
