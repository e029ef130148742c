"""Keeping a credential fresh: one renewal for all callers, ahead of its end, and patience with refusals."""

import asyncio
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Final, Generic, Protocol, TypeVar

from drs_exporter.clock import Clock
from drs_exporter.cloud.observer import Observer
from drs_exporter.errors import ApiCredentialError, ApiError, ApiStatusError, Refusal

C = TypeVar("C", bound=Hashable)

LONGEST_BACKOFF: Final = 300.0
"""Seconds between attempts to sign in that keep being refused."""

_UNREACHABLE_PAUSE: Final = 1.0
"""Seconds without another attempt after one that got no verdict, so that callers do not queue up for the next."""

_AHEAD_PAUSE: Final = 30.0
"""Seconds between attempts to renew a credential that is still alive."""

_OFTENEST: Final = 6
_OFTEN: Final = 60.0
"""So many credentials are obtained at most in so many seconds, however soon each of them ends."""

_FINAL: Final = frozenset({Refusal.AUTH, Refusal.PERMISSION, Refusal.WRONG_PROJECT, Refusal.REQUEST})


@dataclass(frozen=True, slots=True)
class Obtained(Generic[C]):
    """A fresh credential and how long it lives."""

    credential: C = field(repr=False)
    life: float | None = None
    """Seconds; None where nothing is known to expire."""
    expires_at: float | None = None
    """Unix time, for the metric."""


@dataclass(frozen=True, slots=True)
class _Held(Generic[C]):
    """The credential in use; times are monotonic, so that a jumping clock changes nothing."""

    credential: C = field(repr=False)
    renew_at: float
    ends_at: float


class Obtain(Protocol[C]):
    """Asks for a credential."""

    async def __call__(self, *, needed: bool) -> Obtained[C]:
        """A fresh one; `needed` tells whether somebody depends on it, else one attempt will do."""
        ...


class Renewal(Generic[C]):
    """Holds one credential and obtains the next."""

    def __init__(
        self,
        obtain: Obtain[C],
        *,
        inputs: Callable[[], Hashable],
        clock: Clock,
        observer: Observer,
        margin: float,
        first_backoff: float,
    ) -> None:
        """Renew `margin` seconds ahead, or at the last tenth of a short life.

        `inputs` are the secrets that `obtain` would use: while they are the ones last refused, it is not asked again
        before its time.
        """
        self._obtain = obtain
        self._inputs = inputs
        self._clock = clock
        self._observer = observer
        self._margin = margin
        self._first_backoff = first_backoff
        self._turn = asyncio.Lock()
        self._held: _Held[C] | None = None
        self._attempts = 0
        self._refusals = 0
        self._failure: ApiError | None = None
        self._refused_inputs: Hashable | None = None
        self._not_before = clock.monotonic()
        self._next_ahead = clock.monotonic()
        self._useless = 0
        self._useless_credential: Hashable | None = None
        self._no_renewal_before = clock.monotonic()
        self._obtained_at: deque[float] = deque(maxlen=_OFTENEST)

    async def current(self) -> C:
        """The credential to use now; waits for a new one only if there is none that lives."""
        held = self._held
        now = self._clock.monotonic()
        if held is None or (now >= held.ends_at and not self._too_often(now)):
            return await self._next(held, needed=True)
        if self._too_often(now):
            return held.credential
        if now >= max(held.renew_at, self._next_ahead, self._not_before) and not self._turn.locked():
            try:
                return await self._next(held, needed=False)
            except ApiError:
                return held.credential
        return held.credential

    async def renew(self, used: Hashable) -> bool:
        """Whether another credential than the one used is there now; False while renewing has proved useless."""
        held = self._held
        if held is not None and held.credential != used:
            return True
        now = self._clock.monotonic()
        if now < self._no_renewal_before or self._too_often(now):
            return False
        return await self._next(held, needed=True) != used

    def _too_often(self, now: float) -> bool:
        """Whether credentials end faster than they should be asked for; the last one is used on, refused or not."""
        return len(self._obtained_at) == _OFTENEST and now - self._obtained_at[0] < _OFTEN

    def judge(self, credential: Hashable, *, helped: bool) -> None:
        """Learn whether a renewed credential was accepted; each counts once, whatever number of callers used it."""
        if helped:
            self._useless = 0
        elif credential != self._useless_credential:
            self._useless_credential = credential
            self._no_renewal_before = self._clock.monotonic() + self._backoff(self._useless)
            self._useless += 1

    async def _next(self, seen: _Held[C] | None, *, needed: bool) -> C:
        """The credential after `seen`; whoever waited while another caller obtained it shares what came of it."""
        attempt = self._attempts
        async with self._turn:
            if self._held is not seen and self._held is not None:
                return self._held.credential
            if self._failure is not None and (self._attempts != attempt or self._must_wait()):
                raise self._failure.with_traceback(None)
            self._attempts += 1
            self._failure = None
            return await self._try(needed=needed)

    def _must_wait(self) -> bool:
        """Whether the last failure stands until its time is over; new secrets lift a refusal."""
        if self._clock.monotonic() >= self._not_before:
            return False
        if self._refused_inputs is None:
            return True
        try:
            return self._inputs() == self._refused_inputs
        except ApiCredentialError:
            return True

    async def _try(self, *, needed: bool) -> C:
        """Obtain a credential and hold it, or remember the failure."""
        inputs = None
        try:
            inputs = self._inputs()
            obtained = await self._obtain(needed=needed)
        except ApiError as exc:
            self._fail(exc, inputs)
            raise
        now = self._clock.monotonic()
        self._obtained_at.append(now)
        life = float("inf") if obtained.life is None else obtained.life
        renew_at = now + life - min(self._margin, life / 10) if obtained.life is not None else life
        self._held = _Held(credential=obtained.credential, renew_at=renew_at, ends_at=now + life)
        self._refusals = 0
        # Whoever hands out the same short-lived credential again is not asked at every call.
        self._next_ahead = now + min(_AHEAD_PAUSE, life / 10)
        self._observer.signed_in()
        self._observer.credential_expires(obtained.expires_at)
        return obtained.credential

    def _fail(self, exc: ApiError, inputs: Hashable | None) -> None:
        """Decide when the next attempt may be made."""
        self._observer.sign_in_failed()
        self._failure = exc
        if isinstance(exc, ApiStatusError) and exc.refusal in _FINAL:
            self._refused_inputs = inputs
            pause = self._backoff(self._refusals)
            self._refusals += 1
        else:
            self._refused_inputs = None
            pause = _UNREACHABLE_PAUSE
        self._next_ahead = self._clock.monotonic() + _AHEAD_PAUSE
        self._not_before = self._clock.monotonic() + pause

    def _backoff(self, times: int) -> float:
        """Seconds to wait after so many refusals before this one."""
        return float(min(LONGEST_BACKOFF, self._first_backoff * 2 ** min(times, 16)))
