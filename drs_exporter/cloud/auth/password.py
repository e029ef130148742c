"""User name and password: Keystone v3 gives a token for the project."""

from typing import Final

import aiohttp
import msgspec
from yarl import URL

from drs_exporter.clock import Clock
from drs_exporter.cloud.attempts import Attempts
from drs_exporter.cloud.auth.credentials import Authorised, read
from drs_exporter.cloud.auth.renewal import Obtained, Renewal
from drs_exporter.cloud.auth.timestamps import life, moment
from drs_exporter.cloud.auth.wire import TokenAnswer, TokenInfo
from drs_exporter.cloud.budget import Budget
from drs_exporter.cloud.decode import decode
from drs_exporter.cloud.exchange import Answer, Exchange
from drs_exporter.cloud.observer import Observer
from drs_exporter.cloud.refusals import sign_in_meaning
from drs_exporter.cloud.request import HEADERS, SIGN_IN, Request
from drs_exporter.errors import ApiSchemaError
from drs_exporter.secret import Remember, Secret

MARGIN: Final = 600.0
"""Seconds before its end at which a token is renewed."""

_TOKEN: Final = msgspec.json.Decoder(TokenAnswer)


class PasswordAuth:
    """Signs in at the identity service and sends the token along."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        iam_endpoint: str,
        project_id: str,
        username: str,
        password: Secret,
        domain_name: str,
        clock: Clock,
        observer: Observer,
        remember: Remember,
        request_timeout: float,
        proxy: Secret | None = None,
        first_backoff: float = 60.0,
    ) -> None:
        """Nothing is asked before the first request; `first_backoff` is the wait after a first refusal."""
        self._endpoint = URL(iam_endpoint)
        self._project_id = project_id
        self._username = username
        self._password = password
        self._domain_name = domain_name
        self._clock = clock
        self._remember = remember
        self._attempts = Attempts(
            Exchange(session, request_timeout=request_timeout, proxy=proxy),
            budget=Budget(rate=1.0, concurrency=1, clock=clock, observer=observer),
            clock=clock,
            observer=observer,
            meaning=sign_in_meaning,
        )
        self._renewal: Renewal[str] = Renewal(
            self._obtain,
            inputs=lambda: read(password, remember),
            clock=clock,
            observer=observer,
            margin=MARGIN,
            first_backoff=first_backoff,
        )

    async def sign_in(self) -> None:
        """Make sure a token is there."""
        await self._renewal.current()

    async def authorise(self, request: Request) -> Authorised:
        """The request's headers and the token in use."""
        token = await self._renewal.current()
        return Authorised(headers={**request.headers, "X-Auth-Token": token}, identity=token)

    async def renew(self, used: Authorised) -> bool:
        """Whether there is another token now than the one used."""
        return await self._renewal.renew(str(used.identity))

    def renewed(self, used: Authorised, *, helped: bool) -> None:
        """Learn whether the new token was accepted."""
        self._renewal.judge(str(used.identity), helped=helped)

    async def _obtain(self, needed: bool) -> Obtained[str]:  # noqa: FBT001 - the renewal's own contract
        """Sign in; with retries if somebody waits for it."""

        async def attempt() -> Obtained[str]:
            return await self._attempts.once(self._request, self._read, operation=SIGN_IN)

        return await (self._attempts.retried(attempt, operation=SIGN_IN) if needed else attempt())

    async def _request(self) -> Request:
        """POST /v3/auth/tokens with the password as it is now."""
        user = {
            "name": self._username,
            "password": read(self._password, self._remember),
            "domain": {"name": self._domain_name},
        }
        body = {
            "auth": {
                "identity": {"methods": ["password"], "password": {"user": user}},
                "scope": {"project": {"id": self._project_id}},
            }
        }
        return Request(
            operation=SIGN_IN,
            method="POST",
            endpoint=self._endpoint,
            path="/v3/auth/tokens",
            headers=HEADERS,
            body=msgspec.json.encode(body),
        )

    def _read(self, answer: Answer, /, *, operation: str) -> Obtained[str] | None:
        """The token of the header, and its life as the service's own clock tells it."""
        token = answer.headers.get("X-Subject-Token", "").strip()
        if not token:
            return None
        self._remember(token)
        try:
            info = decode(answer.body, _TOKEN, operation=operation).token
        except ApiSchemaError:
            info = None
        expires = moment(info.expires_at) if isinstance(info, TokenInfo) else None
        issued = moment(info.issued_at) if isinstance(info, TokenInfo) else None
        if expires is None:
            return Obtained(credential=token)
        return Obtained(
            credential=token,
            life=life(expires, since=issued if issued is not None else self._clock.time()),
            expires_at=expires,
        )
