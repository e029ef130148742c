"""Numbers as Grafana would write them."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

_SPANS: Final = ((31536000, "years"), (604800, "weeks"), (86400, "days"), (3600, "hours"), (60, "mins"), (1, "s"))
_EXPONENT: Final = 1000
"""From here on Python would write a power of ten."""
_FRACTIONS: Final = ((1, "s"), (1e-3, "ms"), (1e-6, "µs"))


def write(value: float, unit: str, decimals: int | None = None, *, now: float = 0) -> str:
    """A value in its unit."""
    if math.isnan(value):
        return ""
    if unit == "dateTimeAsIso":
        return datetime.fromtimestamp(value / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    if unit == "dateTimeFromNow":
        gone = now - value / 1000
        return f"{span(gone, 0)} ago" if gone >= 0 else f"in {span(-gone, 0)}"
    writer = _WRITERS.get(unit, plain)
    return writer(value, decimals)


def span(value: float, decimals: int | None) -> str:
    """Seconds in the largest unit that fits."""
    size = abs(value)
    if size < 1:
        factor, word = next(((f, w) for f, w in _FRACTIONS if size >= f), (1.0, "s"))
        return f"{plain(value / factor, decimals)} {word}"
    factor, word = next((f, w) for f, w in _SPANS if size >= f)
    return f"{plain(value / factor, decimals)} {word}"


def plain(value: float, decimals: int | None) -> str:
    """A bare number; three significant digits where nothing else is asked."""
    if decimals is not None:
        return f"{value:.{decimals}f}"
    return f"{value:.3g}" if abs(value) < _EXPONENT else f"{value:.0f}"


def _scaled(base: float, suffixes: Sequence[str], tail: str) -> Callable[[float, int | None], str]:
    def writer(value: float, decimals: int | None) -> str:
        scaled, index = value, 0
        while abs(scaled) >= base and index < len(suffixes) - 1:
            scaled, index = scaled / base, index + 1
        return f"{plain(scaled, decimals)}{suffixes[index]}{tail}"

    return writer


def _percent(value: float, decimals: int | None) -> str:
    return f"{plain(value * 100, decimals)}%"


_THOUSANDS: Final = ("", " K", " Mil", " Bil")
_WRITERS: Final[Mapping[str, Callable[[float, int | None], str]]] = {
    "s": span,
    "percentunit": _percent,
    "short": _scaled(1000, _THOUSANDS, ""),
    "bytes": _scaled(1024, (" B", " KiB", " MiB", " GiB", " TiB"), ""),
    "Bps": _scaled(1000, (" B", " kB", " MB", " GB", " TB"), "/s"),
    "reqps": _scaled(1000, _THOUSANDS, " req/s"),
    "wps": _scaled(1000, _THOUSANDS, " wr/s"),
    "ops": _scaled(1000, _THOUSANDS, " ops/s"),
}
