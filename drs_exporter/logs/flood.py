"""So many lines of one kind and no more; how many were left out is a line of its own."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog
from structlog.typing import EventDict, WrappedLogger

from drs_exporter.logs.tally import TALLY

BURST: Final = 50
"""Lines of one kind at once."""

EVERY: Final = 60.0
"""Seconds after which there is room for one more, and between two lines on what was left out."""

_KINDS: Final = 1000
REPORT: Final = "log.lines_left_out"

log = structlog.get_logger()

Kind = tuple[str, str]
"""An event and the project it is about; of libraries, the logger and the place in its code."""


@dataclass(slots=True)
class _Room:
    """What is left for one kind."""

    lines: float
    filled: float
    left_out: int = 0
    reported: float = 0.0


class Flood:
    """Lets lines pass by kind. Threads may use it."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Have seen nothing; `now` are seconds that never run backwards."""
        self._now = now
        self._lock = threading.Lock()
        self._rooms: dict[Kind, _Room] = {}

    def passes(self, kind: Kind) -> bool:
        """Whether a line of this kind may be written; counts it if not."""
        self.report()
        now = self._now()
        with self._lock:
            room = self._rooms.get(kind)
            if room is None:
                self._forget(now)
                room = self._rooms[kind] = _Room(BURST, now)
            room.lines = min(BURST, room.lines + (now - room.filled) / EVERY)
            room.filled = now
            if room.lines >= 1:
                room.lines -= 1
                return True
            if not room.left_out:
                room.reported = now
            room.left_out += 1
        TALLY.add()
        return False

    def report(self, *, at_the_end: bool = False) -> None:
        """Tell what was left out, of each kind once in a while."""
        now = self._now()
        with self._lock:
            due = [
                (kind, room)
                for kind, room in self._rooms.items()
                if room.left_out and (at_the_end or now - room.reported >= EVERY)
            ]
            told = [(kind, room.left_out) for kind, room in due]
            for _, room in due:
                room.left_out = 0
        for (event, of), lines in told:
            log.warning("log.lines_left_out", of=event, about=of, lines=lines)

    def _forget(self, now: float) -> None:
        """Make room for another kind: those that have been quiet go, or whichever was seen first."""
        if len(self._rooms) >= _KINDS:
            quiet = [kind for kind, room in self._rooms.items() if now - room.filled >= BURST * EVERY]
            for kind in quiet or [next(iter(self._rooms))]:
                del self._rooms[kind]

    def events(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """Our own events, as a processor."""
        name = str(event.get("event"))
        if name != REPORT and not self.passes((name, str(event.get("project", "")))):
            raise structlog.DropEvent
        return event

    def records(self, record: logging.LogRecord) -> bool:
        """Those of libraries, as a filter."""
        return self.passes((record.name, f"{record.module}:{record.lineno}"))
