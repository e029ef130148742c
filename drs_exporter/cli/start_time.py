"""When jobs are to start: a moment with a zone, or a while from now."""

from datetime import datetime
from typing import Any

import click

from drs_exporter.clock import Clock, SystemClock
from drs_exporter.settings import values


class StartTime(click.ParamType[int]):
    """Reads `2026-03-01T02:00:00+01:00` or `+30m` as Unix time in milliseconds; a moment in the past is refused."""

    name = "time"

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = SystemClock() if clock is None else clock

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The moment in milliseconds, as the service wants it."""
        if isinstance(value, int):
            return value
        now = self._clock.time()
        text = str(value).strip()
        if text.startswith("+"):
            try:
                return round((now + values.seconds(text[1:])) * 1000)
            except ValueError:
                self.fail("must be a time with a zone, such as 2026-03-01T02:00:00+01:00, or +30m", param, ctx)
        try:
            moment = datetime.fromisoformat(text.upper())
        except ValueError:
            self.fail("must be a time with a zone, such as 2026-03-01T02:00:00+01:00, or +30m", param, ctx)
        if moment.tzinfo is None:
            self.fail("needs a zone: write Z for UTC, or +01:00", param, ctx)
        if moment.timestamp() < now:
            self.fail("is in the past", param, ctx)
        return round(moment.timestamp() * 1000)
