"""Simulated time, and the ways the service writes it down."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Final

MINUTE: Final = 60.0
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_SERVICE_ZONE: Final = timezone(timedelta(hours=8))
"""The listing's times carry no zone and are not UTC: the vendor's machines run on Beijing time."""

_LAST: Final = datetime(9999, 12, 31, tzinfo=UTC).timestamp()
"""What has a date in every zone: in a world that hardly moves, what is to come is later still."""


class WorldTime:
    """Seconds of the simulated world since the cloud was made, running `speed` times as fast as the clock."""

    def __init__(self, *, now: Callable[[], float], speed: float) -> None:
        """Start the world at the present moment."""
        self._now = now
        self._speed = speed
        self._origin = now()

    def now(self) -> float:
        """Unix time of the clock: tokens and signatures live on it, whatever the speed."""
        return self._now()

    def elapsed(self) -> float:
        """Seconds of the simulated world; 0 when the cloud was made."""
        return (self._now() - self._origin) * self._speed

    def stamp(self, elapsed: float) -> float:
        """The Unix time at which the clock shows that simulated moment, so that no answer tells of the future.

        What was before the cloud was made ran at the clock's own pace.
        """
        return min(_LAST, self._origin + (elapsed if elapsed < 0 else elapsed / self._speed))

    def moment(self, stamp: float) -> float:
        """The simulated moment at which the clock shows that Unix time."""
        since = stamp - self._origin
        return since if since < 0 else since * self._speed

    def millis(self, elapsed: float | None) -> str:
        """Epoch milliseconds in a string, as batch details and progress have them; `"0"` is none."""
        return "0" if elapsed is None else str(int(self.stamp(elapsed) * 1000))

    def iso(self, elapsed: float) -> str:
        """ISO 8601 in UTC, as the v5 answers have it."""
        return datetime.fromtimestamp(self.stamp(elapsed), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def zoneless(self, elapsed: float) -> str:
        """Date and time without a zone, eight hours ahead of UTC, as the listing has it."""
        return datetime.fromtimestamp(self.stamp(elapsed), _SERVICE_ZONE).strftime("%Y-%m-%d %H:%M:%S")


def iso_micros(stamp: float) -> str:
    """A Unix time as IAM writes it: ISO 8601, UTC, microseconds."""
    return datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def http_date(stamp: float) -> str:
    """A Unix time as HTTP headers have it."""
    return format_datetime(datetime.fromtimestamp(stamp, UTC), usegmt=True)
