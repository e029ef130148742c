"""Sample lines as the exposition formats want them; with gauges only, both formats want the same."""

from functools import lru_cache
from typing import Any, Final, Generic

import msgspec
from prometheus_client.utils import floatToGoString

from drs_exporter.catalogue import Family
from drs_exporter.catalogue.family import Record

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


def header(family: Family[Any]) -> bytes:
    """The HELP and TYPE lines."""
    return f"# HELP {family.name} {family.help}\n# TYPE {family.name} gauge\n".encode()


class Identity(msgspec.Struct, frozen=True, gc=False):
    """The identity labels of one record, written once for all its families."""

    labels: tuple[str, ...]
    """Sorted by name."""
    whole: str
    """All of them and the closing brace, for families without labels of their own."""


def identity(*labels: str) -> Identity:
    """The identity of these labels, given sorted by name."""
    return Identity(labels, ",".join(labels) + "} ")


class Lines(Generic[Record]):
    """Writes the sample lines of one family."""

    def __init__(self, family: Family[Record]) -> None:
        """Labels stand sorted by name, as `prometheus_client` sorts them."""
        self.name: Final = family.name
        self._family = family
        self._head = f"{family.name}{{"
        # Nodes are of one job each, other labels are words that many jobs share.
        own = "node_id" in family.labels
        self._pattern = self._make_pattern if own else lru_cache(maxsize=128)(self._make_pattern)

    def render(self, record: Record, identity: Identity) -> bytes:
        """The lines of one record; empty where it has no samples."""
        family = self._family
        if family.value is not None:
            value = family.value(record)
            return b"" if value is None else f"{self._head}{identity.whole}{number(value)}\n".encode()
        rows = () if family.rows is None else family.rows(record)
        if not rows:
            return b""
        chosen = () if family.chosen is None else tuple(family.chosen.read(record))
        pattern, labels = self._pattern, identity.labels
        return "".join([f"{pattern(own, chosen) % labels} {number(value)}\n" for own, value in rows]).encode()

    def _make_pattern(self, values: tuple[str, ...], chosen: tuple[tuple[str, str], ...]) -> str:
        """The name and labels with room for a record's identity; many records have the same own labels."""
        own = dict((*zip(self._family.labels, values, strict=True), *chosen))
        slots = [
            label(name, own[name]).replace("%", "%%") if name in own else "%s"
            for name in sorted((*self._family.identity, *own))
        ]
        return f"{self._head}{','.join(slots)}}}"
