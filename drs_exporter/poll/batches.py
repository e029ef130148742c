"""Asking several ids in one call, when one bad id can refuse the whole batch."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

import structlog

from drs_exporter.errors import ApiStatusError, Refusal
from drs_exporter.parse.jobs import Listed

Answer = TypeVar("Answer")

log = structlog.get_logger()

OF_ONE_ID: Final = frozenset({Refusal.REQUEST, Refusal.GONE})
"""Refusals that one id of a batch can cause, and that a question about one id means for that id only."""

_TOO_MANY: Final = "DRS.M00211"
"""The page is too large, whatever the ids."""

_HOPELESS: Final = 16
"""Refusals in a row, without one success, after which the call itself must be wrong and not an id in it."""


class Refused:
    """Ids whose question was refused, until the listing shows their job changed."""

    def __init__(self) -> None:
        self._was: dict[str, Listed] = {}

    def askable(self, listed: Mapping[str, Listed]) -> list[str]:
        """The ids that are worth asking: not refused before, or changed since."""
        for job_id in [job_id for job_id, was in self._was.items() if listed.get(job_id) != was]:
            del self._was[job_id]
        return [job_id for job_id in listed if job_id not in self._was]

    def add(self, job_id: str, job: Listed | None) -> None:
        """It was refused, as it stands now; one that is listed no more is not remembered."""
        if job is not None:
            self._was[job_id] = job


class Batches(Generic[Answer]):
    """Asks one operation about ids; remembers those it refuses alone until their listing changes."""

    def __init__(self, *, operation: str) -> None:
        self._operation = operation
        self._refused = Refused()
        self.askable: Final = self._refused.askable

    async def ask(
        self,
        job_ids: Sequence[str],
        listed: Mapping[str, Listed],
        *,
        project: str,
        ask: Callable[[Sequence[str]], Awaitable[Mapping[str, Answer | None]]],
        answered: Callable[[Mapping[str, Answer]], None],
    ) -> list[str]:
        """Ask about one batch, in halves where it is refused; the ids that no answer mentioned.

        `ask` is one call: it maps ids to a record, or to `None` where the question was refused. `answered` gets the
        records of each call as they come.
        """
        errand = _Errand(ask, answered)
        missing = await self._ask(job_ids, errand)
        if len(errand.refused) == len(job_ids) > 1:
            raise errand.refused.popitem()[1]  # kept there, it and this frame would hold each other
        for job_id, exc in errand.refused.items():
            self._refused.add(job_id, listed.get(job_id))
            log.info(
                "job.refused",
                project=project,
                operation=self._operation,
                job_id=job_id,
                status=exc.status,
                error_code=exc.error_code,
            )
        return missing

    async def _ask(self, job_ids: Sequence[str], errand: "_Errand[Answer]") -> list[str]:
        """Ask one batch, in halves where it is refused; the ids that no answer mentioned."""
        try:
            answers = await errand.ask(job_ids)
        except ApiStatusError as exc:
            if exc.refusal not in OF_ONE_ID or exc.error_code == _TOO_MANY:
                raise
            errand.in_a_row += 1
            if errand.in_a_row > _HOPELESS:
                raise
            refusal = exc.alone()
        else:
            return _taken(job_ids, answers, errand)
        if len(job_ids) == 1:
            errand.refused[job_ids[0]] = refusal
            return []
        # Out of the handler of that refusal, or each half's would hold it as its context.
        middle = len(job_ids) // 2
        missing = await self._ask(job_ids[:middle], errand)
        return missing + await self._ask(job_ids[middle:], errand)


@dataclass(slots=True)
class _Errand(Generic[Answer]):
    """One batch on its way: where its answers go, and whom it was refused."""

    ask: Callable[[Sequence[str]], Awaitable[Mapping[str, Answer | None]]]
    answered: Callable[[Mapping[str, Answer]], None]
    refused: dict[str, ApiStatusError] = field(default_factory=dict)
    in_a_row: int = 0
    """Refusals without one success between them."""


def _taken(job_ids: Sequence[str], answers: Mapping[str, Answer | None], errand: _Errand[Answer]) -> list[str]:
    """Hand on what one call answered; the ids that it did not mention."""
    errand.in_a_row = 0
    # What an answer says of jobs that were not asked about is nobody's.
    found = {job_id: answer for job_id in job_ids if (answer := answers.get(job_id)) is not None}
    if found:
        errand.answered(found)
    return [] if len(found) == len(job_ids) else [job_id for job_id in job_ids if job_id not in answers]
