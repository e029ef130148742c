"""Rendered lines hang on the record they were made from; a family is the join of those of its records."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic

import msgspec

from drs_exporter.catalogue import Part
from drs_exporter.catalogue.family import Owner
from drs_exporter.render.lines import Lines, label


class Rendered(msgspec.Struct, frozen=True, gc=False):
    """The lines of one record."""

    record: Any
    identity: bytes
    lines: tuple[tuple[bytes, ...], ...]
    """Of each part, of each of its families."""
    series: int


class Store(Generic[Owner]):
    """The lines of all records of one kind: what is the same object as at the last poll has the same lines."""

    def __init__(
        self,
        parts: Sequence[Part[Owner, Any]],
        identity: Mapping[str, Callable[[Owner], str]],
        **fixed: str,
    ) -> None:
        """A record is known by the labels of its `identity`, by the first of them alone, and by the `fixed` ones."""
        first = next(iter(identity))
        self._key = identity[first]
        self._identity = identity
        self._read = [part.read for part in parts]
        self._parts = [[Lines(family, first=first, fixed=fixed) for family in part.families] for part in parts]
        self._none: list[tuple[bytes, ...]] = [(b"",) * len(part.families) for part in parts]
        self._rendered: dict[str, Rendered] = {}

    def update(self, records: Iterable[Owner]) -> "Families":
        """The families of these records, in the order given."""
        known, rendered = self._rendered, {}
        for record in records:
            key = self._key(record)
            before = known.get(key)
            rendered[key] = before if before is not None and before.record is record else self._render(record, before)
        self._rendered = rendered
        return Families(tuple(rendered.values()), self._parts, self._none)

    def _render(self, record: Owner, before: Rendered | None) -> Rendered:
        """Render the parts that are not the same object; all of a record that has another name now."""
        identity = ",".join([label(name, read(record)) for name, read in self._identity.items()]).encode()
        if before is not None and before.identity == identity:
            identity = before.identity
        else:
            before = None
        rendered, series = [], 0 if before is None else before.series
        for position, (read, families) in enumerate(zip(self._read, self._parts, strict=True)):
            part = read(record)
            if before is not None and read(before.record) is part:
                rendered.append(before.lines[position])
            else:
                lines = tuple([family.held(part) for family in families])
                rendered.append(lines if any(lines) else self._none[position])  # most parts of most records
                series += _series(lines) - (0 if before is None else _series(before.lines[position]))
        return Rendered(record, identity, tuple(rendered), series)


def _series(lines: Iterable[bytes]) -> int:
    return sum([held.count(b"\n") for held in lines if held])


class Families(msgspec.Struct, frozen=True):
    """The lines of some records, family by family."""

    records: Sequence[Rendered]
    parts: Sequence[Sequence[Lines[Any]]]
    none: Sequence[tuple[bytes, ...]]
    """What is held, by part, of a record that has no lines."""

    @property
    def series(self) -> int:
        """How many there are."""
        return sum([rendered.series for rendered in self.records])

    def __iter__(self) -> Iterator[bytes]:
        """Join one family after the other."""
        for position, (families, none) in enumerate(zip(self.parts, self.none, strict=True)):
            found = [rendered for rendered in self.records if rendered.lines[position] is not none]
            identities = [rendered.identity for rendered in found]
            held = zip(*[rendered.lines[position] for rendered in found], strict=True) if found else none
            for family, of_records in zip(families, held, strict=True):
                yield family.join(identities, of_records)
