"""What a metric family is: a name, a promise, labels, and the function that reads its samples from a record."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

Owner = TypeVar("Owner")
Record = TypeVar("Record")

Row: TypeAlias = tuple[tuple[str, ...], float]
"""Values of the family's own labels, in their order, and the sample's value."""

JOB_LABELS = ("project", "job_id", "job_name")
"""Identity of a job, on every job-level series."""
ASYNC_JOB_LABELS = ("project", "async_job_id")
"""Identity of a batch, on every batch-level series."""
PROJECT_LABELS = ("project",)
"""Identity of a project, on every project-level series."""


@dataclass(frozen=True)
class ChosenLabels(Generic[Record]):
    """Labels of which only the configuration knows the names, so that a record brings them along."""

    named: str
    """How they are called, for the documentation."""
    read: Callable[[Record], Sequence[tuple[str, str]]]
    """Names and values, the same for every sample of a record."""


@dataclass(frozen=True, kw_only=True)
class Family(Generic[Record]):
    """One metric family, of one kind of record. All are gauges.

    Exactly one of `value` and `rows` is given.
    """

    name: str
    help: str
    """One sentence without quotes or backslashes: what it is, and when the series is absent."""
    collectors: tuple[str, ...]
    """Where the value comes from, the preferred one first."""
    source: str
    """The API field, for the documentation."""
    identity: tuple[str, ...] = JOB_LABELS
    labels: tuple[str, ...] = ()
    """Labels besides the identity."""
    value: Callable[[Record], float | None] | None = None
    """Reads the one sample of a record; `None` is no sample."""
    rows: Callable[[Record], Sequence[Row]] | None = None
    """Reads any number of samples with their label values."""
    chosen: ChosenLabels[Record] | None = None
    """Further labels, for families with `rows`."""

    @property
    def tells_by_labels(self) -> bool:
        """Whether its labels are all that a sample says, its value being 1 always, as the help promises."""
        return ", always 1" in self.help


@dataclass(frozen=True)
class Part(Generic[Owner, Record]):
    """Families that read one part of a record: while that is the same object, so are their lines."""

    read: Callable[[Owner], Record]
    families: tuple[Family[Record], ...]


def flag(value: bool | None) -> float | None:  # noqa: FBT001 - the value itself
    """1 or 0; `None` stays unknown."""
    return None if value is None else float(value)


def known(rows: Iterable[tuple[tuple[str, ...], float | None]]) -> list[Row]:
    """The rows whose value is known."""
    return [(labels, value) for labels, value in rows if value is not None]


def active(value: str | None) -> list[Row]:
    """One series with the value 1 for the active state; none while it is not known."""
    return [] if value is None else [((value,), 1.0)]
