"""How fast one project may ask: a token bucket, a limit on requests under way, and a pause button.

Own code, because no library tells how long it made a caller wait and can be told to pause by a Retry-After.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from drs_exporter.clock import Clock
from drs_exporter.cloud.observer import Observer


class Budget:
    """First come, first served; a cancelled caller takes nothing with it."""

    def __init__(self, *, rate: float, concurrency: int, clock: Clock, observer: Observer) -> None:
        """Allow `rate` requests a second, as many at once as one second brings, and `concurrency` under way."""
        self.concurrency = concurrency
        self._rate = rate
        self._burst = max(1.0, rate)
        self._tokens = self._burst
        self._filled_at = clock.monotonic()
        self._paused_until = clock.monotonic()
        self._clock = clock
        self._observer = observer
        self._places = asyncio.Semaphore(concurrency)
        self._turn = asyncio.Lock()

    def pause(self, seconds: float) -> None:
        """Let no request begin for so long; a shorter pause does not end a longer one."""
        self._paused_until = max(self._paused_until, self._clock.monotonic() + seconds)

    def paused_for(self) -> float:
        """Seconds until the pause ends; 0 when there is none."""
        return max(0.0, self._paused_until - self._clock.monotonic())

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """One request's place, entered when it may begin."""
        async with self._places:
            async with self._turn:
                await self._take()
            yield

    async def _take(self) -> None:
        """Wait for a token; only the caller whose turn it is waits here, so the time is counted once."""
        while (seconds := max(self.paused_for(), self._until_token())) > 0:
            before = self._clock.monotonic()
            try:
                await self._clock.sleep(seconds)
            finally:
                self._observer.throttled(max(0.0, self._clock.monotonic() - before))
        self._tokens -= 1

    def _until_token(self) -> float:
        """Seconds until a whole token is there."""
        now = self._clock.monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now
        # A rounding error short of a token would mean a wait too small to move the clock.
        missing = 1.0 - self._tokens
        return missing / self._rate if missing > 1e-9 else 0.0  # noqa: PLR2004 - as said above
