"""Sockets to listen on: TCP, Unix, or handed over by systemd."""

import os
import socket
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing

from drs_exporter.web.listen.address import open_address
from drs_exporter.web.listen.systemd import inherited


def open_all(
    addresses: Sequence[str], *, systemd: bool, environ: Mapping[str, str] = os.environ
) -> list[socket.socket]:
    """Bound sockets for every address, or with `systemd` those it passed; SettingsError if any cannot be had."""
    if systemd:
        return inherited(environ)
    with ExitStack() as unless_all:
        sockets = [
            unless_all.enter_context(closing(opened)) for address in addresses for opened in open_address(address)
        ]
        unless_all.pop_all()
    return sockets
