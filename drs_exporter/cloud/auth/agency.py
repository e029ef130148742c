"""A cloud VM's agency: temporary keys from the metadata service, renewed ahead of their end, used for signing."""

from typing import Final

import aiohttp
import msgspec
from yarl import URL

from drs_exporter.clock import Clock
from drs_exporter.cloud.attempts import Attempts
from drs_exporter.cloud.auth.aksk import Keys, signed
from drs_exporter.cloud.auth.credentials import Authorised
from drs_exporter.cloud.auth.renewal import Obtained, Renewal
from drs_exporter.cloud.auth.timestamps import life, moment
from drs_exporter.cloud.auth.wire import AgencyAnswer, AgencyKeys
from drs_exporter.cloud.budget import Budget
from drs_exporter.cloud.decode import decode
from drs_exporter.cloud.exchange import Answer, Exchange
from drs_exporter.cloud.observer import Observer
from drs_exporter.cloud.refusals import sign_in_meaning
from drs_exporter.cloud.request import HEADERS, SIGN_IN, Request
from drs_exporter.errors import ApiCredentialError, ApiStatusError
from drs_exporter.secret import Remember

METADATA: Final = "http://169.254.169.254"
MARGIN: Final = 2400.0
"""Seconds before their end at which temporary keys are renewed; the metadata service has new ones ready by then."""

_TOKEN_LIFE: Final = 21600
_NO_TOKENS: Final = frozenset({404, 405, 503})
_UNAUTHORISED: Final = 401
_KEYS: Final = msgspec.json.Decoder(AgencyAnswer)


class AgencyAuth:
    """Signs with the keys of the agency that this VM was given."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        project_id: str,
        clock: Clock,
        observer: Observer,
        remember: Remember,
        metadata_endpoint: str = METADATA,
        request_timeout: float = 5.0,
        first_backoff: float = 60.0,
    ) -> None:
        """Ask the metadata service directly, never through a proxy."""
        self._endpoint = URL(metadata_endpoint)
        self._project_id = project_id
        self._clock = clock
        self._remember = remember
        self._token: str | None = None
        self._attempts = Attempts(
            Exchange(session, request_timeout=request_timeout, direct=True),
            budget=Budget(rate=10.0, concurrency=1, clock=clock, observer=observer),
            clock=clock,
            observer=observer,
            meaning=sign_in_meaning,
        )
        self._renewal: Renewal[Keys] = Renewal(
            self._obtain,
            inputs=lambda: None,
            clock=clock,
            observer=observer,
            margin=MARGIN,
            first_backoff=first_backoff,
        )

    async def sign_in(self) -> None:
        """Make sure keys are there."""
        await self._renewal.current()

    async def authorise(self, request: Request) -> Authorised:
        """The request's headers, signed with the keys in use."""
        keys = await self._renewal.current()
        headers = signed(request, keys, project_id=self._project_id, now=self._clock.time())
        return Authorised(headers=headers, identity=keys)

    async def renew(self, used: Authorised) -> bool:
        """Whether there are other keys now than those used."""
        return isinstance(used.identity, Keys) and await self._renewal.renew(used.identity)

    def renewed(self, used: Authorised, *, helped: bool) -> None:
        """Learn whether the new keys were accepted."""
        if isinstance(used.identity, Keys):
            self._renewal.judge(used.identity, helped=helped)

    async def _obtain(self, needed: bool) -> Obtained[Keys]:  # noqa: FBT001 - the renewal's own contract
        """Ask for the keys; with retries if somebody waits for them."""
        return await (self._attempts.retried(self._ask, operation=SIGN_IN) if needed else self._ask())

    async def _ask(self) -> Obtained[Keys]:
        """The keys; where the VM demands it, with a metadata token fetched first."""
        try:
            return await self._attempts.once(self._keys_request, self._read_keys, operation=SIGN_IN)
        except ApiStatusError as exc:
            if exc.status != _UNAUTHORISED:
                raise
        try:
            self._token = await self._attempts.once(self._token_request, self._read_token, operation=SIGN_IN)
        except ApiStatusError as exc:
            if exc.status not in _NO_TOKENS:
                raise
            message = "the metadata service gives no keys: is an agency configured for this machine?"
            raise ApiCredentialError(message, operation=SIGN_IN) from None
        return await self._attempts.once(self._keys_request, self._read_keys, operation=SIGN_IN)

    async def _keys_request(self) -> Request:
        """GET /openstack/latest/securitykey."""
        token = {} if self._token is None else {"X-Metadata-Token": self._token}
        return self._request("GET", "/openstack/latest/securitykey", token)

    async def _token_request(self) -> Request:
        """PUT /meta-data/latest/api/token."""
        return self._request("PUT", "/meta-data/latest/api/token", {"X-Metadata-Token-Ttl-Seconds": str(_TOKEN_LIFE)})

    def _request(self, method: str, path: str, headers: dict[str, str]) -> Request:
        """A request to the metadata service."""
        return Request(
            operation=SIGN_IN,
            method=method,
            endpoint=self._endpoint,
            path=path,
            headers={"User-Agent": HEADERS["User-Agent"], **headers},
        )

    def _read_token(self, answer: Answer, /, *, operation: str) -> str | None:  # noqa: ARG002 - as every reader
        """The metadata token, which is the whole body."""
        token = answer.body.decode("ascii", "replace").strip()
        if not token.isprintable() or not token.isascii():
            return None
        self._remember(token)
        return token or None

    def _read_keys(self, answer: Answer, /, *, operation: str) -> Obtained[Keys] | None:
        """The temporary keys and their end."""
        keys = decode(answer.body, _KEYS, operation=operation).credential
        if not isinstance(keys, AgencyKeys):
            return None
        texts = (keys.access, keys.secret, keys.securitytoken)
        access, secret, token = (text if isinstance(text, str) else "" for text in texts)
        if not (access and secret and token):
            return None
        for text in (access, secret, token):
            self._remember(text)
        expires = moment(keys.expires_at)
        return Obtained(
            credential=Keys(access_key=access, secret_key=secret, security_token=token),
            life=life(expires, since=self._clock.time()),
            expires_at=expires,
        )
