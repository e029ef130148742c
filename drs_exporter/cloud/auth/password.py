"""User name and password: Keystone v3 gives a token for the project."""

from typing import Any

from drs_exporter.cloud.auth.iam import IdentityAuth
from drs_exporter.cloud.auth.renewal import Obtained
from drs_exporter.cloud.auth.renewed import Means
from drs_exporter.cloud.request import SIGN_IN
from drs_exporter.secret import Secret


class PasswordAuth(IdentityAuth):
    """Signs in at the identity service and sends the token along."""

    def __init__(
        self,
        means: Means,
        *,
        iam_endpoint: str,
        project_id: str | None,
        username: str,
        password: Secret,
        domain_name: str,
    ) -> None:
        """A token for the project, or for the whole domain where there is none: enough to list projects."""
        super().__init__(means, iam_endpoint=iam_endpoint, secret=password)
        self._project_id = project_id
        self._username = username
        self._domain = {"name": domain_name}

    async def _obtain(self, *, needed: bool) -> Obtained[str]:
        """POST /v3/auth/tokens with the password as it is now."""
        return await self._iam.call(SIGN_IN, "POST", "/v3/auth/tokens", self._read, body=self._body(), once=not needed)

    def _body(self) -> dict[str, Any]:
        """Who asks, and what for."""
        user = {"name": self._username, "password": self._inputs(), "domain": self._domain}
        scope = {"domain": self._domain} if self._project_id is None else {"project": {"id": self._project_id}}
        return {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": scope}}
