"""Access key and secret key: nothing is signed in, every request is signed."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from drs_exporter.clock import Clock
from drs_exporter.cloud.auth.credentials import Authorised, read
from drs_exporter.cloud.auth.signing import DATE_FORMAT, DATE_HEADER, authorization
from drs_exporter.cloud.request import Request
from drs_exporter.secret import Remember, Secret


@dataclass(frozen=True, slots=True)
class Keys:
    """A pair of keys, with a security token when they are temporary."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    security_token: str | None = field(default=None, repr=False)


def signed(request: Request, keys: Keys, *, project_id: str | None, now: float) -> dict[str, str]:
    """The request's headers with the signature of this moment; without a project, as the identity service has it."""
    date = datetime.fromtimestamp(now, UTC).strftime(DATE_FORMAT)
    covered = {"Host": request.host, DATE_HEADER: date}
    if project_id is not None:
        covered["X-Project-Id"] = project_id
    if keys.security_token is not None:
        covered["X-Security-Token"] = keys.security_token
    if "Content-Type" in request.headers:
        covered["Content-Type"] = request.headers["Content-Type"]
    signature = authorization(
        method=request.method,
        path=request.full_path,
        query=request.query,
        headers=covered,
        body=request.body,
        access_key=keys.access_key,
        secret_key=keys.secret_key,
    )
    return {**request.headers, **covered, "Authorization": signature}


class KeyAuth:
    """Signs with the given keys, read anew for every request so that they can rotate."""

    def __init__(
        self,
        *,
        access_key: Secret,
        secret_key: Secret,
        security_token: Secret | None = None,
        project_id: str | None,
        clock: Clock,
        remember: Remember,
    ) -> None:
        self._access_key = access_key
        self._secret_key = secret_key
        self._security_token = security_token
        self._project_id = project_id
        self._clock = clock
        self._remember = remember

    async def sign_in(self) -> None:
        """See that the keys can be read."""
        self._keys()

    async def authorise(self, request: Request) -> Authorised:
        """The request's headers, signed."""
        keys = self._keys()
        headers = signed(request, keys, project_id=self._project_id, now=self._clock.time())
        return Authorised(headers=headers, identity=keys)

    async def renew(self, used: Authorised) -> bool:
        """Whether the files hold other keys by now."""
        return self._keys() != used.identity

    def renewed(self, used: Authorised, *, helped: bool) -> None:
        """Nothing to learn: reading files costs nobody anything."""

    def _keys(self) -> Keys:
        return Keys(
            access_key=read(self._access_key, self._remember),
            secret_key=read(self._secret_key, self._remember),
            security_token=None if self._security_token is None else read(self._security_token, self._remember),
        )
