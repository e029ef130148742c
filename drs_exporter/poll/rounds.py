"""The round of one collector: which keys to ask about next, and when."""

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

_TURNS_OF_THE_URGENT: Final = 3
"""Of so many groups and one more, so many are the urgent's; the one more is of whoever has waited longest."""


class Round:
    """Keys with due times: each is asked again an interval after it was asked, and none is left out.

    The first time all are due at once. A round is over when every key was asked once; the next goes on where it ended,
    and whatever happens meanwhile begins nothing anew. A key that failed is asked again sooner, beside the round.
    """

    def __init__(self, *, size: int, interval: float, backoff: float, part: int | None = None) -> None:
        """Ask `size` keys at a time, each once an `interval`; one that failed after `backoff`, then twice as long.

        A group is filled up with keys that are not yet due; where it is of several parts, only its last part is.
        """
        self.interval = interval
        self.duration: float | None = None
        """Seconds that the last complete round took."""
        self._size = size
        self._part = part or size
        self._backoff = backoff
        self._due: dict[str, float] = {}
        self._asked: dict[str, float] = {}
        """When each key was asked last, or is being asked."""
        self._under_way: set[str] = set()
        self._queue: list[tuple[float, int, str]] = []
        self._entered = 0
        self._urgent: set[str] = set()
        self._outdated: set[str] = set()
        """Keys whose last answer does not hold any more."""
        self._single: set[str] = set()
        """Keys that are asked about one at a time."""
        self._turn = 0
        self._retried = False
        """Whether the last group taken was of keys that had failed."""
        self._left: set[str] = set()
        """Keys that this round has still to ask about."""
        self._began: float | None = None
        self._failures: dict[str, int] = {}
        self._once_since: float | None = None
        """While keys are asked once only: those asked since then wait for its end."""
        self._put_off: set[str] = set()
        """Those keys."""

    def keys(self) -> list[str]:
        """All of them."""
        return list(self._due)

    @property
    def under_way(self) -> bool:
        """Whether anything is being asked."""
        return bool(self._under_way)

    @property
    def failing(self) -> bool:
        """Whether any key was last asked in vain."""
        return bool(self._failures)

    @property
    def left(self) -> int:
        """How many keys this round has still to ask about."""
        return len(self._left)

    def lasted(self, now: float) -> float:
        """The longer of the last complete round and of the one that goes on, in seconds."""
        return max(self.duration or 0.0, 0.0 if self._began is None else now - self._began)

    def update(
        self,
        keys: Sequence[str],
        *,
        urgent: Collection[str] = (),
        outdated: Collection[str] = (),
        single: Collection[str] = (),
        now: float,
    ) -> None:
        """These are the keys from now on; new ones are due at once, in this order. `single` are no part of a group.

        The outdated are due at once too, before all others; one that was asked in vain comes when it would anyway.
        """
        wanted = set(keys)
        for key in self._due.keys() - wanted:
            del self._due[key]
            self._asked.pop(key, None)
            self._failures.pop(key, None)
        self._left &= wanted
        if not wanted:
            self._began = None
        for key in keys:
            if key not in self._due:
                self._left.add(key)
                self._enter(key, now)
        self._urgent = wanted.intersection(urgent)
        self._outdated = wanted.intersection(outdated) - self._failures.keys()
        for key in self._outdated - self._under_way:
            if self._due[key] > now:
                self._enter(key, now)
        self._single = wanted.intersection(single)

    @contextmanager
    def once_each(self, now: float) -> Iterator[None]:
        """Within it no key is asked twice, however long it lasts and whatever fails."""
        self._once_since = now
        try:
            yield
        finally:
            self._once_since = None
            put_off, self._put_off = self._put_off, set()
            for key in put_off & self._due.keys():
                self._enter(key, self._due[key])

    def due_at(self) -> float:
        """When the next key is due; infinity if none is waiting. What counts no more leaves the head of the queue."""
        while self._queue and not self._waits(self._queue[0][0], self._queue[0][2]):
            heapq.heappop(self._queue)
        return self._queue[0][0] if self._queue else float("inf")

    def overdue(self, *, before: float) -> list[str]:
        """Keys that have been due since before that time, and are waiting."""
        if self.due_at() >= before:
            return []  # as is most often so
        return [key for due, _, key in self._queue if due < before and self._waits(due, key)]

    def take(self, now: float) -> list[str]:
        """The keys to ask about now, none if none is due; a part of a group is filled up with those that come next."""
        if self.due_at() > now:
            return []
        if self._began is None:
            self._began = now
        taken = [] if self._retried else self._ready(self._failures, now)
        self._retried = bool(taken)
        if not taken and self._turn < _TURNS_OF_THE_URGENT:
            first = (self._urgent & self._outdated, self._outdated, self._urgent)
            taken = next((group for keys in first if (group := self._ready(keys, now))), [])
        self._turn = self._turn + 1 if taken and not self._retried else 0
        self._under_way.update(taken)
        while len(taken) < self._size and self.due_at() < float("inf"):
            due, _, key = self._queue[0]
            filled = due > now and len(taken) % self._part == 0
            if filled or (taken and not self._go_together(taken[0], key)):
                break
            heapq.heappop(self._queue)
            self._under_way.add(key)
            taken.append(key)
        for key in taken:
            self._asked[key] = now
        return taken

    def renews(self, keys: Iterable[str]) -> bool:
        """Whether any of these, which are being asked, had an answer that does not hold any more."""
        return not self._outdated.isdisjoint(keys)

    def answered(self, keys: Iterable[str], *, now: float) -> bool:
        """These were asked with success; whether that completed the round."""
        for key in keys:
            self._under_way.discard(key)
            self._outdated.discard(key)
            self._failures.pop(key, None)
            if key in self._due:
                self._enter(key, self._asked.get(key, now) + self.interval)
        return self._completed(keys, now)

    def failed(self, keys: Iterable[str], *, now: float) -> bool:
        """These were asked in vain; whether that completed the round."""
        for key in keys:
            self._under_way.discard(key)
            self._outdated.discard(key)
            if key in self._due:
                failures = self._failures[key] = self._failures.get(key, 0) + 1
                self._enter(key, now + min(self.interval, self._backoff * 2 ** min(failures - 1, 16)))
        return self._completed(keys, now)

    def give_back(self, keys: Iterable[str], *, now: float) -> None:
        """These were not asked after all: they are due."""
        for key in keys:
            self._under_way.discard(key)
            if key in self._due:
                self._enter(key, now)

    def postpone(self, until: float) -> None:
        """Ask nothing before that time, then begin anew: there may be nobody to ask."""
        self._failures.clear()
        self._began, self._left = None, set(self._due)
        for key in self._due:
            if key not in self._under_way:
                self._enter(key, until)

    def _ready(self, keys: Collection[str], now: float) -> list[str]:
        """A group of these that are due, those that wait longest first."""
        due = ((due, key) for key in keys if (due := self._due[key]) <= now and self._idle(key))
        first = [key for _, key in heapq.nsmallest(self._size, due)]
        return [key for key in first if key == first[0] or self._go_together(first[0], key)]

    def _go_together(self, first: str, key: str) -> bool:
        """Whether a key fits into the group of another; what fails may make its whole group fail."""
        return not self._single.intersection((first, key)) and (key in self._failures) == (first in self._failures)

    def _completed(self, keys: Iterable[str], now: float) -> bool:
        if self._began is None:
            return False
        self._left.difference_update(keys)
        if self._left:
            return False
        self.duration, self._began = now - self._began, None
        self._left = set(self._due)
        if self.duration < self.interval / 2:
            self._spread(now)
        return True

    def _spread(self, now: float) -> None:
        """Ask again group by group over the interval to come, no key later than an interval after it was asked."""
        keys = sorted(self._due.keys() - self._under_way - self._failures.keys(), key=self._due.__getitem__)
        groups = -(-len(keys) // self._size)
        for place, key in enumerate(keys):
            share = (place // self._size + 1) / groups
            self._enter(key, min(self._due[key], now + self.interval * share))

    def _enter(self, key: str, due: float) -> None:
        self._due[key] = due
        if self._once_since is not None and self._asked.get(key, float("-inf")) >= self._once_since:
            self._put_off.add(key)
            return
        self._entered += 1
        heapq.heappush(self._queue, (due, self._entered, key))

    def _idle(self, key: str) -> bool:
        return key not in self._under_way and key not in self._put_off

    def _waits(self, due: float, key: str) -> bool:
        """Whether an entry of the queue still says when its key is due."""
        return self._idle(key) and self._due.get(key) == due
