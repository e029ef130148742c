"""What a metric family is: a name, a promise, labels, and the function that reads its samples from a snapshot."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeAlias

Row: TypeAlias = tuple[tuple[str, ...], float]
"""Values of the family's own labels, in their order, and the sample's value."""

JOB_LABELS = ("project", "job_id", "job_name")
"""Identity of a job, on every job-level series."""
ASYNC_JOB_LABELS = ("project", "async_job_id")
"""Identity of a batch, on every batch-level series."""
PROJECT_LABELS = ("project",)
"""Identity of a project, on every project-level series."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One metric family; all are gauges.

    Exactly one of `value` and `rows` is given. Both get the record's `part` and are not called where that is `None`.
    """

    name: str
    help: str
    """One sentence without quotes or backslashes: what it is, and when the series is absent."""
    part: str
    """The attribute of `snapshot.Job`, `snapshot.AsyncJob` or `snapshot.Project` that is read, or an attribute of that
    after a dot; `""` is all of it."""
    collectors: tuple[str, ...]
    """Where the value comes from, the preferred one first."""
    source: str
    """The API field, for the documentation."""
    identity: tuple[str, ...] = JOB_LABELS
    labels: tuple[str, ...] = ()
    """Labels besides the identity."""
    value: Callable[[Any], float | None] | None = None
    """Reads the one sample of a record; `None` is no sample."""
    rows: Callable[[Any], Sequence[Row]] | None = None
    """Reads any number of samples with their label values."""

    @property
    def read(self) -> Callable[[Any], Any]:
        """The function that takes the part out of a record; `None` where the record has none."""
        return _reader(self.part)


def _reader(part: str) -> Callable[[Any], Any]:
    if not part:
        return lambda record: record
    outer, _, inner = part.partition(".")
    if not inner:
        return attrgetter(outer)
    return lambda record: None if (found := getattr(record, outer)) is None else getattr(found, inner)


def flag(value: bool | None) -> float | None:  # noqa: FBT001 - the value itself
    """1 or 0; `None` stays unknown."""
    return None if value is None else float(value)


def known(rows: Iterable[tuple[tuple[str, ...], float | None]]) -> list[Row]:
    """The rows whose value is known."""
    return [(labels, value) for labels, value in rows if value is not None]


def active(value: str | None) -> list[Row]:
    """One series with the value 1 for the active state; none while it is not known."""
    return [] if value is None else [((value,), 1.0)]
