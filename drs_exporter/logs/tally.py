"""How many lines are missing in the log."""

import threading
from typing import Final


class Tally:
    """Counts; threads may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.lines = 0
        """Lines that could not be written, or were too many of one kind."""

    def add(self) -> None:
        """One more is missing."""
        with self._lock:
            self.lines += 1


TALLY: Final = Tally()
"""Logging belongs to the process, and so does what is missing in it."""
