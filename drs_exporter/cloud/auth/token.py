"""A token that somebody gave us: used while it lasts, never renewed, but read anew from its file."""

from drs_exporter.cloud.auth.credentials import Authorised, read, with_token
from drs_exporter.cloud.request import Request
from drs_exporter.secret import Remember, Secret


class TokenAuth:
    """Sends the given token along."""

    def __init__(self, token: Secret, *, remember: Remember) -> None:
        self._token = token
        self._remember = remember

    async def sign_in(self) -> None:
        """See that the token can be read."""
        read(self._token, self._remember)

    async def authorise(self, request: Request) -> Authorised:
        """The request's headers and the token as it is now."""
        token = read(self._token, self._remember)
        return Authorised(headers=with_token(request, token), identity=token)

    async def renew(self, used: Authorised) -> bool:
        """Whether the file holds another token by now."""
        return read(self._token, self._remember) != used.identity

    def renewed(self, used: Authorised, *, helped: bool) -> None:
        """Nothing to learn: reading a file costs nobody anything."""
