"""What the identity and the metadata service say, as far as it is read."""

import msgspec

from drs_exporter.cloud.json_values import Scalar, Wrong, WrongList


class TokenInfo(msgspec.Struct):
    """`token` of a sign-in; the token itself comes in a header."""

    expires_at: Scalar = None
    """ISO 8601, UTC."""
    issued_at: Scalar = None
    """As `expires_at`, by the same clock."""


class TokenAnswer(msgspec.Struct):
    """Answer of `sign_in`."""

    token: TokenInfo | Wrong = None


class TemporaryKeys(msgspec.Struct, rename="camel"):
    """Temporary keys, in the three spellings that the vendor's own SDK reads."""

    access: Scalar = None
    access_key_id: Scalar = None
    access_key_id_snake: Scalar = msgspec.field(default=None, name="access_key_id")
    secret: Scalar = None
    secret_access_key: Scalar = None
    secret_access_key_snake: Scalar = msgspec.field(default=None, name="secret_access_key")
    securitytoken: Scalar = None
    security_token: Scalar = None
    security_token_snake: Scalar = msgspec.field(default=None, name="security_token")
    expires_at: Scalar = msgspec.field(default=None, name="expires_at")
    """ISO 8601, UTC."""
    expiration: Scalar = None
    """As `expires_at`."""

    def access_key(self) -> Scalar:
        """The first spelling that is there."""
        return self.access or self.access_key_id or self.access_key_id_snake

    def secret_key(self) -> Scalar:
        """As above."""
        return self.secret or self.secret_access_key or self.secret_access_key_snake

    def token(self) -> Scalar:
        """As above."""
        return self.securitytoken or self.security_token or self.security_token_snake

    def end(self) -> Scalar:
        """As above."""
        return self.expires_at or self.expiration


class TemporaryKeysAnswer(TemporaryKeys):
    """Keys in `credential`, in `credentials`, or on top."""

    credential: TemporaryKeys | Wrong = None
    credentials: TemporaryKeys | Wrong = None

    def keys(self) -> TemporaryKeys:
        """The keys, wherever they are."""
        inner = (found for found in (self.credential, self.credentials) if isinstance(found, TemporaryKeys))
        return next(inner, self)


class ListedProject(msgspec.Struct):
    """One project of `GET /v3/auth/projects`."""

    id: Scalar = None
    name: Scalar = None
    """The region's, or that with a suffix such as `_orders`."""
    enabled: Scalar = None


class ProjectsAnswer(msgspec.Struct):
    """Answer of `GET /v3/auth/projects`."""

    projects: list[ListedProject | Wrong] | WrongList = None
