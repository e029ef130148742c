"""Sample lines as the exposition formats want them; with gauges only, both formats want the same."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, TypeAlias

import msgspec
from prometheus_client.utils import floatToGoString

from drs_exporter.catalogue import AnyFamily, Family, Row

_PLAIN_BELOW: Final = 1e6
"""Go writes larger numbers with an exponent."""
_POINT_BELOW: Final = 1e16
"""Python writes larger numbers with an exponent itself."""


def escape(value: str) -> str:
    r"""A label value as it stands between quotes: backslash, line feed and quote escaped."""
    if "\\" in value:
        value = value.replace("\\", r"\\")
    if "\n" in value:
        value = value.replace("\n", r"\n")
    if '"' in value:
        value = value.replace('"', r"\"")
    return value


def label(name: str, value: str) -> str:
    """A label as it stands between braces."""
    return f'{name}="{escape(value)}"'


def number(value: float) -> str:
    """A sample value, to the letter as `prometheus_client` writes it."""
    if value == 1.0:
        return "1.0"  # as half of all samples are
    if -_PLAIN_BELOW < value < _PLAIN_BELOW:
        return _small(value) if value else repr(float(value))
    if _PLAIN_BELOW <= value < _POINT_BELOW:
        whole, _, fraction = repr(float(value)).partition(".")
        digits = f"{whole[1:]}{fraction}".rstrip("0")
        return f"{whole[0]}.{digits}{_EXPONENTS[len(whole)]}" if digits else whole[0] + _EXPONENTS[len(whole)]
    return str(floatToGoString(value))  # type: ignore[no-untyped-call]


@lru_cache(maxsize=4096)
def _small(value: float) -> str:
    """Any number but zero, whose two signs are equal: many samples have the same."""
    return repr(float(value))


_EXPONENTS: Final = {digits: f"e+{digits - 1:02d}" for digits in range(7, 17)}
"""By the digits in front of the point."""


def header(family: AnyFamily) -> str:
    """The HELP and TYPE lines."""
    return f"# HELP {family.name} {family.help}\n# TYPE {family.name} gauge\n"


def _name(written: str) -> str:
    """The name of a label as `label` writes it."""
    return written.partition("=")[0]


class Identity(msgspec.Struct, frozen=True, gc=False):
    """The identity labels of one record, rendered once for all its families."""

    labels: tuple[str, ...]
    """Sorted by name."""
    whole: str
    """All of them and the closing brace, for families without labels of their own."""


def identity(*labels: str) -> Identity:
    """The identity of these labels, given sorted by name."""
    return Identity(labels, ",".join(labels) + "} ")


class Change(msgspec.Struct, frozen=True, gc=False):
    """What a record's part was and is."""

    position: int
    """Of the record in its table."""
    record: Any
    identity: Identity | None
    """Where it is known already: of records all of whose lines are new."""
    before: Any
    """`None` where lines there may be are of no use: of a part that was not there, or under another name."""
    after: Any


Edit: TypeAlias = tuple[int, bool, str]
"""What is to stand at a position from now on; if only the value is new, the labels of the one line there is stay."""


class Lines:
    """Writes the sample lines of one family."""

    def __init__(self, family: Family[Any], identity: Callable[[Any], Identity]) -> None:
        """Prepare the pattern of a line: labels stand sorted by name, as `prometheus_client` sorts them."""
        self.family = family
        self._identity = identity
        self._head = f"{family.name}{{"
        own = sorted(family.labels)
        slots = [f'{name}="%s"' if name in own else "%%s" for name in sorted([*family.identity, *own])]
        self._template = f"{family.name}{{{','.join(slots)}}}"
        self._sorted = [family.labels.index(name) for name in own]
        # Nodes are of one job each, other labels are words that many jobs share.
        self._pattern = self._make_pattern if "node_id" in own else lru_cache(maxsize=128)(self._make_pattern)

    def render(self, record: Any) -> str:
        """The lines of one record; an empty text where it has no samples."""
        return "".join(text for _, text in self.first([Change(0, record, None, None, record)]))

    def first(self, changes: Iterable[Change]) -> list[tuple[int, str]]:
        """Lines and positions of all records that have samples, where there are no lines yet."""
        if self.family.value is not None:
            read, head = self.family.value, self._head
            return [
                (change.position, f"{head}{(change.identity or self._identity(change.record)).whole}{number(value)}\n")
                for change in changes
                if change.after is not None and (value := read(change.after)) is not None
            ]
        assert self.family.rows is not None  # noqa: S101 - a family has one of the two; a test holds it
        rows, text = self.family.rows, self._text
        return [
            (change.position, text(found, change))
            for change in changes
            if change.after is not None and (found := rows(change.after))
        ]

    def edits(self, changes: Iterable[Change]) -> Iterator[Edit]:
        """What each change does to the lines; nothing where the samples are what they were."""
        if self.family.value is not None:
            return self._samples(self.family.value, changes)
        assert self.family.rows is not None  # noqa: S101 - a family has one of the two; a test holds it
        return self._rows(self.family.rows, changes)

    def _samples(self, read: Callable[[Any], float | None], changes: Iterable[Change]) -> Iterator[Edit]:
        head = self._head
        for change in changes:
            value = None if change.after is None else read(change.after)
            before = None
            if change.before is not None:
                before = read(change.before)
                if value == before:
                    continue
            if value is None:
                yield change.position, False, ""
            elif before is None:
                identity = change.identity or self._identity(change.record)
                yield change.position, False, f"{head}{identity.whole}{number(value)}\n"
            else:
                yield change.position, True, f"{number(value)}\n"

    def _rows(self, read: Callable[[Any], Sequence[Row]], changes: Iterable[Change]) -> Iterator[Edit]:
        chosen = None if self.family.chosen is None else self.family.chosen.read
        for change in changes:
            rows = () if change.after is None else read(change.after)
            unlabelled = chosen is None or change.before is None or chosen(change.after) == chosen(change.before)
            if change.before is not None and unlabelled and rows == read(change.before):
                continue
            yield change.position, False, self._text(rows, change)

    def _text(self, rows: Iterable[Row], change: Change) -> str:
        if self.family.chosen is not None:
            return self._text_with(self.family.chosen.read(change.after), rows, change) if rows else ""
        pattern, labels = self._pattern, (change.identity or self._identity(change.record)).labels
        return "".join([f"{pattern(own) % labels} {number(value)}\n" for own, value in rows])

    def _text_with(self, chosen: Sequence[tuple[str, str]], rows: Iterable[Row], change: Change) -> str:
        """The lines of one record that brings labels of its own along."""
        identity = (change.identity or self._identity(change.record)).labels
        further = [*identity, *(label(name, value) for name, value in chosen)]
        return "".join(
            f"{self._head}{','.join(sorted([*further, *map(label, self.family.labels, own)], key=_name))}}} "
            f"{number(value)}\n"
            for own, value in rows
        )

    def _make_pattern(self, values: tuple[str, ...]) -> str:
        """The name and labels with room for a record's identity; many records have the same own labels."""
        return self._template % tuple([escape(values[place]).replace("%", "%%") for place in self._sorted])
