"""Numbers and texts as people read them; everything that comes from outside is made safe here."""

import html
import re
from datetime import UTC, datetime
from typing import Final

NOTHING: Final = "\u2013"
_LONGEST: Final = 160
_UNSHOWABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def safe(text: str) -> str:
    """The text, fit for an element or a quoted attribute; what cannot be shown or turns writing round is replaced."""
    return html.escape(_UNSHOWABLE.sub("\ufffd", text))


def shortened(text: str) -> str:
    """The same, cut where nobody reads on."""
    return safe(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def duration(seconds: float | None) -> str:
    """Two units at most: `42 s`, `3 min 20 s`, `5 h 12 min`, `3 d 4 h`."""
    if seconds is None:
        return NOTHING
    whole = round(seconds)
    if whole < 60:  # noqa: PLR2004 - seconds in a minute
        return f"{seconds:.1f} s" if 0 < seconds < 10 and seconds != whole else f"{whole} s"  # noqa: PLR2004 - tenths matter below ten
    for size, name, small, small_name in (
        (86400, "d", 3600, "h"),
        (3600, "h", 60, "min"),
        (60, "min", 1, "s"),
    ):
        if whole >= size:
            rest = whole % size // small
            return f"{whole // size} {name} {rest} {small_name}" if rest else f"{whole // size} {name}"
    raise AssertionError  # pragma: no cover - the last row takes every whole minute


def percent(ratio: float | None) -> str:
    """`53 %`; 100 only when it is."""
    if ratio is None:
        return NOTHING
    return f"{min(int(ratio * 100), 99) if ratio < 1 else 100} %"


def number(value: float) -> str:
    """A plain number: whole ones without a point."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.3g}"


def rate(value: float) -> str:
    """Something each second."""
    return f"{number(round(value, 1))}/s"


def size(value: float) -> str:
    """Bytes in the largest binary unit that leaves a number."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if abs(value) < 1024:  # noqa: PLR2004 - the step between units
            return f"{value:,.0f} {unit}" if unit == "B" else f"{value:,.1f} {unit}"
        value /= 1024
    return f"{value:,.1f} TiB"


def moment(timestamp: float | None) -> str:
    """A time in UTC, for machines and people."""
    if timestamp is None:
        return NOTHING
    when = datetime.fromtimestamp(timestamp, tz=UTC)
    return f'<time datetime="{when:%Y-%m-%dT%H:%M:%SZ}">{when:%Y-%m-%d %H:%M:%S} UTC</time>'
