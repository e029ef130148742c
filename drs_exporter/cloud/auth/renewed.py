"""A credential that is obtained somewhere, kept, and renewed ahead of its end: what most ways of signing in share."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from drs_exporter.clock import Clock
from drs_exporter.cloud.auth.credentials import Anonymous, Authorised
from drs_exporter.cloud.auth.renewal import Obtained, Renewal
from drs_exporter.cloud.budget import Budget
from drs_exporter.cloud.exchange import HttpExchange
from drs_exporter.cloud.observer import Observer
from drs_exporter.cloud.refusals import SignInRefusals
from drs_exporter.cloud.request import Request
from drs_exporter.cloud.transport import Transport
from drs_exporter.secret import Remember

C = TypeVar("C", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What every sign-in is made with, wherever it is made."""

    exchange: HttpExchange
    clock: Clock
    observer: Observer
    remember: Remember
    first_backoff: float = 60.0
    """Seconds to wait after a first refusal."""


class RenewedAuth(ABC, Generic[C]):
    """Asks for its credential when the first request needs one, and shares each among all callers."""

    def __init__(self, means: Means, *, margin: float) -> None:
        """Renew `margin` seconds ahead."""
        self._clock = means.clock
        self._remember = means.remember
        self._renewal: Renewal[C] = Renewal(
            self._obtain,
            inputs=self._inputs,
            clock=means.clock,
            observer=means.observer,
            margin=margin,
            first_backoff=means.first_backoff,
        )

    @abstractmethod
    async def _obtain(self, *, needed: bool) -> Obtained[C]:
        """Ask for a credential; with retries if somebody waits for it."""

    @abstractmethod
    def _inputs(self) -> Hashable:
        """The secrets it is asked with, as they are now."""

    @abstractmethod
    def _headers(self, request: Request, credential: C) -> Mapping[str, str]:
        """All headers of a request that this credential goes with."""

    async def sign_in(self) -> None:
        """Make sure a credential is there."""
        await self._renewal.current()

    async def authorise(self, request: Request) -> Authorised:
        """The request's headers with the credential in use."""
        credential = await self._renewal.current()
        return Authorised(headers=self._headers(request, credential), identity=credential)

    async def renew(self, used: Authorised) -> bool:
        """Whether there is another credential now than the one used."""
        return await self._renewal.renew(used.identity)

    def renewed(self, used: Authorised, *, helped: bool) -> None:
        """Learn whether the new credential was accepted."""
        self._renewal.judge(used.identity, helped=helped)


def sign_in_transport(means: Means, *, endpoint: str, place: str) -> Transport:
    """The unauthorised way to a `place` that gives credentials, such as "identity service"; its budget is its own."""
    return Transport(
        means.exchange,
        endpoint=endpoint,
        auth=Anonymous(),
        budget=Budget(rate=None, concurrency=1, clock=means.clock, observer=means.observer),
        clock=means.clock,
        observer=means.observer,
        refusals=SignInRefusals(place),
    )
