"""How many connections the descriptors of this process allow."""

import resource
from contextlib import suppress
from typing import Final

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
