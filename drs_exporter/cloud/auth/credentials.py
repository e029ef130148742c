"""What every way of signing in offers the transport."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from drs_exporter.cloud.request import SIGN_IN, Request
from drs_exporter.errors import ApiCredentialError, ApiSchemaError, SettingsError
from drs_exporter.secret import Remember, Secret


@dataclass(frozen=True, slots=True)
class Authorised:
    """The headers of one request, and which credential made them."""

    headers: Mapping[str, str] = field(repr=False)
    identity: Hashable = field(repr=False)


class Auth(Protocol):
    """One project's credential; safe for any number of callers at once."""

    async def sign_in(self) -> None:
        """Make sure a credential is there; ApiError if there is none to be had."""
        ...

    async def authorise(self, request: Request) -> Authorised:
        """All headers of this request with the credential in use, which is renewed ahead of its end."""
        ...

    async def renew(self, used: Authorised) -> bool:
        """After a refusal: whether there is now another credential than the one used; callers share one renewal."""
        ...

    def renewed(self, used: Authorised, *, helped: bool) -> None:
        """Tell whether the renewed credential was accepted; renewals that never help become rare."""
        ...


class Anonymous:
    """No credential at all: for the places that give them."""

    async def sign_in(self) -> None:
        """Nothing to do."""

    async def authorise(self, request: Request) -> Authorised:
        """The request's own headers."""
        return Authorised(headers=request.headers, identity=None)

    async def renew(self, used: Authorised) -> bool:  # noqa: ARG002 - as every credential
        """There is never another."""
        return False

    def renewed(self, used: Authorised, *, helped: bool) -> None:
        """Nothing to learn."""


def read(secret: Secret, remember: Remember) -> str:
    """The secret as it is now; a file that cannot be read or used is a failed sign-in, not a broken configuration."""
    try:
        value = secret.read()
    except SettingsError as exc:
        raise ApiCredentialError(str(exc), operation=SIGN_IN) from None
    remember(value)
    return value


def check_sendable(credential: str, *, operation: str) -> None:
    """ApiSchemaError for a credential that a service gave and that can stand in no header."""
    if not (credential.isascii() and credential.isprintable()):
        raise ApiSchemaError("the credential in the answer holds what no header can", operation=operation)


def with_token(request: Request, token: str) -> dict[str, str]:
    """The request's headers and the token."""
    return {**request.headers, "X-Auth-Token": token}
