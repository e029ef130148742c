"""Where a command's result goes: a file that is never seen half written, or whatever else stands at its path."""

import errno
import os
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

_READABLE: Final = 0o644
"""For everyone: the collector that reads the file is another user's process."""


_STANDARD_OUTPUT: Final = 1


def deliver(target: Path, content: bytes) -> None:
    """Replace a regular file, or the one a link leads to; anything else is written to; OSError says why it cannot be.

    What is there already decides: a pipe, a device or a terminal stays what it is, and so does standard output under
    any of its names.
    """
    if str(target) == "-":
        print_bytes(content)
        return
    try:
        there = target.stat()
    except FileNotFoundError:
        replace(target.resolve(), content)
        return
    if os.path.samestat(there, os.fstat(_STANDARD_OUTPUT)):
        print_bytes(content)
    elif stat.S_ISREG(there.st_mode):
        replace(target.resolve(), content)
    else:
        _write_into(target, content)


def print_bytes(content: bytes) -> None:
    """Write to standard output, whatever its encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def replace(file: Path, content: bytes) -> None:
    """Write the file so that a reader sees either the old content or the new, never a part."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "wb") as temporary:
            temporary.write(content)
            os.fchmod(temporary.fileno(), _READABLE)
        Path(name).replace(file)
    finally:
        with suppress(FileNotFoundError):  # unless something failed, it has its proper name by now
            Path(name).unlink()


def _write_into(target: Path, content: bytes) -> None:
    """Write to a pipe or device; a pipe that nobody reads is an error at once, not a wait without end."""
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as exc:
        if exc.errno == errno.ENXIO:
            raise OSError(errno.ENXIO, "nobody reads from this pipe") from None
        raise
    os.set_blocking(descriptor, True)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
