"""Asking about all of many keys: in groups, at once, and once more about those left unanswered."""

from collections.abc import Sequence
from typing import Final

from drs_exporter.poll.collector import Collector, Run
from drs_exporter.poll.together import raise_first, together


class Asking:
    """One collector asking about these keys; how far it is can be seen from outside."""

    def __init__(self, collector: Collector, run: Run, keys: Sequence[str]) -> None:
        self.collector: Final = collector
        self.keys: Final = keys
        self._run = run
        self.groups = 0
        """How many groups of keys there are to ask about, as far as is known."""
        self.done = 0
        """How many of them were."""

    async def all(self) -> None:
        """Ask; raises the first ApiError after everything that could be asked was asked."""
        missing = await self._each(self.keys)
        if missing:
            await self._each(missing)

    async def _each(self, keys: Sequence[str]) -> list[str]:
        """Every group once; the keys that no answer mentioned."""
        size = self.collector.size
        groups = [keys[start : start + size] for start in range(0, len(keys), size)]
        self.groups += len(groups)
        outcomes = await together(map(self._group, groups))
        raise_first(outcomes)
        return [key for outcome in outcomes if isinstance(outcome, list) for key in outcome]

    async def _group(self, keys: Sequence[str]) -> list[str]:
        try:
            return list(await self.collector.ask(self._run, keys))
        finally:
            self.done += 1

    def lapse(self, *, since: float) -> None:
        """What was asked since then and not answered is overdue."""
        for held in self.collector.held(self._run.state):
            held.lapse(self.keys, since=since)
