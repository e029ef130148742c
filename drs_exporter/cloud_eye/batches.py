"""How many metrics one call may be about: the clouds say 500 and 10, and the first refusals tell which is true here."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Final, TypeAlias

from drs_exporter.cloud_eye import wire
from drs_exporter.cloud_eye.client import MetricOf
from drs_exporter.errors import ApiStatusError, Refusal

Data: TypeAlias = list[wire.MetricData | wire.Wrong]
Ask: TypeAlias = Callable[[Sequence[MetricOf]], Awaitable[Data]]

LARGEST: Final = 500
"""No call may be about more metrics."""

_DATAPOINTS: Final = 3000
"""Of so many at most one call may be: of more the oldest are left out without a word."""

SMALLEST: Final = 10
"""What every cloud takes."""


def most(minutes: int) -> int:
    """Metrics of which so many minutes may be asked in one call."""
    return min(LARGEST, _DATAPOINTS // minutes)


class MetricBatches:
    """Asks for any number of metrics in as few calls as the service takes; what it learns of that it remembers."""

    def __init__(self) -> None:
        self.size = LARGEST
        """Metrics of one call."""
        self._accepted = 0
        """The largest call that was answered."""
        self._learning = asyncio.Lock()

    def calls(self, metrics: int) -> int:
        """How many calls it takes to ask for so many."""
        return -(-metrics // self.size)

    async def ask(self, metrics: Sequence[MetricOf], ask: Ask) -> Data:
        """All that is answered; raises ApiError for a failure, and for a refusal where nothing else is answered.

        A call that is refused is made again in halves. Where the halves are answered it was too large; a piece of the
        smallest size that is refused by itself is left out.
        """
        found: Data = []
        refused: list[ApiStatusError] = []
        halved, largest = False, 0
        pending = [metrics] if metrics else []
        while pending:
            part = pending.pop()
            async with self._turn(part):
                if len(part) > self.size:
                    pending += [part[self.size :], part[: self.size]]
                    continue
                try:
                    found += await ask(part)
                except ApiStatusError as exc:
                    if exc.refusal is not Refusal.REQUEST:
                        raise
                    if len(part) <= SMALLEST:
                        refused.append(exc.alone())
                        continue
                    half = max(SMALLEST, len(part) // 2)
                    if len(part) > self._accepted:
                        self.size = half
                    pending += [part[half:], part[:half]]
                    halved = True
                else:
                    largest = max(largest, len(part))
                    self._accepted = max(largest, self._accepted)
        if refused and not largest:
            raise refused.pop()  # kept there, it and this frame would hold each other
        if halved and not refused:
            self.size = self._accepted = largest
        return found

    def _turn(self, part: Sequence[MetricOf]) -> AbstractAsyncContextManager[object]:
        """One call at a time while it is not known whether such a large one is answered."""
        return self._learning if len(part) > self._accepted else nullcontext()
