"""Starts jobs in calls of ten, and tells for each what is known of it afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from drs_exporter.cloud.error_body import says_no
from drs_exporter.drs import wire
from drs_exporter.drs.client import DrsClient, Start
from drs_exporter.errors import ApiError, ApiStatusError, Refusal

BATCH: Final = 10
"""The most jobs the service starts in one call."""

STARTED: Final = "started"
_ACCEPTED: Final = "success"
_REFUSED: Final = "failed"


@dataclass(frozen=True)
class Result:
    """What is known of one job after asking for its start."""

    job_id: str
    outcome: str
    """`started`, `failed`, `not sent`, or `unknown` where no answer tells."""
    error_code: str = ""
    reason: str = ""


def batches(job_ids: Sequence[str]) -> list[Sequence[str]]:
    """The jobs in calls of ten; each job once, because the service refuses a call that names one twice."""
    unique = list(dict.fromkeys(job_ids))
    return [unique[first : first + BATCH] for first in range(0, len(unique), BATCH)]


async def start_all(client: DrsClient, job_ids: Sequence[str], *, at_ms: int | None) -> list[Result]:
    """Ask for every start exactly once. After a call that failed, nothing more is sent."""
    results: list[Result] = []
    waiting = batches(job_ids)
    while waiting:
        batch = waiting.pop(0)
        try:
            answers = await client.batch_start([Start(job_id, at_ms) for job_id in batch])
        except ApiError as exc:
            results += _unanswered(batch, exc)
            break
        results += _answered(batch, answers)
    return results + [Result(job_id, "not sent") for batch in waiting for job_id in batch]


def _answered(batch: Sequence[str], answers: Sequence[wire.StartResult | wire.Wrong]) -> list[Result]:
    by_id = {
        answer.id: answer for answer in answers if isinstance(answer, wire.StartResult) and isinstance(answer.id, str)
    }
    return [_result(job_id, by_id) for job_id in batch]


def _result(job_id: str, by_id: Mapping[str, wire.StartResult]) -> Result:
    answer = by_id.get(job_id)
    if answer is None:
        return Result(job_id, "unknown", reason="the answer does not name it")
    if answer.status == _ACCEPTED:
        return Result(job_id, STARTED)
    if answer.status != _REFUSED and not says_no(answer.error_code):
        return Result(job_id, "unknown", reason="the answer does not say whether it is started")
    return Result(job_id, "failed", error_code=_text(answer.error_code), reason=_text(answer.error_msg))


def _unanswered(batch: Sequence[str], exc: ApiError) -> list[Result]:
    """A call that was refused started nothing; one that broke off may have."""
    if isinstance(exc, ApiStatusError) and exc.refusal is not Refusal.SERVER:
        return [Result(job_id, "failed", error_code=exc.error_code or "", reason=str(exc)) for job_id in batch]
    return [Result(job_id, "unknown", reason=str(exc)) for job_id in batch]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
