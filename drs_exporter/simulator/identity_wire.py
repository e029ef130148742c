"""What the simulated IAM is asked, as strictly as it is documented."""

import msgspec


class Name(msgspec.Struct):
    """Something by its name."""

    name: str


class User(msgspec.Struct):
    """Who signs in."""

    name: str
    password: str
    domain: Name


class Password(msgspec.Struct):
    """`password` of an identity."""

    user: User


class PasswordIdentity(msgspec.Struct):
    """`identity` of a sign-in."""

    methods: list[str]
    password: Password


class ProjectScope(msgspec.Struct):
    """A project by id or by name."""

    id: str | None = None
    name: str | None = None


class Scope(msgspec.Struct):
    """What a token is for; for neither it is for nothing in particular."""

    project: ProjectScope | None = None
    domain: ProjectScope | None = None


class PasswordSignIn(msgspec.Struct):
    """`auth` of POST /v3/auth/tokens."""

    identity: PasswordIdentity
    scope: Scope | None = None


class PasswordRequest(msgspec.Struct):
    """Body of POST /v3/auth/tokens."""

    auth: PasswordSignIn


class IdToken(msgspec.Struct):
    """The token of another identity provider."""

    id: str


class IdTokenSignIn(msgspec.Struct):
    """`auth` of POST /v3.0/OS-AUTH/id-token/tokens."""

    id_token: IdToken
    scope: Scope | None = None


class IdTokenRequest(msgspec.Struct):
    """Body of POST /v3.0/OS-AUTH/id-token/tokens."""

    auth: IdTokenSignIn


class TokenSource(msgspec.Struct):
    """The token temporary keys are asked for with."""

    id: str
    duration_seconds: int = 900


class TokenIdentity(msgspec.Struct):
    """`identity` of a request for temporary keys."""

    methods: list[str]
    token: TokenSource


class TokenSignIn(msgspec.Struct):
    """`auth` of POST /v3.0/OS-CREDENTIAL/securitytokens."""

    identity: TokenIdentity


class KeysRequest(msgspec.Struct):
    """Body of POST /v3.0/OS-CREDENTIAL/securitytokens."""

    auth: TokenSignIn
