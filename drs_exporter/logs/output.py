"""Where lines go: written by a thread of its own, so that nobody waits for whoever reads them."""

import atexit
import os
import queue
import select
import threading
from collections.abc import Callable
from typing import Final, TextIO

from drs_exporter.logs.tally import TALLY

WAITING: Final = 1000
"""Lines that may wait to be written; each is cut at `LONGEST`."""

LONGEST: Final = 64 * 1024
"""Bytes."""

_IDLE: Final = 5.0
_LAST: Final = 1.0
"""Seconds that what still waits may take when the process ends."""


class Direct:
    """Writes lines where it can: on a full disk, or when the stream is closed, only the log comes to harm."""

    def __init__(self, target: TextIO) -> None:
        self._target = target

    def write(self, text: str) -> None:
        """Write, or lose the text; a ValueError is that of a closed stream."""
        try:
            self._target.write(text)
            self._target.flush()
        except (OSError, ValueError):
            TALLY.add()

    def flush(self) -> None:
        """Each line was handed over as it came."""


class Background:
    """Hands lines to a thread; when too many wait, because nobody reads what was written, they are lost."""

    def __init__(self, target: TextIO, *, idle: Callable[[], None], last: Callable[[], None]) -> None:
        """Write to the stream's descriptor; `idle` is called now and then, `last` when the process ends."""
        self._descriptor = os.dup(target.fileno())  # a lock of the stream's could never be had again at the end
        self._encoding = target.encoding or "utf-8"
        self._waiting: queue.Queue[bytes] = queue.Queue(WAITING)
        self._idle = idle
        self._last = last
        threading.Thread(target=self._work, name="log", daemon=True).start()
        atexit.register(self.close)

    def write(self, text: str) -> None:
        """Have it written, soon."""
        line = text.encode(self._encoding, "backslashreplace")
        if len(line) > LONGEST:
            line = line[: LONGEST - 1] + b"\n"
        try:
            self._waiting.put_nowait(line)
        except queue.Full:
            TALLY.add()

    def flush(self) -> None:
        """There is nothing to wait for."""

    def close(self) -> None:
        """Wait a moment for what still waits, and no longer."""
        self._last()
        written = threading.Thread(target=self._waiting.join, daemon=True)
        written.start()
        written.join(_LAST)

    def _work(self) -> None:
        while True:
            try:
                line = self._waiting.get(timeout=_IDLE)
            except queue.Empty:
                self._idle()
                continue
            try:
                self._write(line)
            except OSError:
                TALLY.add()
            finally:
                self._waiting.task_done()

    def _write(self, line: bytes) -> None:
        """All of it, however long that takes."""
        rest = memoryview(line)
        while rest:
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:  # somebody who shares it has made it so
                select.select([], [self._descriptor], [])
