"""When a project is polled: at a fixed offset in every interval."""

import math
from hashlib import blake2b
from typing import Final

from drs_exporter.clock import Clock
from drs_exporter.poll.plan import Plan

ROUNDING: Final = 0.001
"""Ticks are computed; their last bits are not."""


class Ticks:
    """The ticks of one project and shard: each has its own offset in the interval, by the wall clock."""

    def __init__(self, plan: Plan, clock: Clock) -> None:
        """The offset is fixed from now on, however the wall clock jumps."""
        digest = blake2b(f"{plan.name}/{plan.shard}".encode(), digest_size=8).digest()
        offset = int.from_bytes(digest, "big") / 2**64 * plan.poll_interval
        self._clock = clock
        self._interval = plan.poll_interval
        self._anchor = clock.monotonic() - (clock.time() - offset) % plan.poll_interval

    def first(self) -> float:
        """The tick that the first poll counts as, which is at once: the one just missed.

        Or the second would come too early for its collectors.
        """
        return self._following(self._clock.monotonic()) - self._interval

    def after_poll(self, tick: float, *, began: float) -> float:
        """The tick after a poll of this tick that has ended now: as many intervals later as the poll took, and no more.

        One that came meanwhile is late, not missed, if the poll began between two ticks, as the first one does.
        """
        whole = (self._clock.monotonic() - began) // self._interval
        return self._following(max(began, tick) + ROUNDING + whole * self._interval)

    def after(self, tick: float) -> float:
        """The next tick that is not missed already."""
        return self._following(max(self._clock.monotonic(), tick + ROUNDING))

    def passed(self, tick: float) -> bool:
        """Whether another tick has come since this one."""
        return self._clock.monotonic() - tick >= self._interval - ROUNDING

    def latest(self) -> float:
        """The tick that came last."""
        return self._following(self._clock.monotonic() + ROUNDING) - self._interval

    def _following(self, moment: float) -> float:
        return self._anchor + math.ceil((moment - self._anchor) / self._interval) * self._interval
