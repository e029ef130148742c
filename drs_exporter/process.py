"""How the interpreter and its allocator are set for a process that must answer while it polls."""

import ctypes
import gc
import sys
from typing import Final

_SWITCH_INTERVAL: Final = 0.0001
"""Seconds between turns of Python threads: rendering in one must not make scrapes in the other wait."""

_COLLECT_AFTER: Final = 10_000
"""New containers that set off a collection. Records are left out of it, so there is little to find."""

_M_MMAP_THRESHOLD: Final = -3
_LARGE: Final = 128 * 1024


def prepare() -> None:
    """Set what is set once; to be called when everything is imported and nothing is running yet."""
    sys.setswitchinterval(_SWITCH_INTERVAL)
    gc.collect()
    gc.freeze()  # what was imported stays for ever: no collection need look at it
    gc.set_threshold(_COLLECT_AFTER, 10, 10)
    _give_back_large_blocks()


def _give_back_large_blocks() -> None:
    """Let glibc return every freed page of an exposition to the system, where it would keep them for later."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE)


def give_back() -> None:
    """Give memory that was needed for a moment back to the system; a fraction of a millisecond, for after a poll."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
