"""When jobs are to start: a moment with a zone, or a while from now."""

from datetime import datetime
from typing import Final

from drs_exporter.clock import SystemClock
from drs_exporter.settings import values

_NO_TIME: Final = "must be a time with a zone, such as 2026-03-01T02:00:00+01:00, or +30m"


def start_time(text: str, *, now: float | None = None) -> int:
    """`2026-03-01T02:00:00+01:00` or `+30m` as Unix time in milliseconds, as the service wants it.

    ValueError for what is none, or is in the past.
    """
    now = SystemClock().time() if now is None else now
    text = text.strip()
    try:
        if text.startswith("+"):
            return round((now + values.seconds(text[1:])) * 1000)
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        raise ValueError(_NO_TIME) from None
    if moment.tzinfo is None:
        raise ValueError("needs a zone: write Z for UTC, or +01:00")
    if moment.timestamp() < now:
        raise ValueError("is in the past")
    return round(moment.timestamp() * 1000)
