"""Values as people write them, and what is made of them; no message ever repeats the value."""

import math
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_UNITS: Final = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_DURATION: Final = re.compile("".join(rf"(?:(?P<{unit}>\d+(?:\.\d+)?){unit}(?![a-z]))?" for unit in _UNITS), re.ASCII)
_LEADING_FLAGS: Final = re.compile(r"\(\?[aiLmsux]+\)")
_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9_-]+")
_HOST_AND_PORT: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.%a-z]+\]|[^:\[\]/\s]*):(?P<port>\d{1,5})")
_HIGHEST_PORT: Final = 65535


def seconds(value: object) -> float:
    """Seconds from a number or from text such as `30s`, `5m`, `1h30m`, `500ms`."""
    if isinstance(value, str):
        text = value.strip()
        if _NUMBER.fullmatch(text):
            return float(text)
        parts = _DURATION.fullmatch(text)
        if text and parts:
            return sum(float(number) * _UNITS[unit] for unit, number in parts.groupdict().items() if number)
    elif isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0:
        return float(value)
    raise ValueError("not a duration: write seconds, or 30s, 5m, 1h30m")


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


def positive(value: float) -> float:
    """A finite number above 0."""
    if not math.isfinite(value) or value <= 0:
        raise ValueError("must be more than 0")
    return value


def text(value: str) -> str:
    """Text that is there and stays on one line."""
    if not value.strip():
        raise ValueError("must not be empty")
    if not value.isprintable():
        raise ValueError("must not hold line breaks or control characters")
    return value


def identifier(value: str) -> str:
    """An id or a region: it becomes part of URLs."""
    if not _IDENTIFIER.fullmatch(value):
        raise ValueError("must be made of letters, digits, - and _")
    return value


def path(value: object) -> Path:
    """A path on this machine."""
    if isinstance(value, Path):
        return value
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError("must be a path")
    return Path(value)


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


def durations_by(known: Sequence[str]) -> Callable[[object], dict[str, float]]:
    """A reader of `quotas=10m,async_jobs=2m`, or the same as a mapping, for known names."""

    def read(value: object) -> dict[str, float]:
        if isinstance(value, Mapping):
            pairs = [(str(name), length) for name, length in value.items()]
        else:
            pairs = []
            for word in words(value):
                name, equals, length = word.partition("=")
                if not equals:
                    raise ValueError("must be written as quotas=10m,async_jobs=2m")
                pairs.append((name.strip(), length))
        for position, (name, _) in enumerate(pairs, start=1):
            if name not in known:
                raise ValueError(f"item {position} is not one of {', '.join(known)}")
        return {name: at_least(1)(seconds(length)) for name, length in pairs}

    return read


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
        reason = exc.msg.split("'")[0].rstrip() if isinstance(exc, re.error) else "too large"
        at = f" at position {exc.pos}" if isinstance(exc, re.error) and exc.pos is not None else ""
        raise ValueError(f"not a regular expression: {reason}{at}") from None


def time_zone(value: object) -> ZoneInfo:
    """A time zone by its IANA name."""
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(value if isinstance(value, str) else "")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("not a time zone this machine knows: write its IANA name, such as Asia/Shanghai") from None


def endpoint(value: str) -> str:
    """An http or https URL without credentials, query or trailing slash."""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not value.isprintable() or " " in value:
        raise ValueError("must be a URL such as https://drs.eu-de.otc.t-systems.com")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("must be a URL without credentials, query or fragment")
    return value.rstrip("/")


def listen_addresses(value: object) -> tuple[str, ...]:
    """Addresses to listen on: `:9877`, `127.0.0.1:9877`, `[::1]:9877`, `unix:/path`."""
    addresses = words(value)
    for address in addresses:
        if address.startswith("unix:/"):
            continue
        parts = _HOST_AND_PORT.fullmatch(address)
        if parts is None or int(parts["port"]) > _HIGHEST_PORT:
            raise ValueError("must be addresses such as :9877, 127.0.0.1:9877, [::1]:9877 or unix:/run/drs.sock")
    if not addresses:
        raise ValueError("must name at least one address")
    return addresses


def telemetry_path(value: str) -> str:
    """The path of the metrics, beside the other pages."""
    if not re.fullmatch(r"/[A-Za-z0-9._~/-]+", value) or value.endswith("/"):
        raise ValueError("must be a path such as /metrics")
    if value in {"/probe", "/jobs"} or value.startswith("/-/"):
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
        if number < least:
            raise ValueError(f"must be at least {least}")
        return number

    return read
