"""Files that users name: opened without waiting, regular ones only, never more than fits into a configuration."""

import errno
import os
import stat
from pathlib import Path
from typing import Final

_MOST: Final = 1024 * 1024
"""Bytes."""


def read_regular(path: Path) -> bytes:
    """All of a regular file; OSError with one line for what is none, such as a pipe or a device, or is too large."""
    try:
        # A pipe that nobody writes to would otherwise be waited for, and a terminal become ours.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except ValueError:
        raise OSError(errno.EINVAL, "a path cannot hold a NUL character") from None
    with open(descriptor, "rb", buffering=0) as file:  # noqa: PTH123 - of a descriptor, not a path
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        # Without trusting its size: that of a file in /proc is 0, and it may be growing.
        found = bytearray()
        while len(found) <= _MOST and (piece := file.read(_MOST + 1 - len(found))):
            found += piece
    if len(found) > _MOST:
        raise OSError(errno.EFBIG, f"larger than {_MOST // 1024} KiB")
    return bytes(found)


def shown(path: Path) -> str:
    """The path as it stands in a message of one line."""
    text = str(path)
    return text if text.isprintable() else repr(text)
