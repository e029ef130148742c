"""Who is next to have a password worked out: every address in turn, and of one address who was refused least."""

import asyncio
import heapq
import itertools
from typing import Final, NamedTuple

WAITING: Final = 256
"""More than this many wait in vain: it is half of the connections there may be."""


class _Waiting(NamedTuple):
    """One that waits; the smallest is next."""

    refused: tuple[int, int]
    number: int
    turn: asyncio.Future[None]


class Turns:
    """A few places for what costs time, given out so that one client's haste is another's only in part.

    A guesser has as many connections as it likes: whoever has not been refused yet goes before those that have.
    """

    def __init__(self, *, places: int) -> None:
        """Have so many."""
        self._free = places
        self._lanes: dict[str, list[_Waiting]] = {}
        self._numbers = itertools.count()

    async def take(self, lane: str, *, refusals: tuple[int, int]) -> bool:
        """Wait for a place; False at once if too many do.

        The fewer `refusals`, the sooner: of the connection first, then of the name.
        """
        if self._free:
            self._free -= 1
            return True
        if sum(map(len, self._lanes.values())) >= WAITING:
            return False
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._lanes.setdefault(lane, []), _Waiting(refusals, next(self._numbers), turn))
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
            _, _, turn = heapq.heappop(waiting)
            if waiting:
                self._lanes[lane] = waiting  # behind the others
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
