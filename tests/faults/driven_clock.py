"""A clock that a test turns: poll loops wait for it, everything else waits no time at all."""

import asyncio
from typing import Final

_LOOP: Final = "poll "
"""How the tasks of poll loops are named."""

_ALARM: Final = "alarm "
"""How their tasks are named that would end a wait for what is under way: it ends by itself."""

_PATIENCE: Final = 60.0
"""Real seconds after which a poll that does not end is a failed test."""


class DrivenClock:
    """Time passes where it is waited for: at once inside a poll, at the test's word between polls."""

    def __init__(self, *, wall: float = 1_800_000_000.0) -> None:
        """Begin at this Unix time."""
        self._now = 1000.0
        self._wall = wall - self._now
        self._loops: dict[str, tuple[float, asyncio.Event]] = {}
        self._changed = asyncio.Event()

    def time(self) -> float:
        """Unix time."""
        return self._wall + self._now

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return self._now

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward or back, as an administrator or NTP would."""
        self._wall += seconds

    async def sleep(self, seconds: float) -> None:
        """Wait: a poll loop until the test lets that time come, anything else for no real time."""
        task = asyncio.current_task()
        name = "" if task is None else task.get_name()
        wake = self._now + seconds
        if name.startswith(_ALARM):
            await asyncio.Event().wait()
        if not name.startswith(_LOOP):
            await asyncio.sleep(0)
            self._now = max(self._now, wake)
            return
        released = asyncio.Event()
        self._loops[name] = (wake, released)
        self._changed.set()
        try:
            await released.wait()
        finally:
            if self._loops.get(name, (0.0, None))[1] is released:
                del self._loops[name]

    async def settled(self, loops: int) -> None:
        """Wait until so many poll loops sleep: every poll that was due has ended."""
        async with asyncio.timeout(_PATIENCE):
            while len(self._loops) != loops:
                self._changed.clear()
                await self._changed.wait()

    async def advance(self, seconds: float, *, loops: int) -> None:
        """Let time pass; whatever is due on the way happens at its time."""
        target = self._now + seconds
        await self.settled(loops)
        while (wake := self.next_wake()) is not None and wake <= target:
            await self.wake(loops=loops)
        self._now = max(self._now, target)

    async def wake(self, *, loops: int) -> None:
        """Let time pass until the first loop wakes, and wait until it sleeps again."""
        await self.settled(loops)
        name, (wake, released) = min(self._loops.items(), key=lambda item: item[1][0])
        self._now = max(self._now, wake)
        del self._loops[name]
        released.set()
        await self.settled(loops)

    def next_wake(self) -> float | None:
        """When the first loop wakes."""
        return min((wake for wake, _ in self._loops.values()), default=None)
