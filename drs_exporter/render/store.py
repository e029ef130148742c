"""Rendered lines hang on the record they were made from; a family is the join of those of its records."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic

import msgspec

from drs_exporter.catalogue import Part
from drs_exporter.catalogue.family import Owner
from drs_exporter.render.lines import Identity, Lines


class Rendered(msgspec.Struct, frozen=True, gc=False):
    """The lines of one record."""

    record: Any
    lines: tuple[tuple[bytes, ...], ...]
    """Of each part, of each of its families."""
    series: int


class Store(Generic[Owner]):
    """The lines of all records of one kind: what is the same object as at the last poll has the same lines."""

    def __init__(
        self,
        parts: Sequence[Part[Owner, Any]],
        *,
        key: Callable[[Owner], str],
        identity: Callable[[Owner], Identity],
    ) -> None:
        """Start empty; a record is known by its `key`, and its series by its `identity`."""
        self._key = key
        self._identity = identity
        self._parts = [(part.read, [Lines(family) for family in part.families]) for part in parts]
        self._none = [(b"",) * len(part.families) for part in parts]
        self._rendered: dict[str, Rendered] = {}

    def update(self, records: Iterable[Owner]) -> "Families":
        """The families of these records, in the order given."""
        known, rendered = self._rendered, {}
        for record in records:
            key = self._key(record)
            before = known.get(key)
            rendered[key] = before if before is not None and before.record is record else self._render(record, before)
        self._rendered = rendered
        return Families(tuple(rendered.values()), self._none)

    def _render(self, record: Owner, before: Rendered | None) -> Rendered:
        """Render the parts that are not the same object; all of a record that has another name now."""
        identity = self._identity(record)
        if before is not None and self._identity(before.record) != identity:
            before = None
        rendered = []
        for position, (read, families) in enumerate(self._parts):
            part = read(record)
            if before is not None and read(before.record) is part:
                rendered.append(before.lines[position])
            else:
                lines = tuple([family.render(part, identity) for family in families])
                rendered.append(lines if any(lines) else self._none[position])  # most parts of most records
        series = sum([line.count(b"\n") for lines in rendered for line in lines if line])
        return Rendered(record, tuple(rendered), series)


class Families:
    """The lines of some records, family by family; frozen."""

    def __init__(self, records: Sequence[Rendered], none: Sequence[tuple[bytes, ...]]) -> None:
        """`none` are the lines of a record that has none, by part."""
        self._records = records
        self._none = none
        self.series = sum([rendered.series for rendered in records])

    def __iter__(self) -> Iterator[bytes]:
        """Join one family after the other."""
        for position, none in enumerate(self._none):
            found = [lines for rendered in self._records if (lines := rendered.lines[position]) is not none]
            yield from map(b"".join, zip(*found, strict=True)) if found else none
