"""What every way of signing in offers the transport."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from drs_exporter.cloud.request import SIGN_IN, Request
from drs_exporter.errors import ApiCredentialError, SettingsError
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


def read(secret: Secret, remember: Remember) -> str:
    """The secret as it is now; a file that cannot be read is a failed sign-in, not a broken configuration."""
    try:
        value = secret.read()
    except SettingsError as exc:
        raise ApiCredentialError(str(exc), operation=SIGN_IN) from None
    remember(value)
    return value
