"""Asking many ids in few calls, when one bad id can refuse a whole batch."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

import structlog

from drs_exporter.errors import ApiStatusError, Refusal
from drs_exporter.parse.jobs import Listed
from drs_exporter.poll.together import raise_first, together

Answer = TypeVar("Answer")

log = structlog.get_logger()

_OF_ONE_ID: Final = frozenset({Refusal.REQUEST, Refusal.GONE})
_TOO_MANY: Final = "DRS.M00211"
"""The page is too large, whatever the ids."""

_HOPELESS: Final = 16
"""Refusals in a row, without one success, after which the call itself must be wrong and not an id in it."""


class Batches(Generic[Answer]):
    """Asks one operation about ids; remembers those it refuses alone until their listing changes."""

    def __init__(self, *, size: int, project: str, operation: str) -> None:
        """Ask at most `size` ids a call; the names are for the log."""
        self._size = size
        self._log = log.bind(project=project, operation=operation)
        self._refused: dict[str, Listed] = {}

    def askable(self, listed: Mapping[str, Listed]) -> list[str]:
        """The ids that are worth asking: not refused before, or changed since."""
        for job_id in [job_id for job_id, was in self._refused.items() if listed.get(job_id) != was]:
            del self._refused[job_id]
        return [job_id for job_id in listed if job_id not in self._refused]

    async def ask(
        self,
        job_ids: Sequence[str],
        listed: Mapping[str, Listed],
        *,
        ask: Callable[[Sequence[str]], Awaitable[Mapping[str, Answer | None]]],
        answered: Callable[[Mapping[str, Answer]], None],
    ) -> None:
        """Ask about all ids, and once more about those left out; raises the first failure after all were asked.

        `ask` is one call: it maps ids to a record, or to `None` where the question was refused. `answered` gets the
        records of each call as they come.
        """
        errand = _Errand(ask, answered)
        missing = await self._round(job_ids, errand)
        if missing:
            await self._round(missing, errand)
        if len(errand.refused) == len(job_ids) > 1:
            raise next(iter(errand.refused.values()))
        for job_id, exc in errand.refused.items():
            self._refused[job_id] = listed[job_id]
            self._log.info("job.refused", job_id=job_id, status=exc.status, error_code=exc.error_code)

    async def _round(self, job_ids: Sequence[str], errand: "_Errand[Answer]") -> list[str]:
        batches = [job_ids[start : start + self._size] for start in range(0, len(job_ids), self._size)]
        outcomes = await together(self._batch(batch, errand, _Streak()) for batch in batches)
        raise_first(outcomes)
        return [job_id for outcome in outcomes if isinstance(outcome, list) for job_id in outcome]

    async def _batch(self, job_ids: Sequence[str], errand: "_Errand[Answer]", streak: "_Streak") -> list[str]:
        """Ask one batch, in halves where it is refused; the ids that no answer mentioned."""
        try:
            answers = await errand.ask(job_ids)
        except ApiStatusError as exc:
            if exc.refusal not in _OF_ONE_ID or exc.error_code == _TOO_MANY:
                raise
            streak.refusals += 1
            if streak.refusals > _HOPELESS:
                raise
            if len(job_ids) == 1:
                errand.refused[job_ids[0]] = exc.alone()
                return []
            middle = len(job_ids) // 2
            missing = await self._batch(job_ids[:middle], errand, streak)
            return missing + await self._batch(job_ids[middle:], errand, streak)
        streak.refusals = 0
        # What an answer says of jobs that were not asked about is nobody's.
        found = {job_id: answer for job_id in job_ids if (answer := answers.get(job_id)) is not None}
        if found:
            errand.answered(found)
        return [] if len(found) == len(job_ids) else [job_id for job_id in job_ids if job_id not in answers]


@dataclass(slots=True)
class _Errand(Generic[Answer]):
    """One call of `ask`: where its answers go, and whom it was refused."""

    ask: Callable[[Sequence[str]], Awaitable[Mapping[str, Answer | None]]]
    answered: Callable[[Mapping[str, Answer]], None]
    refused: dict[str, ApiStatusError] = field(default_factory=dict)


@dataclass(slots=True)
class _Streak:
    """Refusals in a row of one batch and its halves."""

    refusals: int = 0
