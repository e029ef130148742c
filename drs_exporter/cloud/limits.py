"""What throttling taught: how fast an operation, or the whole account, may be asked, and until when not at all."""

from collections import defaultdict, deque
from typing import Final

ACCOUNT_CODE: Final = "APIGW.0308"
"""What the gateway in front of every service answers, whatever the status, where an operation or the whole account is
over its limit: several at once tell which."""

_AT_ONCE: Final = 1.0
"""Seconds within which several throttled operations mean the account, and within which throttling counts once."""

_RECENT: Final = 10.0
"""Seconds over which the rate of answers is observed."""

_STEP_SECONDS: Final = 10.0
_STEP: Final = 1.05
"""A lowered rate grows by this factor after so many seconds with an answer: it doubles in two and a half minutes."""

_SLOWEST: Final = 0.05
"""Calls a second: one call in twenty seconds is always tried."""

_FIRST_PAUSE: Final = 1.0
_LONGER: Final = 4.0
_LONGEST_PAUSE: Final = 30.0
"""Seconds: two retries with such pauses outlast a limit that counts by the minute."""

_LONGEST_RETRY_AFTER: Final = 300.0
"""Seconds: a Retry-After beyond this is asked again after this long, or a typing error would silence us for years."""

_OBVIOUSLY_FREE: Final = 100.0
"""Calls a second at which a limit is forgotten where no rate is set."""


class Limit:
    """What is known of one limit: nothing, until it throttles."""

    def __init__(self) -> None:
        self.rate: float | None = None
        """Calls a second that are allowed; None while nothing is known to limit."""
        self.under_way = 0
        self.since: float | None = None
        """Monotonic time of the throttling that began it."""
        self._paused_until = float("-inf")
        self._next_at = float("-inf")
        self._pause = _FIRST_PAUSE
        self._probing = False
        self._lowered_at = float("-inf")
        self._stepped_at = float("-inf")
        self._answered_since = True
        self._answers: deque[float] = deque()

    def paused_for(self, now: float) -> float:
        """Seconds until the pause ends; 0 when there is none."""
        return max(0.0, self._paused_until - now)

    def ready_at(self) -> float:
        """When the next call may begin; infinity while one that tries the limit is under way."""
        if self._probing and self.under_way:
            return float("inf")
        return max(self._paused_until, self._next_at)

    def began(self, now: float) -> None:
        """A call begins."""
        self.under_way += 1
        if self.rate is not None:
            self._next_at = max(self._next_at, now) + 1 / self.rate

    def ended(self) -> None:
        """A call ended, whatever came of it."""
        self.under_way -= 1

    def pause(self, seconds: float, now: float) -> None:
        """Let no call begin for so long; a shorter pause does not end a longer one."""
        self._paused_until = max(self._paused_until, now + min(seconds, _LONGEST_RETRY_AFTER))

    def throttled(self, now: float, retry_after: float | None) -> None:
        """Halve the rate, once for what was throttled together, and pause: longer where the last pause did not help."""
        if self.since is None:
            self.since = now
        if retry_after is not None:
            self.pause(retry_after, now)
        else:
            if not self._answered_since and now - self._lowered_at > _AT_ONCE:
                self._pause = min(_LONGEST_PAUSE, self._pause * _LONGER)
            self.pause(self._pause, now)
        if self._answered_since and now - self._lowered_at > _AT_ONCE:
            observed = self._observed(now)
            self.rate = max(_SLOWEST, (observed if self.rate is None else min(self.rate, observed)) / 2)
        self._lowered_at = self._stepped_at = now
        self._probing, self._answered_since = True, False

    def answered(self, now: float, most: float | None) -> bool:
        """Count an answer; whether the rate changed. It is forgotten once it is no less than `most` calls a second."""
        self._answers.append(now)
        while self._answers[0] < now - _RECENT:
            self._answers.popleft()
        self._probing, self._answered_since = False, True
        if self.rate is None or now - self._stepped_at < _STEP_SECONDS:
            return False
        self._stepped_at = now
        self.rate *= _STEP
        if self.rate >= (most or _OBVIOUSLY_FREE):
            self.rate, self.since, self._pause = None, None, _FIRST_PAUSE
        return True

    def forget(self) -> None:
        """Take back what throttling taught: another limit was meant."""
        self.rate, self.since = None, None
        self._paused_until = self._next_at = float("-inf")
        self._probing, self._pause = False, _FIRST_PAUSE

    def _observed(self, now: float) -> float:
        """Answers a second, of late; a call a second where there were none."""
        recent = [moment for moment in self._answers if moment >= now - _RECENT]
        return len(recent) / max(1.0, now - recent[0]) if recent else 1.0


class Limits:
    """The limits of every operation, and that of the account they belong to."""

    def __init__(self) -> None:
        self.account: Final = Limit()
        self._operations: defaultdict[str, Limit] = defaultdict(Limit)
        self._blamed: deque[tuple[float, str]] = deque()

    def of(self, operation: str) -> Limit:
        """The limit of one operation."""
        return self._operations[operation]

    def ready_at(self, operation: str) -> float:
        """When the next call of an operation may begin."""
        return max(self.account.ready_at(), self.of(operation).ready_at())

    def paused_for(self, operation: str, now: float) -> float:
        """Seconds until no pause holds this operation; 0 when none does."""
        return max(self.account.paused_for(now), self.of(operation).paused_for(now))

    def rate(self, operation: str) -> float | None:
        """Calls a second that throttling left to an operation; None where it left all."""
        rates = [rate for rate in (self.account.rate, self.of(operation).rate) if rate is not None]
        return min(rates, default=None)

    def throttled(self, operation: str, *, error_code: str | None, retry_after: float | None, now: float) -> None:
        """One answer was throttling: it slows its operation, or the account where several say so at once."""
        if error_code == ACCOUNT_CODE:
            self._blamed.append((now, operation))
            while self._blamed[0][0] < now - _AT_ONCE:
                self._blamed.popleft()
            together = {blamed for _, blamed in self._blamed}
            if self.account.rate is not None or len(together) > 1:
                for limit in map(self.of, together):
                    if limit.since is not None and limit.since >= now - _AT_ONCE:
                        limit.forget()
                self.account.throttled(now, retry_after)
                return
        self.of(operation).throttled(now, retry_after)

    def answered(self, operation: str, *, now: float, most: float | None) -> bool:
        """One answer was not throttling; whether a rate changed."""
        account = self.account.answered(now, most)
        return self.of(operation).answered(now, most) or account

    def began(self, operation: str, now: float) -> None:
        """A call begins."""
        self.account.began(now)
        self.of(operation).began(now)

    def ended(self, operation: str) -> None:
        """A call ended."""
        self.account.ended()
        self.of(operation).ended()
