"""How the interpreter and its allocator are set for a process that must answer while it polls."""

import ctypes
import gc
import sys
from collections.abc import Mapping
from typing import Final

_SWITCH_INTERVAL: Final = 0.0001
"""Seconds between turns of Python threads: rendering in one must not make scrapes in the other wait."""

_COLLECT_AFTER: Final = 10_000
"""New containers that set off a collection. Records are left out of it, so there is little to find."""

_M_ARENA_MAX, _M_MMAP_THRESHOLD, _M_TRIM_THRESHOLD = -8, -3, -1
_MALLOC: Final[Mapping[int, int]] = {
    _M_ARENA_MAX: 1,
    _M_MMAP_THRESHOLD: 512 * 1024,
    _M_TRIM_THRESHOLD: 16 * 1024 * 1024,
}
"""Let threads use what other threads freed, and keep what scrapes need again and again.

By its own measure glibc has a heap for every thread, of which Python's run one at a time, keeps the pages of an
exposition for later, and takes fresh memory from the system for every scrape, which is a third of what one costs.
"""


def prepare() -> None:
    """Set what is set once; to be called when everything is imported and nothing is running yet."""
    sys.setswitchinterval(_SWITCH_INTERVAL)
    gc.collect()
    gc.freeze()  # what was imported stays for ever: no collection need look at it
    gc.set_threshold(_COLLECT_AFTER, 10, 10)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for option, value in _MALLOC.items():
            mallopt(option, value)


def give_back() -> None:
    """Give memory that was needed for a moment, by a crowd or by a poll, back to the system: a millisecond at most."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
