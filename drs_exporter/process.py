"""How the interpreter and its allocator are set for a process that must answer while it polls."""

import ctypes
import gc
import resource
import sys
from contextlib import suppress
from typing import Final

_SWITCH_INTERVAL: Final = 0.0001
"""Seconds between turns of Python threads: rendering in one must not make scrapes in the other wait."""

_COLLECT_AFTER: Final = 10_000
"""New containers that set off a collection. Records are left out of it, so there is little to find."""

_M_ARENA_MAX: Final = -8
_M_MMAP_THRESHOLD: Final = -3
_M_TRIM_THRESHOLD: Final = -1
_LARGE: Final = 512 * 1024
_FREE_AT_THE_TOP: Final = 16 * 1024 * 1024

_OTHERS: Final = 64
"""Descriptors for what is no connection of the web server: calls to the cloud, files, the loop's own."""


def connections(wanted: int) -> int:
    """How many of so many connections this process has descriptors for, as soon as it has all it may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(OSError, ValueError):  # some systems have a lower limit of their own
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
    if soft == resource.RLIM_INFINITY:
        return wanted
    return min(wanted, max(soft - _OTHERS, soft // 2))


def prepare() -> None:
    """Set what is set once; to be called when everything is imported and nothing is running yet."""
    sys.setswitchinterval(_SWITCH_INTERVAL)
    gc.collect()
    gc.freeze()  # what was imported stays for ever: no collection need look at it
    gc.set_threshold(_COLLECT_AFTER, 10, 10)
    _share_memory()


def _share_memory() -> None:
    """Let threads use what other threads freed, and keep what scrapes need again and again.

    By its own measure glibc has a heap for every thread, of which Python's run one at a time, keeps the pages of an
    exposition for later, and takes fresh memory from the system for every scrape, which is a third of what one costs.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
        mallopt(_M_TRIM_THRESHOLD, _FREE_AT_THE_TOP)


def give_back() -> None:
    """Give memory that was needed for a moment, by a crowd or by a poll, back to the system: a millisecond at most."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
