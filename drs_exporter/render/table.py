"""The lines of many records of one kind, family by family, changed in place where a record changed.

A family's lines of all records are one `bytes`, with the length of each record's share beside it. After a poll only
records that changed are rendered; everything between them is copied as a block. No line is held a second time.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, chain
from operator import attrgetter
from typing import Any, Final, Protocol

from drs_exporter.catalogue import Family
from drs_exporter.render.chunk import EMPTY, Chunk
from drs_exporter.render.lines import Change, Edit, Identity, Lines


class Record(Protocol):
    """What a table holds: frozen, with an id that is unique in it."""

    @property
    def id(self) -> str:
        """Sorts the table."""
        ...


_TWO_BYTES: Final = 0xFFFF


class _Column:
    """One family: its lines, and how many bytes of them belong to each record."""

    __slots__ = ("chunk", "lengths")

    def __init__(self) -> None:
        self.chunk = EMPTY
        self.lengths = array("H")

    def move(self, moves: Sequence[tuple[int, int]]) -> None:
        """Keep the given runs of records in their order; `(-1, n)` makes room for n new ones."""
        whole, lengths = self.chunk.plain, self.lengths
        plain = memoryview(whole)
        offsets = list(accumulate(lengths, initial=0))
        kept, moved = [], array(lengths.typecode)
        for start, stop in moves:
            if start < 0:
                moved.frombytes(bytes(stop * moved.itemsize))
            else:
                kept.append(plain[offsets[start] : offsets[stop]])
                moved.extend(lengths[start:stop])
        self.lengths = moved
        joined = b"".join(kept)
        if joined != whole:
            self.chunk = Chunk(joined)

    def update(self, lines: Lines, changes: Sequence[Change]) -> None:
        """Bring the lines up to these changes, which come in ascending order of position."""
        if self.chunk.length:
            self._edit(lines.edits(changes))
        else:
            self._fill(lines.first(changes))

    def _edit(self, edits: Iterator[Edit]) -> None:
        """Replace the lines of some records."""
        first = next(edits, None)
        if first is None:
            return
        whole = self.chunk.plain
        plain = memoryview(whole)
        offsets = list(accumulate(self.lengths, initial=0))
        parts: list[bytes | memoryview] = []
        done = 0
        for position, value_only, text in chain((first,), edits):
            start, stop = offsets[position], offsets[position + 1]
            piece = text.encode()
            if value_only:
                start = whole.rindex(b" ", start, stop) + 1
            elif whole[start:stop] == piece:
                continue
            parts += (plain[done:start], piece)
            length = self.lengths[position] + len(piece) - (stop - start)
            self._make_room(length)
            self.lengths[position] = length
            done = stop
        if parts:
            parts.append(plain[done:])
            self.chunk = Chunk(b"".join(parts))

    def _fill(self, first: Sequence[tuple[int, str]]) -> None:
        """Write the first lines of this family."""
        if not first:
            return
        positions, texts = zip(*first, strict=True)
        whole = "".join(texts)
        plain = whole.encode()
        lengths = list(map(len, texts if len(plain) == len(whole) else map(str.encode, texts)))
        self._make_room(max(lengths))
        for position, length in zip(positions, lengths, strict=True):
            self.lengths[position] = length
        self.chunk = Chunk(plain)

    def _make_room(self, length: int) -> None:
        """Be able to note such a length: two bytes are enough for one unless a name is very long."""
        if length > _TWO_BYTES and self.lengths.typecode == "H":
            self.lengths = array("I", self.lengths)


class Table:
    """All records of one kind of one project."""

    def __init__(self, families: Sequence[Family[Any]], identity: Callable[[Any], Identity], *, named: str) -> None:
        """Start empty; `named` is the attribute beside the id that is part of a record's identity."""
        self._identity = identity
        self._named: Final = named
        self._columns = [_Column() for _ in families]
        self._lines = [Lines(family, identity) for family in families]
        self._records: Sequence[Record] = ()

    @property
    def chunks(self) -> tuple[Chunk, ...]:
        """The lines now, one chunk a family."""
        return tuple(column.chunk for column in self._columns)

    def update(self, records: Sequence[Record]) -> None:
        """Bring the lines up to these records, sorted by id; those that are the same objects cost nothing."""
        old, chunks = self._records, self.chunks
        if old is records:
            return
        matches, moves = _match(old, records)
        if moves is not None:
            for column in self._columns:
                column.move(moves)
        changed = [
            (position, before, record)
            for position, (before, record) in enumerate(zip(matches, records, strict=True))
            if before is not record
        ]
        changes = list(self._changes(changed))
        for column, lines in zip(self._columns, self._lines, strict=True):
            column.update(lines, changes)
        self._records = records
        for column, chunk in zip(self._columns, chunks, strict=True):
            if column.chunk is chunk:
                chunk.put_by()

    def _changes(self, changed: Sequence[tuple[int, Record | None, Record]]) -> Iterator[Change]:
        """Where a record is not what it was, or not under the name it was."""
        named = attrgetter(self._named)
        for position, before, record in changed:
            if before is None or named(before) != named(record):
                yield Change(position, record, self._identity(record), None, record)
            elif before != record:
                yield Change(position, record, None, before, record)


def _match(
    old: Sequence[Record], new: Sequence[Record]
) -> tuple[Sequence[Record | None], list[tuple[int, int]] | None]:
    """For each new record the old one of the same id, and how the survivors move; no moves where the ids are equal."""
    if len(old) == len(new) and all(before.id == record.id for before, record in zip(old, new, strict=True)):
        return old, None
    places = {record.id: place for place, record in enumerate(old)}
    matches: list[Record | None] = []
    moves: list[tuple[int, int]] = []
    for record in new:
        place = places.get(record.id)
        if place is None:
            matches.append(None)
            if moves and moves[-1][0] < 0:
                moves[-1] = (-1, moves[-1][1] + 1)
            else:
                moves.append((-1, 1))
            continue
        matches.append(old[place])
        if moves and moves[-1][0] >= 0 and moves[-1][1] == place:
            moves[-1] = (moves[-1][0], place + 1)
        else:
            moves.append((place, place + 1))
    return matches, moves
