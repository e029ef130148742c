"""An identity provider's token, kept in a file by whoever runs this, is traded for a token of the cloud."""

from typing import Any, Final

from drs_exporter.cloud.auth.iam import IdentityAuth
from drs_exporter.cloud.auth.renewal import Obtained
from drs_exporter.cloud.auth.renewed import Means
from drs_exporter.cloud.request import HEADERS, SIGN_IN
from drs_exporter.secret import Secret

_JSON: Final = {"Content-Type": "application/json;charset=UTF-8"}
"""As the vendor's SDK sends it to this path, and to no other."""


class OidcAuth(IdentityAuth):
    """Signs in with a token of an identity provider that the account trusts."""

    def __init__(
        self,
        means: Means,
        *,
        iam_endpoint: str,
        identity_provider: str,
        id_token: Secret,
        project_id: str | None,
    ) -> None:
        """A token for the project, or an unscoped one where there is none: enough to list projects."""
        super().__init__(means, iam_endpoint=iam_endpoint, secret=id_token)
        self._headers_of_trade = {**HEADERS, **_JSON, "X-Idp-Id": identity_provider}
        self._scope: dict[str, Any] = {} if project_id is None else {"scope": {"project": {"id": project_id}}}

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
