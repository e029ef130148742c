"""What calls came to, operation by operation: what `check` observes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from drs_exporter.cloud.observer import Observer
from drs_exporter.errors import ApiError


@dataclass(slots=True)
class Outcome:
    """All calls of one operation about one subject."""

    operation: Final[str]
    subject: Final[str]
    calls: int = 0
    seconds: float = 0.0
    """All calls took together."""
    answered: int = 0
    """How many of them were."""
    failure: ApiError | None = None
    """The last one."""


class Recorder(Observer):
    """Remembers how calls ended."""

    def __init__(self) -> None:
        self._outcomes: dict[tuple[str, str], Outcome] = {}
        self.last: str | None = None
        """Operation of the call that ended last."""

    @property
    def calls(self) -> int:
        """How many have ended."""
        return sum(outcome.calls for outcome in self._outcomes.values())

    def called(self, operation: str, subject: str, *, seconds: float, failure: ApiError | None) -> None:
        """Take note of one call."""
        outcome = self._outcomes.setdefault((operation, subject), Outcome(operation, subject))
        self.last = operation
        outcome.calls += 1
        outcome.seconds += seconds
        if failure is None:
            outcome.answered += 1
        else:
            outcome.failure = failure

    def of(self, operations: Sequence[str], subjects: Sequence[str] = ()) -> list[Outcome]:
        """What came of these operations, in their order, and about one thing each in that of the subjects."""
        order = [(operation, subject) for operation in operations for subject in ("", *subjects)]
        return [outcome for key in order if (outcome := self._outcomes.get(key)) is not None]
