"""Which operations this cloud has, as far as its answers tell; there are two generations of them."""

from typing import Final

from drs_exporter.errors import ApiStatusError, Refusal

RETRY: Final = 3600.0
"""Seconds after which an operation that the cloud does not have is tried again."""

_SLACK: Final = 1.0
"""Whoever runs hourly begins now a little after the hour and now a little before it."""


class Offered:
    """What is known of operations that have another in their place; monotonic times throughout."""

    def __init__(self) -> None:
        self._missing: dict[str, float] = {}
        """By operation that was not there, until when it is not asked."""
        self._worked: set[str] = set()
        self._doubted: dict[str, float] = {}
        """By operation that worked before and was not there, when the run began that found so."""

    @property
    def any_worked(self) -> bool:
        """Whether any of them is there."""
        return bool(self._worked)

    @property
    def missing(self) -> frozenset[str]:
        """Operations that were not there when they were last tried."""
        return frozenset(self._missing)

    def has(self, operation: str, now: float) -> bool:
        """Whether it is worth asking."""
        return self._missing.get(operation, now) <= now + _SLACK

    def lacks(self, operation: str) -> bool:
        """Whether it was not there when it was last tried."""
        return operation in self._missing

    def answered(self, operation: str) -> None:
        """It is there."""
        self._worked.add(operation)
        self._missing.pop(operation, None)
        self._doubted.pop(operation, None)

    def refused(self, operation: str, exc: ApiStatusError, *, began: float) -> bool:
        """Whether this refusal, met in a run that began then, means that the cloud does not have the operation.

        Where it worked before, a gateway in trouble is likelier: the same must be answered in two runs in a row.
        """
        if exc.refusal is not Refusal.UNSUPPORTED:
            return False
        if operation in self._worked and self._doubted.setdefault(operation, began) >= began:
            return False
        self._worked.discard(operation)
        self._missing[operation] = began + RETRY
        return True
