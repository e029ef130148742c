"""Rendered lines hang on the record they were made from, a row of a table with a column for each family."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Generic

import msgspec

from drs_exporter.catalogue import Part
from drs_exporter.catalogue.family import Owner
from drs_exporter.render.lines import Lines, label


class Families(msgspec.Struct, frozen=True):
    """The lines of some records, family by family."""

    records: Sequence[Any]
    identities: Sequence[bytes]
    """Of each record."""
    families: Sequence[Lines[Any]]
    columns: Sequence[Sequence[bytes]]
    """Of each family, what is held of each record."""
    counts: Sequence[int]
    """Of each family, how many samples it has."""
    ending: bytes
    """The labels that all of them have alike, and the end of labels."""

    def __iter__(self) -> Iterator[bytes]:
        """Join one family after the other."""
        closed = [identity + self.ending for identity in self.identities]
        for family, column in zip(self.families, self.columns, strict=True):
            yield family.join(self.identities, closed, column)

    def arranged(self, rows: Sequence[int]) -> "Families":
        """These rows in this order; -1 is one without a record."""
        columns = [_arranged(column, rows, b"") for column in self.columns]
        return Families(
            _arranged(self.records, rows, None),
            _arranged(self.identities, rows, b""),
            self.families,
            columns,
            list(map(_samples, columns)),
            self.ending,
        )


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
        self._key: Final = identity[first]
        self._identity: Final = identity
        self._parts: list[tuple[Callable[[Owner], Any], slice]] = []
        families: list[Lines[Any]] = []
        for part in parts:
            begin = len(families)
            families += [Lines(family, first=first, fixed=fixed) for family in part.families]
            self._parts.append((part.read, slice(begin, len(families))))
        self._rows: dict[str, int] = {}
        ending = "".join([f",{label(name, value)}" for name, value in sorted(fixed.items())]) + "} "
        self._known = Families((), (), families, [()] * len(families), [0] * len(families), ending.encode())

    def update(self, records: Iterable[Owner]) -> Families:
        """The families of these records, each known once, in the order given."""
        now = tuple(records)
        rows, known = {key: row for row, key in enumerate(map(self._key, now))}, self._known
        if list(rows) != list(self._rows):
            known = known.arranged([self._rows.get(key, -1) for key in rows])
        changed = [
            (row, *pair) for row, pair in enumerate(zip(known.records, now, strict=True)) if pair[0] is not pair[1]
        ]
        identities, columns, counts = list(known.identities), list(known.columns), list(known.counts)
        for row, _, record in changed:
            identities[row] = self._identify(record)
        for read, place in self._parts:
            parts = {
                row: part
                for row, before, record in changed
                if (part := read(record)) is not (None if before is None else read(before)) or before is None
            }
            # Records that share a part share its lines.
            distinct = {id(part): part for part in parts.values()}
            ids = list(map(id, parts.values()))
            for number in range(place.start, place.stop):
                lines = dict(zip(distinct, map(known.families[number].held, distinct.values()), strict=True))
                if any(lines.values()) or (counts[number] and lines):
                    columns[number] = column = list(columns[number])
                    for row, held in zip(parts, map(lines.__getitem__, ids), strict=True):
                        column[row] = held
                    counts[number] = _samples(column)
        self._rows, self._known = rows, Families(now, identities, known.families, columns, counts, known.ending)
        return self._known

    def _identify(self, record: Owner) -> bytes:
        return ",".join([label(name, read(record)) for name, read in self._identity.items()]).encode()


def _samples(column: Iterable[bytes]) -> int:
    return b"".join(column).count(b"\n")


def _arranged(column: Sequence[Any], rows: Sequence[int], nothing: object) -> Sequence[Any]:
    return list(map((*column, nothing).__getitem__, rows))
