"""The last data of a collector, and how long it may be served when no new data comes."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Final, Generic, NamedTuple, TypeVar

Value = TypeVar("Value")


class When(NamedTuple):
    """When something was read."""

    poll: int
    """Number of the poll that read it."""
    at: float
    """Monotonic time."""


class Held(Generic[Value]):
    """Records by key. What was asked in vain is overdue: it is held for a while, then it goes."""

    def __init__(self) -> None:
        """Hold nothing."""
        self._readings: dict[str, Value] = {}
        self._when: dict[str, When] = {}
        """One for all records of an answer; another thread that asks for it first never has it without its record."""
        self.get: Final[Callable[[str], Value | None]] = self._readings.get
        """The record of a key, if there is one."""
        self.when: Final[Callable[[str], When | None]] = self._when.get
        """When it was read."""
        self._overdue: set[str] = set()

    def __len__(self) -> int:
        """How many records are held."""
        return len(self._readings)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys there are now; another thread may add some meanwhile."""
        return iter(tuple(self._readings))

    def lapse(self, keys: Iterable[str], *, since: float = float("inf")) -> None:
        """These should have been answered since then (monotonic); what is held of others is overdue until `put`."""
        when = self.when
        self._overdue.update([key for key in keys if (read := when(key)) is not None and read.at < since])

    def put(self, key: str, value: Value, *, poll: int, now: float) -> None:
        """Hold one record."""
        self.put_all({key: value}, poll=poll, now=now)

    def put_all(self, values: Mapping[str, Value], *, poll: int, now: float) -> None:
        """Hold records."""
        self._readings.update(values)
        self._when.update(dict.fromkeys(values, When(poll, now)))
        self._overdue.difference_update(values)
        if not self._overdue:
            self._overdue = set()  # one that was emptied keeps the room it had

    def retain(self, keys: Collection[str]) -> None:
        """Drop every record that is not of these: it is known to be gone, or is not asked for any more."""
        self._drop([key for key in self._readings if key not in keys])
        self._overdue.intersection_update(keys)

    def expire(self, now: float, hold: float) -> None:
        """Drop overdue records read longer ago than `hold` seconds."""
        self._drop([key for key in self._overdue if (read := self.when(key)) is not None and read.at + hold <= now])

    def next_expiry(self, hold: float) -> float | None:
        """Monotonic time at which the first overdue record will have to go."""
        return min((read.at + hold for key in self._overdue if (read := self.when(key)) is not None), default=None)

    def _drop(self, keys: Iterable[str]) -> None:
        for key in keys:
            del self._when[key], self._readings[key]
