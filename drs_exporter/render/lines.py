"""Sample lines as the exposition formats want them; with gauges only, both formats want the same."""

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

from prometheus_client.utils import floatToGoString

from drs_exporter.catalogue import Family

_PLAIN_BELOW = 1e6


def escape(value: str) -> str:
    r"""A label value as it stands between quotes: backslash, line feed and quote escaped."""
    if "\\" in value:
        value = value.replace("\\", r"\\")
    if "\n" in value:
        value = value.replace("\n", r"\n")
    if '"' in value:
        value = value.replace('"', r"\"")
    return value


def number(value: float) -> str:
    """A sample value, to the letter as `prometheus_client` writes it."""
    if -_PLAIN_BELOW < value < _PLAIN_BELOW:
        return repr(float(value))
    return str(floatToGoString(value))  # type: ignore[no-untyped-call]


def header(family: Family) -> str:
    """The HELP and TYPE lines."""
    return f"# HELP {family.name} {family.help}\n# TYPE {family.name} gauge\n"


class Identity:
    """The identity labels of one record, rendered once for all its families."""

    __slots__ = ("labels", "whole")

    def __init__(self, values: Mapping[str, str]) -> None:
        """Take label values by name; `whole` closes the braces for families without labels of their own."""
        self.labels = tuple(f'{name}="{escape(values[name])}"' for name in sorted(values))
        self.whole = ",".join(self.labels) + "} "


class Lines:
    """Writes the sample lines of one family."""

    __slots__ = ("_arrange", "_head", "_template", "family")

    def __init__(self, family: Family) -> None:
        """Prepare the pattern of a line: labels stand sorted by name, as `prometheus_client` sorts them."""
        self.family = family
        self._head = f"{family.name}{{"
        slots = [*sorted(family.identity), *family.labels]
        in_order = sorted(range(len(slots)), key=slots.__getitem__)
        own = len(family.identity)
        pattern = ",".join("%s" if slot < own else f'{slots[slot]}="%s"' for slot in in_order)
        self._template = f"{family.name}{{{pattern}}} %s\n"
        self._arrange = itemgetter(*in_order, len(slots))

    def same(self, before: Any, after: Any) -> bool:
        """Whether two records' parts have the same samples, which is told faster than they are written."""
        read = self.family.value or self.family.rows
        assert read is not None  # noqa: S101 - a family has one of the two; a test holds it
        return bool(read(before) == read(after))

    def render(self, identity: Identity, part: Any) -> str:
        """The lines of one record's part; an empty text where it has no samples."""
        family = self.family
        if family.value is not None:
            value = family.value(part)
            return "" if value is None else f"{self._head}{identity.whole}{number(value)}\n"
        assert family.rows is not None  # noqa: S101 - a family has one of the two; a test holds it
        return "".join(self._rows(identity, family.rows(part)))

    def _rows(self, identity: Identity, rows: Iterable[tuple[tuple[str, ...], float]]) -> Iterable[str]:
        template, arrange, labels = self._template, self._arrange, identity.labels
        for values, value in rows:
            yield template % arrange((*labels, *map(escape, values), number(value)))
