"""The last data of a collector, and how long it may be served when no new data comes."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Final, Generic, TypeVar

import msgspec

Value = TypeVar("Value")


class Reading(msgspec.Struct, Generic[Value], frozen=True, gc=False):
    """One record and when it was read."""

    value: Value
    poll: int
    """Number of the poll that read it."""
    at: float
    """Monotonic time."""


class Held(Generic[Value]):
    """Records by key. What was asked in vain is overdue: it is held for a while, then it goes."""

    def __init__(self) -> None:
        """Hold nothing."""
        self._readings: dict[str, Reading[Value]] = {}
        self.reading: Final[Callable[[str], Reading[Value] | None]] = self._readings.get
        """The record of a key with its time, if there is one; asked for every job at every poll."""
        self._overdue: set[str] = set()

    def __len__(self) -> int:
        """How many records are held."""
        return len(self._readings)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys there are now; another thread may add some meanwhile."""
        return iter(tuple(self._readings))

    def get(self, key: str) -> Value | None:
        """The record, if there is one."""
        reading = self._readings.get(key)
        return None if reading is None else reading.value

    def lapse(self, keys: Iterable[str], *, since: float = float("inf")) -> None:
        """These should have been answered since then (monotonic); what is held of others is overdue until `put`."""
        readings = self._readings
        self._overdue.update(key for key in keys if (reading := readings.get(key)) is not None and reading.at < since)

    def put(self, key: str, value: Value, *, poll: int, now: float) -> None:
        """Hold one record."""
        self.put_all({key: value}, poll=poll, now=now)

    def put_all(self, values: Mapping[str, Value], *, poll: int, now: float) -> None:
        """Hold records."""
        self._readings.update((key, Reading(value, poll, now)) for key, value in values.items())
        self._overdue.difference_update(values)
        if not self._overdue:
            self._overdue = set()  # one that was emptied keeps the room it had

    def retain(self, keys: Collection[str]) -> None:
        """Drop every record that is not of these: it is known to be gone, or is not asked for any more."""
        for key in [key for key in self._readings if key not in keys]:
            del self._readings[key]
        self._overdue.intersection_update(keys)

    def expire(self, now: float, hold: float) -> None:
        """Drop overdue records read longer ago than `hold` seconds."""
        for key in [key for key in self._overdue if key in self._readings]:
            if self._readings[key].at + hold <= now:
                del self._readings[key]

    def next_expiry(self, hold: float) -> float | None:
        """Monotonic time at which the first overdue record will have to go."""
        return min((self._readings[key].at + hold for key in self._overdue if key in self._readings), default=None)
