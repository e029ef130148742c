"""Unix sockets: a stale one is replaced, a living one and anything else is left alone."""

import errno
import os
import socket
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

_BACKLOG: Final = 128


def _is_alive(path: Path) -> bool:
    """Whether someone answers there."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(0)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            return False
        except BlockingIOError:  # too many are waiting there already
            return True
    return True


def _make_way(path: Path) -> None:
    """Remove a socket that nobody listens on any more."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise FileExistsError(errno.EEXIST, "there is a file of that name, and it is not a socket")
    if _is_alive(path):
        raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
    path.unlink()


def bind_unix(name: str) -> socket.socket:
    """A listening socket at that path; OSError if it cannot be."""
    path = Path(name)
    if not path.is_absolute():
        raise OSError(errno.EINVAL, "a Unix socket needs an absolute path, unix:/PATH")
    _make_way(path)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.bind(str(path))
        listening.listen(_BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


def unlink(path: Path, made: tuple[int, int]) -> None:
    """Remove the socket file, if it is still the one that was made."""
    with suppress(FileNotFoundError):
        if identity(path) == made:
            path.unlink()


def identity(path: Path) -> tuple[int, int]:
    """What tells this socket file from a later one of the same name."""
    status = path.lstat()
    return status.st_dev, status.st_ino
