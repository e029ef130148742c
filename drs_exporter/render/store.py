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
    series: int = 0

    def __iter__(self) -> Iterator[bytes]:
        """Join one family after the other."""
        for family, column in zip(self.families, self.columns, strict=True):
            yield family.join(self.identities, column)


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
        self._parts: list[tuple[Callable[[Owner], Any], int, list[Lines[Any]]]] = []
        families: list[Lines[Any]] = []
        for part in parts:
            lines = [Lines(family, first=first, fixed=fixed) for family in part.families]
            self._parts.append((part.read, len(families), lines))
            families += lines
        self._rows: dict[str, int] = {}
        self._known = Families((), (), families, [()] * len(families))

    def update(self, records: Iterable[Owner]) -> Families:
        """The families of these records, each known once, in the order given."""
        table = _Table(tuple(records), self._known, self._rows, self._key)
        for row, (record, before) in enumerate(zip(table.records, table.before, strict=True)):
            if record is not before:
                self._write(row, record, before, table)
        self._rows = table.rows
        self._known = Families(table.records, table.identities, self._known.families, table.columns, table.series)
        return self._known

    def _write(self, row: int, record: Owner, before: Owner | None, table: "_Table") -> None:
        """Write the parts that are not the same object; records that share a part share its lines."""
        table.identities[row] = ",".join([label(name, read(record)) for name, read in self._identity.items()]).encode()
        for read, start, families in self._parts:
            part = read(record)
            if before is None or read(before) is not part:
                lines = table.written.get((start, id(part)))
                if lines is None:
                    lines = table.written[start, id(part)] = [family.held(part) for family in families]
                if before is not None or any(lines):  # a new row is empty, as most parts of most records are
                    table.write(row, start, lines)


class _Table:
    """The rows of the poll before, in the order of the records that are now, on their way to say what these say."""

    def __init__(
        self, records: Sequence[Any], known: Families, rows: Mapping[str, int], key: Callable[[Any], str]
    ) -> None:
        self.records: Final = records
        self.rows: Final = {key(record): row for row, record in enumerate(records)}
        self.written: Final[dict[tuple[int, int], list[bytes]]] = {}
        """Lines by the first of their columns and the part they say, which its record keeps alive."""
        self._own: set[int] = set()
        """Columns that are no longer those of the poll before."""
        self.identities = list(known.identities)
        self.columns: list[Any] = list(known.columns)
        self.before, self.series = known.records, known.series
        if list(self.rows) != list(rows):
            places = [rows.get(job) for job in self.rows]
            self.before = [None if place is None else known.records[place] for place in places]
            self.identities = [b"" if place is None else known.identities[place] for place in places]
            self.columns = [[b"" if place is None else column[place] for place in places] for column in known.columns]
            self.series = sum([b"".join(column).count(b"\n") for column in self.columns])

    def write(self, row: int, start: int, lines: Sequence[bytes]) -> None:
        """Put lines into a row from this column on."""
        for column, held in enumerate(lines, start):
            before = self.columns[column][row]
            if before is not held:
                self.series += held.count(b"\n") - before.count(b"\n")
                if column not in self._own:
                    self._own.add(column)
                    self.columns[column] = list(self.columns[column])
                self.columns[column][row] = held
