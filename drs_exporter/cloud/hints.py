"""What the headers of a refusal add to it."""

from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

from yarl import URL

_SKEW: Final = 300.0
"""Seconds two clocks may differ before a signature is refused for it."""


def retry_after(headers: Mapping[str, str], *, now: float) -> float | None:
    """Seconds the service asks to wait, said as seconds or as a date; None if it does not, or not readably."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    moment = _moment(text)
    if moment is None:
        return None
    said = _moment(headers.get("Date", ""))
    return max(0.0, moment - (now if said is None else said))


def clock_skew(headers: Mapping[str, str], *, now: float) -> str:
    """Why a signature may be refused though the keys are right; empty when the clocks agree."""
    said = _moment(headers.get("Date", ""))
    if said is None or abs(now - said) <= _SKEW:
        return ""
    direction = "ahead of" if now > said else "behind"
    return f"; this machine's clock is {abs(now - said) / 60:.0f} minutes {direction} the service's"


def _moment(text: str) -> float | None:
    """Unix time of an HTTP date."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def redirect_target(headers: Mapping[str, str]) -> str:
    """Where a redirect points: its host only."""
    location = headers.get("Location", "").strip()
    if not location:
        return "nowhere"
    try:
        url = URL(location)
        host = url.host
    except ValueError:
        return "somewhere unreadable"
    if url.scheme not in ("", "http", "https"):
        return f"an address that is not HTTP ({url.scheme[:20]})"
    if host:
        return host[:100] if host.isprintable() else "somewhere unreadable"
    return "somewhere unreadable" if url.scheme else "itself"
