"""Spreading calls over an interval, so that a heavy collector costs a little at each poll."""

from collections.abc import Sequence


class Schedule:
    """When each key is to be asked next."""

    def __init__(self, *, size: int) -> None:
        """Spread in groups of `size`, which is what one call takes."""
        self._size = size
        self._next: dict[str, float] = {}

    def due(self, keys: Sequence[str], now: float) -> list[str]:
        """The keys to ask now; the last call is filled up with those that come next."""
        self._next = {key: self._next.get(key, now) for key in keys}
        waiting = sorted(keys, key=self._next.__getitem__)
        count = sum(self._next[key] <= now + _ROUNDING for key in keys)
        return waiting[: -(-count // self._size) * self._size]

    def answered(self, key: str, *, now: float, interval: float) -> None:
        """Ask again after the interval."""
        self._next[key] = now + interval

    def spread(self, keys: Sequence[str], *, now: float, interval: float) -> None:
        """Ask these again group by group over the interval to come, the last group at its end."""
        groups = -(-len(keys) // self._size)
        for place, key in enumerate(keys):
            self._next[key] = now + interval * (place // self._size + 1) / groups


_ROUNDING = 0.001
"""Ticks are computed; their last bits are not."""
