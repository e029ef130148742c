"""Rendered lines hang on the record they were made from, a row of a table with a column for each family."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count, islice
from typing import Any, Final, Generic

import msgspec

from drs_exporter.catalogue import Part
from drs_exporter.catalogue.family import Owner
from drs_exporter.render.lines import Lines, label


class Families(msgspec.Struct, frozen=True):
    """The lines of some records, family by family."""

    families: Sequence[Lines[Any]]
    ending: bytes
    """The labels that all lines have alike, and the end of labels."""
    identities: Sequence[bytes] = ()
    """Of each record."""
    columns: Sequence[Sequence[bytes]] = ()
    """Of each family, what is held of each record."""
    series: int = 0

    def __iter__(self) -> Iterator[bytes]:
        """Join one family after the other."""
        closed = [identity + self.ending for identity in self.identities]
        for family, column in zip(self.families, self.columns, strict=True):
            yield family.join(self.identities, closed, column)


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
        self._parts: Final = parts
        families = [Lines(family, first=first, fixed=fixed) for part in parts for family in part.families]
        ending = "".join([f",{label(name, value)}" for name, value in sorted(fixed.items())]) + "} "
        self._rows: dict[str, int] = {}
        self._records: Sequence[Owner] = ()
        self._known = Families(families, ending.encode(), columns=[()] * len(families))

    def update(self, records: Iterable[Owner]) -> Families:
        """The families of these records, each known once, in the order given."""
        now, known = tuple(records), self._known
        rows = {key: row for row, key in enumerate(map(self._key, now))}
        before: Sequence[Owner | None] = self._records
        identities, series = list(known.identities), known.series
        columns: list[Sequence[bytes]] = list(known.columns)
        if list(rows) != list(self._rows):
            places = [self._rows.get(key, -1) for key in rows]
            before = _arranged(before, places, None)
            identities = _arranged(identities, places, b"")
            columns = [_arranged(column, places, b"") for column in columns]
            series = sum(map(_samples, columns))
        pairs = enumerate(zip(before, now, strict=True))
        changed = [(row, old, record) for row, (old, record) in pairs if old is not record]
        for row, _, record in changed:
            labels = [label(name, read(record)) for name, read in self._identity.items()]
            identities[row] = ",".join(labels).encode()
        numbers = count()
        for part in self._parts:
            read = part.read
            said = {row: read(record) for row, old, record in changed if old is None or read(old) is not read(record)}
            # Records that share a part share its lines.
            distinct = {id(part): part for part in said.values()}
            for number in islice(numbers, len(part.families)):
                column = columns[number]
                lines = dict(zip(distinct, map(known.families[number].held, distinct.values()), strict=True))
                if any(lines.values()) or any(map(column.__getitem__, said)):
                    columns[number] = written = list(column)
                    for row, held in zip(said, map(lines.__getitem__, map(id, said.values())), strict=True):
                        written[row] = held
                    series += _samples(written) - _samples(column)
        self._rows, self._records = rows, now
        self._known = Families(known.families, known.ending, identities, columns, series)
        return self._known


def _samples(column: Iterable[bytes]) -> int:
    return b"".join(column).count(b"\n")


def _arranged(column: Sequence[Any], places: Iterable[int], nothing: object) -> list[Any]:
    return list(map((*column, nothing).__getitem__, places))
