"""`rate_limit`: a token bucket over all requests."""

from drs_exporter.clock import Clock
from drs_exporter.web.config.model import RateLimit


class Bucket:
    """Lets `burst` requests through at once and then one per `interval`."""

    def __init__(self, limit: RateLimit, clock: Clock) -> None:
        self.limit = limit
        self._clock = clock
        self._tokens = float(limit.burst)
        self._filled = clock.monotonic()

    def take(self) -> bool:
        """Whether this request may pass."""
        now = self._clock.monotonic()
        self._tokens = min(self.limit.burst, self._tokens + (now - self._filled) / self.limit.interval)
        self._filled = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
