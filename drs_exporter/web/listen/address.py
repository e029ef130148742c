"""One listen address as people write it → bound sockets."""

import errno
import socket
from collections.abc import Iterator
from typing import Final

from drs_exporter.errors import SettingsError
from drs_exporter.settings.addresses import listen_address
from drs_exporter.web.listen.unix import bind_unix

_BACKLOG: Final = 128
_UNIX: Final = "unix:"
_NO_IPV6: Final = {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL}
_EVERYWHERE: Final = {"", "::"}


def _refused(address: str, exc: OSError) -> SettingsError:
    if exc.errno == errno.EADDRINUSE:
        reason = "already in use by another program; choose another with --web.listen-address"
    elif exc.errno == errno.EADDRNOTAVAIL:
        reason = "this machine has no such address"
    elif exc.errno == errno.EACCES:
        reason = "not permitted; ports below 1024 need a privilege"
    else:
        reason = exc.strerror or str(exc)
    return SettingsError(f"web_listen_address: cannot listen on {address}: {reason}")


def _everywhere(port: int) -> socket.socket:
    """One socket for IPv6 and IPv4; for IPv4 alone where the machine has no IPv6."""
    if socket.has_dualstack_ipv6():
        try:
            return socket.create_server(("", port), family=socket.AF_INET6, backlog=_BACKLOG, dualstack_ipv6=True)
        except OSError as exc:
            if exc.errno not in _NO_IPV6:
                raise
    return socket.create_server(("", port), backlog=_BACKLOG)


def open_address(address: str) -> Iterator[socket.socket]:
    """Bind one address, socket by socket, a host name to all it stands for; SettingsError if that cannot be."""
    try:
        if address.startswith(_UNIX):
            yield bind_unix(address.removeprefix(_UNIX))
            return
        host, port = listen_address(address)
        if host in _EVERYWHERE:
            yield _everywhere(port)
            return
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, _, _, _, where in dict.fromkeys(found):
            # The whole of it: a link-local address is nothing without its zone.
            yield socket.create_server(where, family=family, backlog=_BACKLOG)
    except ValueError as exc:
        raise SettingsError(f"web_listen_address: {exc}") from None
    except OSError as exc:
        raise _refused(address, exc) from None
