"""One HTTP request as it will be signed and sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from yarl import URL

from drs_exporter import __version__
from drs_exporter.addresses import can_step_up
from drs_exporter.errors import ApiStatusError, Refusal

SIGN_IN: Final = "sign_in"
"""The operation that every way of signing in counts as."""

USER_AGENT: Final = {"User-Agent": f"drs-exporter/{__version__}"}
"""On every request."""

HEADERS: Final = {"Content-Type": "application/json", "X-Language": "en-us", **USER_AGENT}
"""On every request to a service of the cloud."""


def canonical_query(pairs: tuple[tuple[str, str], ...]) -> str:
    """The pairs sorted and escaped by RFC 3986: what is signed is what is sent."""
    return "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in sorted(pairs))


def segment(text: str, *, operation: str) -> str:
    """The text as one path segment; refused where it would not stay one, whoever normalises it."""
    if can_step_up(text) or not text.isprintable() or "/" in text or "\\" in text:
        message = "the id cannot be asked for: it would change the path of the request"
        raise ApiStatusError(message, operation=operation, refusal=Refusal.REQUEST, status=400)
    return quote(text, safe="")


@dataclass(frozen=True, slots=True)
class Request:
    """Everything a signature covers, and where to send it."""

    operation: str
    method: str
    endpoint: URL
    """Scheme, host, port and perhaps a path in front of every path."""
    path: str
    """Begins with a slash; every segment percent-encoded."""
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)

    @property
    def host(self) -> str:
        """As the Host header says it: with the port unless it is the scheme's own."""
        return self.endpoint.host_port_subcomponent or ""

    @property
    def full_path(self) -> str:
        """The endpoint's own path and this request's."""
        return self.endpoint.raw_path.rstrip("/") + self.path

    @property
    def url(self) -> URL:
        """Where it goes, exactly as signed."""
        return _url(self.endpoint, self.full_path, self.query)


@lru_cache(maxsize=64)
def _url(endpoint: URL, path: str, pairs: tuple[tuple[str, str], ...]) -> URL:
    """Put together once for the few that are asked again and again."""
    query = canonical_query(pairs)
    tail = f"?{query}" if query else ""
    return URL(f"{endpoint.scheme}://{endpoint.host_port_subcomponent or ''}{path}{tail}", encoded=True)
