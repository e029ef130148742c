"""User name and password: Keystone v3 gives a token for the project."""

from collections.abc import Mapping
from typing import Any

from drs_exporter.clock import Clock
from drs_exporter.cloud.auth.credentials import read, with_token
from drs_exporter.cloud.auth.iam import IDENTITY_SERVICE, identity_root, token_reader
from drs_exporter.cloud.auth.renewal import Obtained
from drs_exporter.cloud.auth.renewed import TOKEN_MARGIN, RenewedAuth, sign_in_transport
from drs_exporter.cloud.exchange import HttpExchange
from drs_exporter.cloud.observer import Observer
from drs_exporter.cloud.request import SIGN_IN, Request
from drs_exporter.secret import Remember, Secret


class PasswordAuth(RenewedAuth[str]):
    """Signs in at the identity service and sends the token along."""

    def __init__(
        self,
        exchange: HttpExchange,
        *,
        iam_endpoint: str,
        project_id: str | None,
        username: str,
        password: Secret,
        domain_name: str,
        clock: Clock,
        observer: Observer,
        remember: Remember,
        first_backoff: float = 60.0,
    ) -> None:
        """A token for the project, or for the whole domain where there is none: enough to list projects."""
        super().__init__(clock=clock, observer=observer, margin=TOKEN_MARGIN, first_backoff=first_backoff)
        self._iam = sign_in_transport(
            exchange, endpoint=identity_root(iam_endpoint), place=IDENTITY_SERVICE, clock=clock, observer=observer
        )
        self._project_id = project_id
        self._username = username
        self._password = password
        self._domain = {"name": domain_name}
        self._remember = remember
        self._read = token_reader(clock, remember)

    async def _obtain(self, *, needed: bool) -> Obtained[str]:
        """POST /v3/auth/tokens with the password as it is now."""
        return await self._iam.call(SIGN_IN, "POST", "/v3/auth/tokens", self._read, body=self._body(), once=not needed)

    def _body(self) -> dict[str, Any]:
        """Who asks, and what for."""
        user = {"name": self._username, "password": self._inputs(), "domain": self._domain}
        scope = {"domain": self._domain} if self._project_id is None else {"project": {"id": self._project_id}}
        return {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": scope}}

    def _inputs(self) -> str:
        """The password as it is now."""
        return read(self._password, self._remember)

    def _headers(self, request: Request, credential: str) -> Mapping[str, str]:
        """The request's headers and the token."""
        return with_token(request, credential)
