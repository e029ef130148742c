"""Sockets that systemd opened and passed on (`LISTEN_PID`, `LISTEN_FDS`; the first is descriptor 3)."""

import os
import socket
from collections.abc import Mapping
from typing import Final

from drs_exporter.errors import SettingsError

_FIRST: Final = 3


def _count(environ: Mapping[str, str]) -> int:
    """How many were passed to this very process."""
    pid, count = environ.get("LISTEN_PID", ""), environ.get("LISTEN_FDS", "")
    if pid != str(os.getpid()) or not (count.isascii() and count.isdigit()):
        return 0
    return int(count)


def inherited(environ: Mapping[str, str]) -> list[socket.socket]:
    """The sockets passed; SettingsError if there is none, or one that takes no connections."""
    count = _count(environ)
    if not count:
        raise SettingsError("web_systemd_socket: systemd passed no socket; start through the .socket unit")
    sockets: list[socket.socket] = []
    for descriptor in range(_FIRST, _FIRST + count):
        try:
            passed = socket.socket(fileno=descriptor)
            listening = passed.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        except OSError as exc:
            raise SettingsError(f"web_systemd_socket: descriptor {descriptor}: {exc.strerror}") from None
        if passed.type != socket.SOCK_STREAM or not listening:
            passed.detach()
            raise SettingsError(f"web_systemd_socket: descriptor {descriptor} is not a listening stream socket")
        passed.set_inheritable(False)
        sockets.append(passed)
    return sockets
