"""A cloud VM's agency: temporary keys from the metadata service, renewed ahead of their end, used for signing."""

from typing import Final

from drs_exporter.cloud.answer import HttpAnswer
from drs_exporter.cloud.auth.aksk import Keys
from drs_exporter.cloud.auth.renewal import Obtained
from drs_exporter.cloud.auth.renewed import Means, sign_in_transport
from drs_exporter.cloud.auth.temporary import TemporaryKeyAuth
from drs_exporter.cloud.request import SIGN_IN, USER_AGENT
from drs_exporter.errors import ApiCredentialError, ApiStatusError

METADATA: Final = "http://169.254.169.254"

_TOKEN_LIFE: Final = 21600
_NO_TOKENS: Final = frozenset({404, 405, 503})
_UNAUTHORISED: Final = 401


class AgencyAuth(TemporaryKeyAuth):
    """Signs with the keys of the agency that this VM was given."""

    def __init__(self, means: Means, *, project_id: str | None, metadata_endpoint: str = METADATA) -> None:
        """Ask the metadata service; the exchange must go there directly."""
        super().__init__(means, project_id=project_id)
        self._metadata = sign_in_transport(means, endpoint=metadata_endpoint, place="metadata service")
        self._token: str | None = None

    async def _obtain(self, *, needed: bool) -> Obtained[Keys]:
        """The keys; where the VM demands it, with a metadata token fetched first."""
        try:
            return await self._keys(needed=needed)
        except ApiStatusError as exc:
            if exc.status != _UNAUTHORISED:
                raise
        try:
            await self._fetch_token(needed=needed)
        except ApiStatusError as exc:
            if exc.status not in _NO_TOKENS:
                raise
            message = "the metadata service gives no keys: is an agency configured for this machine?"
            raise ApiCredentialError(message, operation=SIGN_IN) from None
        return await self._keys(needed=needed)

    async def _keys(self, *, needed: bool) -> Obtained[Keys]:
        """GET /openstack/latest/securitykey."""
        headers = USER_AGENT if self._token is None else {**USER_AGENT, "X-Metadata-Token": self._token}
        path = "/openstack/latest/securitykey"
        return await self._metadata.call(SIGN_IN, "GET", path, self._read_keys, headers=headers, once=not needed)

    async def _fetch_token(self, *, needed: bool) -> None:
        """PUT /meta-data/latest/api/token."""
        headers = {**USER_AGENT, "X-Metadata-Token-Ttl-Seconds": str(_TOKEN_LIFE)}
        path = "/meta-data/latest/api/token"
        self._token = await self._metadata.call(
            SIGN_IN, "PUT", path, self._read_token, headers=headers, once=not needed
        )

    def _read_token(self, answer: HttpAnswer, /, *, operation: str) -> str | None:  # noqa: ARG002 - as every reader
        """The metadata token, which is the whole body."""
        token = answer.body.decode("ascii", "replace").strip()
        if not token.isprintable() or not token.isascii():
            return None
        self._remember(token)
        return token or None
