"""Values as people write them, and what is made of them; no message ever repeats the value."""

import os
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EXAMPLE_INTERVALS: Final = "quotas=10m,async_jobs=2m"

_UNITS: Final = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_DURATION: Final = re.compile("".join(rf"(?:(?P<{unit}>\d+(?:\.\d+)?){unit}(?![a-z]))?" for unit in _UNITS), re.ASCII)
_LEADING_FLAGS: Final = re.compile(r"\(\?[aiLmsux]+\)")
_ANCHORED: Final = re.compile(r"(?P<flags>(?:\(\?[aiLmsux]+\))?)\\A\(\?:(?P<body>.*?)\n?\)\\Z", re.DOTALL)
_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9_-]+")
_REGION: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST_IDENTIFIER: Final = 256
_UNFILLED: Final = re.compile(
    r"\$\{[^{}]+\}|\$\([A-Za-z_]\w*\)|\$[A-Z_][A-Z0-9_]+|\{\{.*\}\}|<[A-Za-z][\w -]*>|%[A-Z_][A-Z0-9_]+%", re.ASCII
)
"""What stands in a template where a value belongs."""

_LONGEST: Final = 365 * 86400.0
"""Seconds that any duration may last: a timer takes no more than so many."""

_HIGHEST: Final = 1_000_000
_LEAST_RATE: Final = 0.001


def seconds(value: object) -> float:
    """Seconds from a number or from text such as `30s`, `5m`, `1h30m`, `500ms`."""
    length: float | None = None
    if isinstance(value, str):
        written = value.strip()
        parts = _DURATION.fullmatch(written)
        if _NUMBER.fullmatch(written):
            length = float(written)
        elif written and parts:
            length = sum(float(number) * _UNITS[unit] for unit, number in parts.groupdict().items() if number)
    elif isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        length = float(min(value, 2 * _LONGEST))
    if length is None:
        raise ValueError("not a duration: write seconds, or 30s, 5m, 1h30m")
    if length > _LONGEST:
        raise ValueError(f"must be at most {duration(_LONGEST)}")
    return length


def duration(value: float) -> str:
    """Seconds as people write them: 90 is `1m30s`."""
    if value <= 0:
        return "0s"
    rest = round(value * 1000)
    text = ""
    for unit, size in _UNITS.items():
        count, rest = divmod(rest, round(size * 1000))
        text += f"{count}{unit}" if count else ""
    return text


def at_least(least: float) -> Callable[[float], float]:
    """A check that a duration is not shorter than this many seconds."""

    def check(value: float) -> float:
        if value < least:
            raise ValueError(f"must be at least {duration(least)}")
        return value

    return check


def rate(value: object) -> float:
    """How often a second something may be done."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        number = float(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = float(min(value, _HIGHEST + 1))
    else:
        raise ValueError("must be a number")
    if not _LEAST_RATE <= number <= _HIGHEST:
        raise ValueError(f"must be a number from {_LEAST_RATE:g} to {_HIGHEST}")
    return number


def filled(value: str) -> str:
    """Text that is no longer the variable of a template: sent as a password, that could lock an account."""
    if _UNFILLED.fullmatch(value.strip()):
        raise ValueError("looks like a variable that was not replaced: nothing is replaced in here")
    return value


def text(value: str) -> str:
    """Text that is there and stays on one line."""
    if not value.strip():
        raise ValueError("must not be empty")
    if not value.isprintable():
        raise ValueError("must not hold line breaks or control characters")
    return filled(value)


def region(value: str) -> str:
    """A region: it becomes part of host names."""
    lower = value.strip().lower()
    if not _REGION.fullmatch(lower):
        raise ValueError("must be a region such as eu-de or cn-north-4")
    return lower


def identifier(value: str) -> str:
    """An id: it becomes part of URLs."""
    if not _IDENTIFIER.fullmatch(value) or len(value) > _LONGEST_IDENTIFIER:
        raise ValueError("must be made of letters, digits, - and _")
    return value


def path(value: object) -> Path:
    """A path on this machine."""
    written = str(value) if isinstance(value, Path) else value
    if not isinstance(written, str) or not written or "\0" in written:
        raise ValueError("must be a path")
    try:
        os.fsencode(written)
    except UnicodeEncodeError:
        raise ValueError("must be a path") from None
    return Path(written)


def words(value: object) -> tuple[str, ...]:
    """A comma list, a list, or a list of comma lists; each word once, in the order given."""
    if isinstance(value, str):
        return tuple(dict.fromkeys(word for part in value.split(",") if (word := part.strip())))
    if isinstance(value, Sequence | set | frozenset) and all(isinstance(item, str) for item in value):
        return tuple(dict.fromkeys(word for item in value for word in words(item)))
    raise ValueError("must be a list, or text with commas")


def words_among(known: Sequence[str]) -> Callable[[object], tuple[str, ...]]:
    """A reader of a comma list whose words are all known."""

    def read(value: object) -> tuple[str, ...]:
        given = words(value)
        for position, word in enumerate(given, start=1):
            if word not in known:
                raise ValueError(f"item {position} is not one of {', '.join(known)}")
        return given

    return read


def pairs(value: object, example: str) -> list[tuple[Any, Any]]:
    """Names and what stands behind them, of text as the example or of a mapping."""
    if isinstance(value, Mapping):
        return list(value.items())
    found = []
    for word in words(value):
        name, equals, written = word.partition("=")
        if not equals:
            raise ValueError(f"must be written as {example}")
        found.append((name.strip(), written.strip()))
    return found


def durations(value: object) -> dict[str, float]:
    """Seconds by name."""
    return {str(name): at_least(1)(seconds(length)) for name, length in pairs(value, EXAMPLE_INTERVALS)}


def anchored(value: object) -> re.Pattern[str]:
    """A regular expression that has to match the whole name, as in Prometheus."""
    if isinstance(value, re.Pattern):
        return value
    if not isinstance(value, str):
        raise ValueError("must be a regular expression; put it in quotes")  # noqa: TRY004 - pydantic reports ValueError
    leading = _LEADING_FLAGS.match(value)
    flags = leading[0] if leading else ""
    # The line end closes a comment that a verbose expression may end with.
    end = "\n" if "x" in flags else ""
    try:
        with warnings.catch_warnings(action="ignore", category=FutureWarning):
            re.compile(value)
            return re.compile(rf"{flags}\A(?:{value.removeprefix(flags)}{end})\Z")
    except (re.error, RecursionError, OverflowError) as exc:
        told = exc.msg.split("'")[0].rstrip() if isinstance(exc, re.error) else "too large"
        reason = "".join(filter(str.isprintable, told))  # it may quote a character
        at = f" at position {exc.pos}" if isinstance(exc, re.error) and exc.pos is not None else ""
        raise ValueError(f"not a regular expression: {reason}{at}") from None


def unanchored(pattern: re.Pattern[str] | None) -> str:
    """A regular expression as it was written, before it was anchored."""
    written = _ANCHORED.fullmatch(pattern.pattern) if pattern else None
    return written["flags"] + written["body"] if written else ""


def time_zone(value: object) -> ZoneInfo:
    """A time zone by its IANA name."""
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(value if isinstance(value, str) else "")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("not a time zone this machine knows: write its IANA name, such as Asia/Shanghai") from None


def telemetry_path(value: str) -> str:
    """The path of the metrics, beside the other pages."""
    if not re.fullmatch(r"/[A-Za-z0-9._~/-]+", value) or value.endswith("/"):
        raise ValueError("must be a path such as /metrics")
    if value in {"/probe", "/jobs", "/sd", "/config"} or value.startswith(("/-/", "/jobs/")):
        raise ValueError("is taken by another page")
    return value


def shard(value: object) -> object:
    """A shard's number, or `auto` to take it from the host name."""
    return "auto" if value == "auto" else whole(0)(value)


def whole(least: int) -> Callable[[object], int]:
    """A reader of whole numbers that are not below this one."""

    def read(value: object) -> int:
        if isinstance(value, str) and re.fullmatch(r"\s*\d{1,9}\s*", value, re.ASCII):
            number = int(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            number = value
        else:
            raise ValueError("must be a whole number")
        if not least <= number <= _HIGHEST:
            raise ValueError(f"must be at least {least}" if number < least else f"must be at most {_HIGHEST}")
        return number

    return read
