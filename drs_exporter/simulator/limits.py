"""How many calls the simulated cloud takes, of one operation and of the account, before it says that it is too many."""

import math
from collections import deque
from collections.abc import Callable
from typing import Final

import msgspec

from drs_exporter.simulator.faults import OPERATIONS, SIGN_IN_OPERATIONS, FaultError
from drs_exporter.simulator.refusal import Refused

ACCOUNT: Final = "*"
"""Stands for every operation that is not a sign-in, counted together."""

_GATEWAY: Final = "APIGW.0308"


class Limit(msgspec.Struct, forbid_unknown_fields=True):
    """So many calls in any so many seconds."""

    operation: str
    calls: int
    per: float = 60.0
    """Seconds."""
    code: str = _GATEWAY
    """`APIGW.0308` comes with status 429, as the gateway says it; `DRS.M01503` with 400, as the service does."""
    retry_after: bool = False
    """Whether the answer says when the next call would pass."""


class Throttled(Refused):
    """Too many requests."""

    def __init__(self, limit: Limit, seconds: float) -> None:
        """Say it as this limit does."""
        status = 429 if limit.code == _GATEWAY else 400
        super().__init__(status, limit.code, "The throttling threshold has been reached.")
        self.headers = (("Retry-After", str(max(1, math.ceil(seconds)))),) if limit.retry_after else ()


class Limits:
    """Limits by operation, and of the account."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Begin with a cloud that takes any number of calls."""
        self.refused = 0
        """Calls that were too many."""
        self._now = now
        self._limits: dict[str, Limit] = {}
        self._taken: dict[str, deque[float]] = {}

    def set(self, limit: Limit) -> None:
        """Switch a limit on, in place of the one this operation had."""
        if limit.operation != ACCOUNT and limit.operation not in OPERATIONS:
            raise FaultError(f"no operation {limit.operation!r}; there are {', '.join(OPERATIONS)} and {ACCOUNT}")
        if limit.calls < 1 or limit.per <= 0:
            raise FaultError("a limit is at least one call in some seconds")
        self._limits[limit.operation] = limit
        self._taken[limit.operation] = deque()

    def clear(self) -> None:
        """Take any number of calls again."""
        self._limits.clear()
        self._taken.clear()

    def active(self) -> list[Limit]:
        """What is switched on."""
        return list(self._limits.values())

    def admit(self, operation: str) -> None:
        """Count a call, or refuse it; a refused one is not counted."""
        if not self._limits:
            return
        now = self._now()
        keys = [operation] if operation in SIGN_IN_OPERATIONS else [operation, ACCOUNT]
        found = [self._limits[key] for key in keys if key in self._limits]
        for limit in found:
            taken = self._taken[limit.operation]
            while taken and taken[0] <= now - limit.per:
                taken.popleft()
            if len(taken) >= limit.calls:
                self.refused += 1
                raise Throttled(limit, taken[0] + limit.per - now)
        for limit in found:
            self._taken[limit.operation].append(now)


def parse_limit(text: str) -> Limit:
    """A limit as a command line writes it: `60` for the account, `list_jobs=10`, calls a minute."""
    operation, equals, calls = text.rpartition("=")
    if not calls.isascii() or not calls.isdigit() or (equals and not operation):
        raise FaultError(f"a limit is written CALLS or OPERATION=CALLS, calls a minute, not {text!r}")
    limit = Limit(operation or ACCOUNT, int(calls))
    Limits(lambda: 0.0).set(limit)
    return limit
