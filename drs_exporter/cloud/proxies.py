"""Which proxy a request goes through: a given one, else what HTTPS_PROXY and NO_PROXY say, read as curl and Go do.

Own code, because no kept library reads all of it: no scheme, CIDR, `*.domain` and `host:port`. The session's own
reading of the environment would also send `~/.netrc` along.
"""

import ipaddress
import os
from collections.abc import Mapping
from typing import Protocol

from yarl import URL

from drs_exporter.addresses import proxy_address
from drs_exporter.errors import ApiCredentialError, SettingsError
from drs_exporter.secret import Secret


class Proxies(Protocol):
    """Chooses the way to an endpoint."""

    def way_to(self, endpoint: URL, *, operation: str) -> URL | None:
        """The proxy, or None for none; ApiCredentialError if it is one that cannot be used."""
        ...


class GivenProxy:
    """One proxy for everything, read anew each time."""

    def __init__(self, address: Secret) -> None:
        self._address = address

    def way_to(self, endpoint: URL, *, operation: str) -> URL | None:  # noqa: ARG002 - as every way
        """The proxy as the setting or its file says now."""
        try:
            return proxy_address(self._address.read())
        except SettingsError as exc:
            raise ApiCredentialError(str(exc), operation=operation) from None
        except ValueError as exc:
            raise ApiCredentialError(f"proxy_url {exc}", operation=operation) from None


class EnvironmentProxies:
    """What HTTPS_PROXY and NO_PROXY say, for https endpoints only."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        """Read this environment, at each request."""
        self._environment = environment

    def way_to(self, endpoint: URL, *, operation: str) -> URL | None:
        """The proxy, unless the endpoint is among the exceptions."""
        text = self._said("https_proxy")
        if endpoint.scheme != "https" or not text or is_excepted(endpoint, self._said("no_proxy")):
            return None
        try:
            return proxy_address(text)
        except ValueError as exc:
            raise ApiCredentialError(f"HTTPS_PROXY {exc}", operation=operation) from None

    def _said(self, name: str) -> str:
        """The variable; its lower case wins, as everywhere."""
        return (self._environment.get(name) or self._environment.get(name.upper()) or "").strip()


def is_excepted(endpoint: URL, exceptions: str) -> bool:
    """Whether NO_PROXY lists the endpoint: `*`, a host with all below it, `*.domain`, an address, CIDR, `host:port`."""
    host = (endpoint.host or "").lower().rstrip(".")
    entries = exceptions.lower().replace(",", " ").split()
    return any(entry == "*" or _matches(entry, host, endpoint.port) for entry in entries)


def _matches(entry: str, host: str, port: int | None) -> bool:
    """Whether one entry is about this host and port."""
    if (network := _network(entry)) is not None:
        return _address_in(host, network)
    name, separator, number = entry.rpartition(":")
    if separator and number.isascii() and number.isdigit():
        return int(number) == port and _matches(name, host, port) if len(number) < len("100000") else False
    if (network := _network(entry.strip("[]"))) is not None:
        return _address_in(host, network)
    domain = entry.removeprefix("*").strip(".")
    return bool(domain) and (host == domain or host.endswith("." + domain))


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """An address or a block of them."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _address_in(host: str, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    """Whether the host is an address of the network, also where it is written as one of IPv6; no name is looked up."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return address in network or (mapped is not None and mapped in network)
