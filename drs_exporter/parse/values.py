"""Single values: every unit, sentinel and time format of the API, in one place.

A value that is not given is `None` and nothing more; one that should have been readable and was not is `None` and
counted under its field's name; what is longer or more than any honest cloud has is left out and counted by its kind.
No function here raises.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from types import MappingProxyType
from typing import Final, TypeVar

import msgspec

from drs_exporter.drs import wire
from drs_exporter.parse.recall import Recall, digest
from drs_exporter.parse.vocabulary import OTHER, Vocabulary, clean

_NOT_GIVEN: Final = frozenset({"", "-", "--", "n/a", "na"})
"""In lower case."""
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
Record = TypeVar("Record", bound=msgspec.Struct)
Made = TypeVar("Made")
Element = TypeVar("Element")

_NO_TAGS: Final[Mapping[str, str]] = MappingProxyType({})

_NO_TIME: Final = frozenset({"0", "-1"})
_MILLISECONDS: Final = 18
"""More digits than any time in milliseconds has."""

LONGEST_TEXT: Final = 256
"""Characters of a name or an id; the service allows fifty."""

_LONGEST_NUMBER: Final = 64
"""Characters of a number or a time."""

_LARGEST: Final = 1e18
"""Far more bytes, rows or milliseconds than any honest cloud tells of; in another unit it is still a number."""

_LATEST: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()
"""The last second that has a date: a time after it was told in another unit."""


class Reader:
    """Reads values, and counts those that were unreadable by field and those beyond the bounds by kind."""

    def __init__(
        self,
        vocabulary: Vocabulary | None = None,
        *,
        recall: Recall | None = None,
        zone: tzinfo | None = None,
        tags: Mapping[str, str] = _NO_TAGS,
    ) -> None:
        """Start with no errors; tell words apart as this vocabulary does, and recall what was read before.

        Times without a zone are read in `zone`; `tags` are the labels of the tags that are read, by key.
        """
        self.vocabulary = Vocabulary() if vocabulary is None else vocabulary
        self.zone = zone
        self.tags = tags
        self._recall = Recall() if recall is None else recall
        self._failures = 0
        self.errors: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()

    def fail(self, field: str, values: int = 1) -> None:
        """Count values that could not be read."""
        self.errors[field] += values
        self._failures += values

    def drop(self, kind: str, values: int = 1) -> None:
        """Count values that are beyond the bounds."""
        self.dropped[kind] += values
        self._failures += values

    def include(self, other: "Reader") -> None:
        """Count what another reader has counted."""
        self.errors.update(other.errors)
        self.dropped.update(other.dropped)

    def again(self, raw: Record, make: Callable[[Record, "Reader", str], Made], *, job_id: str) -> Made:
        """What `make` reads of it; of what says the same as the last time the very same object.

        A record with something unreadable in it is read, and counted, each time.
        """
        known, said = self._recall[make], digest(raw)
        before = known.get(job_id)
        if before is not None and before[0] == said:
            same: Made = before[1]
            return same
        failures = self._failures
        made = make(raw, self, job_id)
        if self._failures == failures:
            known[job_id] = said, made
        else:
            known.pop(job_id, None)
        return made

    def number(self, raw: wire.Scalar, field: str) -> float | None:
        """A number of a size that means something, given as one or as text, a percent sign allowed."""
        if raw is None:
            return None
        if isinstance(raw, str):
            value = _number_in(raw) if len(raw) <= _LONGEST_NUMBER else math.nan
            if value is None:
                return None
        elif type(raw) is int or type(raw) is float:
            value = _as_float(raw)
        else:
            value = math.nan
        if not abs(value) <= _LARGEST:  # nor is NaN
            self.fail(field)
            return None
        return value

    def amount(self, raw: wire.Scalar, field: str) -> float | None:
        """A number that is not negative; -1 and below say that there is none."""
        value = self.number(raw, field)
        return value if value is not None and value >= 0 else None

    def positive(self, raw: wire.Scalar, field: str) -> float | None:
        """A number above zero; zero says that none is set."""
        value = self.number(raw, field)
        return value if value is not None and value > 0 else None

    def ratio(self, raw: wire.Scalar, field: str) -> float | None:
        """Percent, 0 to 100, as a ratio; what lies outside is unreadable."""
        value = self.amount(raw, field)
        if value is None:
            return None
        if value > 100:  # noqa: PLR2004 - percent
            self.fail(field)
            return None
        return value / 100

    def seconds(self, millis: wire.Scalar, seconds: wire.Scalar, field: str) -> float | None:
        """Seconds, not negative, from a field in milliseconds or, where that is not given, from one in seconds."""
        exact = self.number(millis, f"{field}_millis")
        if exact is not None:
            return exact / 1000 if exact >= 0 else None
        return self.amount(seconds, field)

    def milliseconds(self, raw: wire.Scalar, field: str) -> float | None:
        """Seconds, not negative, from a field in milliseconds."""
        value = self.amount(raw, field)
        return None if value is None else value / 1000

    def time(self, raw: wire.Scalar, field: str) -> float | None:
        """Unix time from epoch milliseconds or from ISO 8601 with a zone."""
        return self._time(raw, field, zone=None, zone_needed=True)

    def local_time(self, raw: wire.Scalar, field: str) -> float | None:
        """As `time`, and a time without a zone is read in the set one, or not known where none is set."""
        return self._time(raw, field, zone=self.zone, zone_needed=False)

    def _time(self, raw: wire.Scalar, field: str, *, zone: tzinfo | None, zone_needed: bool) -> float | None:
        if isinstance(raw, str) and raw.isdigit() and raw.isascii() and len(raw) < _MILLISECONDS:
            value: float | None = float(raw) / 1000
        elif isinstance(raw, str) and (len(raw) > _LONGEST_NUMBER or not _is_number(raw.strip())):
            value = self._moment(raw[: _LONGEST_NUMBER + 1].strip(), field, zone=zone, zone_needed=zone_needed)
        else:
            millis = None if isinstance(raw, str) and raw.strip() in _NO_TIME else self.number(raw, field)
            value = None if millis is None else millis / 1000
        if value is not None and value > _LATEST:
            self.fail(field)
            return None
        return value if value is not None and value > 0 else None

    def _moment(self, text: str, field: str, *, zone: tzinfo | None, zone_needed: bool) -> float | None:
        """Unix time from a date and a time of day."""
        if text.lower() in _NOT_GIVEN:
            return None
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None and zone is not None:
                moment = moment.replace(tzinfo=zone)
            if moment.tzinfo is not None:
                return moment.timestamp()
            if zone_needed:
                self.fail(field)
        except (ValueError, OverflowError):
            self.fail(field)
        return None

    def text(self, raw: wire.Scalar, field: str) -> str | None:
        """Text that can be a label value: valid UTF-8 without NUL, cut where it is too long.

        A whole number stands for its digits.
        """
        if isinstance(raw, str) and raw != wire.NO_NUMBER:
            if len(raw) > LONGEST_TEXT:
                self.drop(field)
            return clean(raw[:LONGEST_TEXT]) or None
        if raw is None:
            return None
        if isinstance(raw, int) and not isinstance(raw, bool):
            try:
                return str(raw)
            except ValueError:
                pass
        self.fail(field)
        return None

    def identifier(self, raw: wire.Scalar, field: str) -> str | None:
        """As `text`, and what is too long or was broken on its way is no id: it would be another one's."""
        if isinstance(raw, str) and raw.isascii() and raw.isprintable() and 0 < len(raw) <= LONGEST_TEXT:
            return raw  # as every honest one
        if isinstance(raw, str) and len(raw) > LONGEST_TEXT:
            self.drop(field)
            return None
        if isinstance(raw, str) and "\N{REPLACEMENT CHARACTER}" in raw:
            self.fail(field)
            return None
        return self.text(raw, field)

    def word(self, raw: wire.Scalar, field: str) -> str | None:
        """As `text`, for values that many jobs share: one of a bounded number, each held in memory once."""
        if raw is None:
            return None
        if isinstance(raw, str) and raw != wire.NO_NUMBER:
            known = self.vocabulary.word(raw, field)
            if known is OTHER and raw != OTHER:
                self.drop(field)
            return known
        value = self.text(raw, field)
        return None if value is None else self.vocabulary.word(value, field)

    def flag(self, raw: wire.Scalar, field: str) -> bool | None:
        """True or false, as JSON or as text."""
        if raw is None or isinstance(raw, bool):
            return raw
        if isinstance(raw, str):
            word = raw.strip().lower()
            if word in {"true", "false"}:
                return word == "true"
            if word in _NOT_GIVEN:
                return None
        self.fail(field)
        return None

    def first(self, items: list[Element], most: int, kind: str) -> list[Element]:
        """As many of them as are told apart."""
        if len(items) > most:
            self.drop(kind, len(items) - most)
        return items[:most]

    def records(self, raw: object, kind: type[Record], field: str) -> list[Record]:
        """The well-formed elements of a list; whatever else stands there is counted."""
        if raw is None:
            return []
        if not isinstance(raw, list):
            self.fail(field)
            return []
        found = [item for item in raw if isinstance(item, kind)]
        if len(found) != len(raw):
            self.fail(field, len(raw) - len(found))
        return found

    def record(self, raw: object, kind: type[Record], field: str) -> Record:
        """An object, or an empty one where none is given or something else stands."""
        if isinstance(raw, kind):
            return raw
        if raw is not None:
            self.fail(field)
        return kind()


def _as_float(value: float) -> float:
    """A float; infinite for an integer beyond its range. Zero has no sign: one that changes is no change."""
    try:
        return value + 0.0
    except OverflowError:
        return math.inf


@lru_cache(maxsize=1024)
def _number_in(raw: str) -> float | None:
    """The number a text holds; `None` where it says that there is none, NaN where it says something else.

    A fleet says "-1", "0" and "100%" many thousand times a poll.
    """
    text = raw.strip()
    if text.lower() in _NOT_GIVEN:
        return None
    text = text.removesuffix("%").rstrip()
    return _as_float(float(text)) if _is_number(text) else math.nan


def _is_number(text: str) -> bool:
    return (text.isdigit() and text.isascii()) or _NUMBER.fullmatch(text) is not None
