"""What the identity and the metadata service say, as far as it is read."""

import msgspec

from drs_exporter.cloud.json_values import Scalar, Wrong


class TokenInfo(msgspec.Struct):
    """`token` of a sign-in; the token itself comes in a header."""

    expires_at: Scalar = None
    """ISO 8601, UTC."""
    issued_at: Scalar = None
    """As `expires_at`, by the same clock."""


class TokenAnswer(msgspec.Struct):
    """Answer of `sign_in`."""

    token: TokenInfo | Wrong = None


class AgencyKeys(msgspec.Struct):
    """Temporary keys from the metadata service."""

    access: Scalar = None
    secret: Scalar = None
    securitytoken: Scalar = None
    expires_at: Scalar = None
    """ISO 8601, UTC."""


class AgencyAnswer(msgspec.Struct):
    """Answer of the metadata service."""

    credential: AgencyKeys | Wrong = None
