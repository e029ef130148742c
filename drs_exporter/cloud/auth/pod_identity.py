"""A pod's identity in CCE: the cluster's agent gives temporary keys for the pod's own token."""

from typing import Final

from yarl import URL

from drs_exporter.cloud.auth.aksk import Keys
from drs_exporter.cloud.auth.credentials import read
from drs_exporter.cloud.auth.renewal import Obtained
from drs_exporter.cloud.auth.renewed import Means, sign_in_transport
from drs_exporter.cloud.auth.temporary import TemporaryKeyAuth
from drs_exporter.cloud.request import SIGN_IN, USER_AGENT
from drs_exporter.secret import Secret

_JSON: Final = {"Content-Type": "application/json"}


class PodIdentityAuth(TemporaryKeyAuth):
    """Signs with the keys of the agency that the pod's service account is tied to."""

    def __init__(
        self, means: Means, *, credentials_url: str, authorization_token: Secret, project_id: str | None
    ) -> None:
        """Ask `credentials_url`; the exchange must go there directly. The token's file changes every hour or so."""
        super().__init__(means, project_id=project_id)
        url = URL(credentials_url)
        self._path, self._query = url.raw_path, tuple(url.query.items())
        self._agent = sign_in_transport(means, endpoint=str(url.origin()), place="pod identity agent")
        self._authorization_token = authorization_token

    def _inputs(self) -> str:
        return read(self._authorization_token, self._remember)

    async def _obtain(self, *, needed: bool) -> Obtained[Keys]:
        """POST an empty object, with the pod's token as authorization."""
        return await self._agent.call(
            SIGN_IN,
            "POST",
            self._path,
            self._read_keys,
            query=self._query,
            headers={**USER_AGENT, **_JSON, "Authorization": self._inputs()},
            body={},
            once=not needed,
        )
