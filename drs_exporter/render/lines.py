"""Sample lines as the exposition formats want them; with gauges only, both formats want the same."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import compress
from typing import Any, Final, Generic

from prometheus_client.utils import floatToGoString

from drs_exporter.catalogue import Family
from drs_exporter.catalogue.family import Record

_IDENTITY: Final = b"\xff"
"""Stands in held lines where the identity of their record belongs; no UTF-8 has this byte."""


def label(name: str, value: str) -> str:
    """A label as it stands between braces: backslash, line feed and quote of its value escaped."""
    escaped = value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
    return f'{name}="{escaped}"'


def number(value: float) -> bytes:
    """A sample value as `prometheus_client` writes it, and the end of the line."""
    if value == 1.0:
        return b"1.0\n"  # as half of all samples are
    return _small(value) if value and -_SMALL < value < _SMALL else _written(value)


def _written(value: float) -> bytes:
    return f"{floatToGoString(value)}\n".encode()  # type: ignore[no-untyped-call]


_SMALL: Final = 1e6
_small: Final = lru_cache(maxsize=4096)(_written)
"""Many samples have the same small number; not zero, whose two signs are equal and not written alike."""


def header(family: Family[Any]) -> bytes:
    """The HELP and TYPE lines."""
    return f"# HELP {family.name} {family.help}\n# TYPE {family.name} gauge\n".encode()


class Lines(Generic[Record]):
    """The sample lines of one family: `held` for each record without its identity, which `join` writes in.

    Held so they are small, and for most records the very same bytes as for others. Labels stand sorted by name, as
    `prometheus_client` sorts them; those of the identity stand together, for no other has a name between theirs.
    """

    def __init__(self, family: Family[Record], *, first: str, fixed: Mapping[str, str]) -> None:
        """The identity begins with the label named `first`; `fixed` are labels that all records have alike."""
        self._family = family
        self._first = first
        self._fixed = fixed
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

    def join(self, identities: Sequence[bytes], held: Sequence[bytes]) -> bytes:
        """The lines of all records, of each of which its identity is given and what is held."""
        if self._family.value is None:
            return b"".join(
                [lines.replace(_IDENTITY, identity) for identity, lines in zip(identities, held, strict=True) if lines]
            )
        before, after = self._pattern((), ()).split(_IDENTITY)
        values = [value for value in held if value]
        pieces = [before, b"", after, b""] * len(values)
        pieces[1::4], pieces[3::4] = compress(identities, held), values
        return b"".join(pieces)

    def _make_pattern(self, own: tuple[str, ...], chosen: tuple[tuple[str, str], ...]) -> bytes:
        """A line up to its value; many records have the same own labels."""
        labels = dict((*self._fixed.items(), *zip(self._family.labels, own, strict=True), *chosen))
        before = "".join([label(name, labels[name]) + "," for name in sorted(labels) if name < self._first])
        after = "".join(["," + label(name, labels[name]) for name in sorted(labels) if name > self._first])
        return f"{self._family.name}{{{before}".encode() + _IDENTITY + f"{after}}} ".encode()


@lru_cache(maxsize=4096)
def _alike(lines: bytes) -> bytes:
    """One object for records that say the same."""
    return lines
