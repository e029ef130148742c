"""Which format and which coding a request asks for, by RFC 9110's rules of specificity and quality."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

TEXT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS_TYPE: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"


class _Choice(NamedTuple):
    """One element of an Accept header."""

    value: str
    parameters: dict[str, str]
    quality: float


class _Match(NamedTuple):
    """How well a header speaks for one offer: the most specific element decides."""

    specificity: int
    quality: float
    position: int


_UNMENTIONED: Final = 0.0001
"""No encoding at all is acceptable unless it is refused, and less than anything that is mentioned."""

_NOT_NAMED: Final = _Match(specificity=0, quality=0.0, position=1 << 16)


def _quality(text: str) -> float:
    """The weight of an element; one that cannot be read is the least there is, above a refusal."""
    try:
        value = float(text)
    except ValueError:
        return 0.001
    return value if 0 <= value <= 1 else 0.001


def _choices(header: str) -> Iterator[_Choice]:
    for element in header.split(","):
        value, *pairs = (part.strip() for part in element.split(";"))
        if not value:
            continue
        parameters = {}
        for pair in pairs:
            name, _, given = pair.partition("=")
            parameters[name.strip().lower()] = given.strip().strip('"')
        yield _Choice(value.lower(), parameters, _quality(parameters.get("q", "1")))


def _best(header: str, *, kind: str, group: str, version: str) -> _Match:
    """What the header says of one media type in one version."""
    best = _NOT_NAMED
    for position, choice in enumerate(_choices(header)):
        asked = choice.parameters.get("version")
        if choice.value == kind and asked in {None, version}:
            specificity = 3 if asked is None else 4
        elif choice.value == group:
            specificity = 2
        elif choice.value == "*/*":
            specificity = 1
        else:
            continue
        if specificity > best.specificity:
            best = _Match(specificity, choice.quality, position)
    return best


@lru_cache(maxsize=64)
def wants_openmetrics(accept: str) -> bool:
    """Whether OpenMetrics 1.0 is named and liked at least as well as text; on a tie the one named first."""
    ours = _best(accept, kind="application/openmetrics-text", group="application/*", version="1.0.0")
    text = _best(accept, kind="text/plain", group="text/*", version="0.0.4")
    named = ours.specificity > 2 and ours.quality > 0  # noqa: PLR2004 - above the wildcards
    return named and (ours.quality, -ours.position) > (text.quality, -text.position)


@lru_cache(maxsize=64)
def encoding_for(accept_encoding: str, offered: tuple[str, ...]) -> str | None:
    """The encoding liked best of those offered, which stand in our order; `None` if every one of them is refused.

    What is named goes before what only `*` allows, and there the better known first: no encoding at all.
    """
    weights: dict[str, float] = {}
    for choice in _choices(accept_encoding):
        weights.setdefault("gzip" if choice.value == "x-gzip" else choice.value, choice.quality)

    def liking(encoding: str) -> tuple[float, bool, int]:
        unnamed = weights.get("*", _UNMENTIONED if encoding == "identity" else 0.0)
        named, place = encoding in weights, offered.index(encoding)
        return weights.get(encoding, unnamed), named, -place if named else place

    best = max(offered, key=liking)
    return best if liking(best)[0] > 0 else None
