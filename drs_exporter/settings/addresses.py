"""URLs and listen addresses as people write them; no message ever repeats one, for it may hold a password."""

import ipaddress
import re
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

from drs_exporter.addresses import proxy_address
from drs_exporter.settings import values

_HIGHEST_PORT: Final = 65535
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.IGNORECASE | re.ASCII)
_LONGEST_HOST: Final = 253
_ADDRESS: Final = re.compile(r"(?:\[(?P<bracketed>[^\[\]\s]*)\]|(?P<host>[^:\[\]/\s]*)):(?P<port>\d{1,5})", re.ASCII)
_ZONE: Final = re.compile(r"[A-Za-z0-9._-]{1,15}", re.ASCII)
_UNIX: Final = "unix:"

_EXAMPLES: Final = ":9877, 127.0.0.1:9877, [::1]:9877 or unix:/run/drs.sock"


class HostPort(NamedTuple):
    """Where to listen: the host is empty for everywhere, and an IPv6 address stands without its brackets."""

    host: str
    port: int


def is_host(host: str) -> bool:
    """Whether this is an IP address, or a name that DNS could hold."""
    if ":" in host:
        return _is_ipv6(host)
    try:
        # As it is sent: other scripts have an ASCII form of their own.
        plain = host.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    labels = plain.removesuffix(".").split(".")
    return len(plain) <= _LONGEST_HOST and all(_LABEL.fullmatch(label) for label in labels)


def _is_ipv6(host: str) -> bool:
    """Whether this is an IPv6 address, with the zone of a link-local one or without."""
    address, percent, zone = host.partition("%")
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        return False
    return not percent or _ZONE.fullmatch(zone) is not None


def _split(value: str) -> SplitResult | None:
    """The parts of a URL with a host that can exist and a port that can be reached."""
    if not value.isprintable() or " " in value:
        return None
    try:
        parts = urlsplit(value)
        usable = parts.hostname is not None and is_host(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if usable else None


def url(value: str) -> str:
    """An http or https URL without credentials or fragment."""
    parts = _split(value)
    if parts is None or parts.scheme not in {"http", "https"}:
        raise ValueError("must be a URL such as https://drs.eu-de.otc.t-systems.com")
    if parts.username is not None or parts.fragment:
        raise ValueError("must be a URL without credentials, query or fragment")
    return value


def endpoint(value: str) -> str:
    """An http or https URL without credentials, query or trailing slash."""
    if urlsplit(url(value)).query:
        raise ValueError("must be a URL without credentials, query or fragment")
    return value.rstrip("/")


def iam_endpoint(value: str) -> str:
    """The same; the version that other programs write at its end belongs to the path of a call."""
    return endpoint(value).removesuffix("/v3").rstrip("/")


def proxy(value: str) -> str:
    """The address of an HTTP proxy, with a scheme or without."""
    proxy_address(value)
    return value


def listen_address(address: str) -> HostPort:
    """`:9877`, `host:9877`, `[::1]:9877`, `[fe80::1%eth0]:9877`."""
    parts = _ADDRESS.fullmatch(address)
    if parts is None or int(parts["port"]) > _HIGHEST_PORT:
        raise ValueError(f"must be addresses such as {_EXAMPLES}")
    if parts["bracketed"] is not None:
        if not _is_ipv6(parts["bracketed"]):
            raise ValueError("must have an IPv6 address in its brackets, such as [::1]:9877")
        return HostPort(parts["bracketed"], int(parts["port"]))
    host = parts["host"]
    if host not in {"", "*"} and not is_host(host):
        raise ValueError("must name a host that can exist")
    return HostPort("" if host == "*" else host, int(parts["port"]))


def listen_addresses(value: object) -> tuple[str, ...]:
    """Addresses to listen on, as a comma list or a list."""
    addresses = values.words(value)
    for address in addresses:
        if address.startswith(f"{_UNIX}/"):
            values.path(address.removeprefix(_UNIX))
        else:
            listen_address(address)
    if not addresses:
        raise ValueError("must name at least one address")
    return addresses
