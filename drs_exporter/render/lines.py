"""Sample lines as the exposition formats want them; with gauges only, both formats want the same."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import compress, repeat
from operator import add
from typing import Final, Generic

from prometheus_client.utils import floatToGoString

from drs_exporter.catalogue import Family
from drs_exporter.catalogue.family import Record

_IDENTITY: Final = b"\xff"
"""Stands in held lines where the identity of their record belongs; no UTF-8 has this byte."""


def label(name: str, value: str) -> str:
    """A label as it stands between braces."""
    return f'{name}="{_escaped(value)}"'


def _escaped(value: str) -> str:
    """Backslash, line feed and quote escaped."""
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def number(value: float) -> bytes:
    """A sample value as `prometheus_client` writes it, and the end of the line."""
    if value and abs(value) < 1e6:  # noqa: PLR2004 - from here on Go writes exponents, and Python does not yet
        return _small(value)
    return f"{floatToGoString(value)}\n".encode()  # type: ignore[no-untyped-call]


@lru_cache(maxsize=4096)
def _small(value: float) -> bytes:
    """Many samples have the same small number; not zero, whose two signs are equal and not written alike."""
    return f"{float(value)!r}\n".encode()


class Lines(Generic[Record]):
    """The sample lines of one family: `held` for each record without its identity, which `join` writes in.

    Held so they are small, and for most records the very same bytes as for others. Labels stand sorted by name, as
    `prometheus_client` sorts them; those of the identity stand together, for no other has a name between theirs.
    """

    def __init__(self, family: Family[Record], *, first: str, fixed: Mapping[str, str]) -> None:
        """The identity begins with the label named `first`; `fixed` are labels that all records have alike."""
        self._family = family
        self._first = first
        self._fixed = {name: _escaped(value) for name, value in fixed.items()}
        self._template = lru_cache(maxsize=128)(self._make_template)
        # Nodes are of one job each, other labels are words that many jobs share.
        own = "node_id" in family.labels
        self._pattern = self._make_pattern if own else lru_cache(maxsize=128)(self._make_pattern)

    def held(self, record: Record) -> bytes:
        """What is held of one record: its value, or lines; empty where it has no samples."""
        family = self._family
        if family.value is not None:
            value = family.value(record)
            return b"" if value is None else number(value)
        rows = () if family.rows is None else family.rows(record)
        if not rows:
            return b""
        chosen = () if family.chosen is None else tuple(family.chosen.read(record))
        return _alike(b"".join([self._pattern(own, chosen) + number(value) for own, value in rows]))

    def join(self, identities: Sequence[bytes], closed: Sequence[bytes], held: Sequence[bytes]) -> bytes:
        """The lines of all records, of each of which its identity is given, alone and as it ends a line's labels."""
        if self._family.value is None:
            return b"".join(map(bytes.replace, filter(None, held), repeat(_IDENTITY), compress(identities, held)))
        lines = map(add, compress(closed, held), filter(None, held))
        return f"{self._family.name}{{".encode().join((b"", *lines))

    def _make_pattern(self, own: tuple[str, ...], chosen: tuple[tuple[str, str], ...]) -> bytes:
        """A line up to its value; many records have the same own labels."""
        template = self._template(tuple([name for name, _ in chosen]))
        labels = zip(self._family.labels, own, strict=True)
        values = {**self._fixed, **{name: _escaped(value) for name, value in (*labels, *chosen)}}
        return (template % values).encode(errors="surrogateescape")

    def _make_template(self, chosen: tuple[str, ...]) -> str:
        """A line up to its value, with a place for the value of each label."""
        names = sorted((*self._fixed, *self._family.labels, *chosen))
        before = "".join([f'{name}="%({name})s",' for name in names if name < self._first])
        after = "".join([f',{name}="%({name})s"' for name in names if name > self._first])
        return f"{self._family.name}{{{before}{_IDENTITY.decode(errors='surrogateescape')}{after}}} "


_alike: Final = lru_cache(maxsize=4096)(bytes)
"""One object for records that say the same."""
