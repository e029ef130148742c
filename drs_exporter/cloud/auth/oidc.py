"""An identity provider's token, kept in a file by whoever runs this, is traded for a token of the cloud."""

from collections.abc import Mapping
from typing import Any, Final

from drs_exporter.clock import Clock
from drs_exporter.cloud.auth.credentials import read, with_token
from drs_exporter.cloud.auth.iam import IDENTITY_SERVICE, identity_root, token_reader
from drs_exporter.cloud.auth.renewal import Obtained
from drs_exporter.cloud.auth.renewed import TOKEN_MARGIN, RenewedAuth, sign_in_transport
from drs_exporter.cloud.exchange import HttpExchange
from drs_exporter.cloud.observer import Observer
from drs_exporter.cloud.request import HEADERS, SIGN_IN, Request
from drs_exporter.secret import Remember, Secret

_JSON: Final = {"Content-Type": "application/json;charset=UTF-8"}
"""As the vendor's SDK sends it to this path, and to no other."""


class OidcAuth(RenewedAuth[str]):
    """Signs in with a token of an identity provider that the account trusts."""

    def __init__(
        self,
        exchange: HttpExchange,
        *,
        iam_endpoint: str,
        identity_provider: str,
        id_token: Secret,
        project_id: str | None,
        clock: Clock,
        observer: Observer,
        remember: Remember,
        first_backoff: float = 60.0,
    ) -> None:
        """A token for the project, or an unscoped one where there is none: enough to list projects."""
        super().__init__(clock=clock, observer=observer, margin=TOKEN_MARGIN, first_backoff=first_backoff)
        self._iam = sign_in_transport(
            exchange, endpoint=identity_root(iam_endpoint), place=IDENTITY_SERVICE, clock=clock, observer=observer
        )
        self._headers_of_trade = {**HEADERS, **_JSON, "X-Idp-Id": identity_provider}
        self._id_token = id_token
        self._scope: dict[str, Any] = {} if project_id is None else {"scope": {"project": {"id": project_id}}}
        self._remember = remember
        self._read = token_reader(clock, remember)

    async def _obtain(self, *, needed: bool) -> Obtained[str]:
        """POST /v3.0/OS-AUTH/id-token/tokens with the provider's token as it is now."""
        return await self._iam.call(
            SIGN_IN,
            "POST",
            "/v3.0/OS-AUTH/id-token/tokens",
            self._read,
            headers=self._headers_of_trade,
            body={"auth": {"id_token": {"id": self._inputs()}, **self._scope}},
            once=not needed,
        )

    def _inputs(self) -> str:
        """The provider's token as it is now."""
        return read(self._id_token, self._remember)

    def _headers(self, request: Request, credential: str) -> Mapping[str, str]:
        """The request's headers and the token."""
        return with_token(request, credential)
