"""A credential that is obtained somewhere, kept, and renewed ahead of its end: what most ways of signing in share."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from typing import Final, Generic, TypeVar

from drs_exporter.clock import Clock
from drs_exporter.cloud.auth.credentials import Anonymous, Authorised
from drs_exporter.cloud.auth.renewal import Obtained, Renewal
from drs_exporter.cloud.budget import Budget
from drs_exporter.cloud.exchange import HttpExchange
from drs_exporter.cloud.observer import Observer
from drs_exporter.cloud.refusals import SignInRefusals
from drs_exporter.cloud.request import Request
from drs_exporter.cloud.transport import Transport

C = TypeVar("C", bound=Hashable)

TOKEN_MARGIN: Final = 600.0
"""Seconds before its end at which a token is renewed."""

KEY_MARGIN: Final = 2400.0
"""Seconds before their end at which temporary keys are renewed; whoever gives them has new ones ready by then."""


class RenewedAuth(ABC, Generic[C]):
    """Asks for its credential when the first request needs one, and shares each among all callers."""

    def __init__(self, *, clock: Clock, observer: Observer, margin: float, first_backoff: float) -> None:
        """Renew `margin` seconds ahead; `first_backoff` is the wait in seconds after a first refusal."""
        self._renewal: Renewal[C] = Renewal(
            self._obtain,
            inputs=self._inputs,
            clock=clock,
            observer=observer,
            margin=margin,
            first_backoff=first_backoff,
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


def sign_in_transport(
    exchange: HttpExchange, *, endpoint: str, place: str, clock: Clock, observer: Observer
) -> Transport:
    """The unauthorised way to a `place` that gives credentials, such as "identity service"; its budget is its own."""
    return Transport(
        exchange,
        endpoint=endpoint,
        auth=Anonymous(),
        budget=Budget(rate=None, concurrency=1, clock=clock, observer=observer),
        clock=clock,
        observer=observer,
        refusals=SignInRefusals(place),
    )
