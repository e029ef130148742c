"""IAM: users, tokens, keys, and whether a request may pass."""

import random
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import msgspec

from drs_exporter.simulator import signature
from drs_exporter.simulator.refusal import IdentityRefused, Payload, Refused, unauthorised
from drs_exporter.simulator.worldtime import iso_micros

_TOKEN_LIFETIME: Final = 24 * 3600.0


class Account(NamedTuple):
    """The one account of the simulated cloud."""

    project_id: str
    region: str
    username: str
    password: str
    domain_name: str
    access_key: str
    secret_key: str


class TemporaryKey(NamedTuple):
    """Keys an agency hands out."""

    access: str
    secret: str
    token: str
    expires: float


class _Name(msgspec.Struct):
    name: str


class _User(msgspec.Struct):
    name: str
    password: str
    domain: _Name


class _Password(msgspec.Struct):
    user: _User


class _Identity(msgspec.Struct):
    methods: list[str]
    password: _Password


class _Project(msgspec.Struct):
    id: str


class _Scope(msgspec.Struct):
    project: _Project


class _Auth(msgspec.Struct):
    identity: _Identity
    scope: _Scope


class _SignIn(msgspec.Struct):
    auth: _Auth


class Identity:
    """Issues tokens and temporary keys, and checks what requests bring."""

    def __init__(self, account: Account, *, now: Callable[[], float], seed: int) -> None:
        """Make a cloud of one account."""
        self.account = account
        self.token_lifetime = _TOKEN_LIFETIME
        self.key_lifetime = _TOKEN_LIFETIME
        self._now = now
        self._random = random.Random(f"{seed}/identity")
        self._tokens: dict[str, float] = {}
        self._keys: dict[str, TemporaryKey] = {}

    def sign_in(self, body: bytes) -> tuple[str, Payload]:
        """A token and the body that goes with it, for a user's name, password and project."""
        try:
            auth = msgspec.json.decode(body, type=_SignIn).auth
        except msgspec.DecodeError as error:
            raise IdentityRefused(400, "Bad Request", "The request body is invalid") from error
        user = auth.identity.password.user
        account = self.account
        if auth.identity.methods != ["password"] or (user.name, user.password, user.domain.name) != (
            account.username,
            account.password,
            account.domain_name,
        ):
            raise IdentityRefused(401, "Unauthorized", "The username or password is wrong.")
        if auth.scope.project.id != account.project_id:
            raise IdentityRefused(403, "Forbidden", f"Could not find project: {auth.scope.project.id}.")
        token = self.issue_token()
        return token, {
            "token": {
                "expires_at": iso_micros(self._tokens[token]),
                "issued_at": iso_micros(self._now()),
                "methods": ["password"],
                "catalog": [],
                "roles": [{"id": "0", "name": "drs_readonly"}],
                "project": {
                    "id": account.project_id,
                    "name": account.region,
                    "domain": {"id": "d0", "name": account.domain_name},
                },
                "user": {
                    "id": "u0",
                    "name": account.username,
                    "domain": {"id": "d0", "name": account.domain_name},
                    "password_expires_at": "",
                },
            }
        }

    def issue_token(self, *, lifetime: float | None = None) -> str:
        """A token as a person would fetch it by hand."""
        token = f"MII{self._random.getrandbits(512):0128x}"
        self._tokens[token] = self._now() + (self.token_lifetime if lifetime is None else lifetime)
        return token

    def issue_key(self) -> TemporaryKey:
        """Temporary keys for a machine's agency."""
        bits = self._random.getrandbits
        key = TemporaryKey(
            f"HST{bits(68):017X}", f"{bits(160):040x}", f"sts{bits(512):0128x}", self._now() + self.key_lifetime
        )
        self._keys[key.access] = key
        return key

    def revoke(self) -> None:
        """Forget every token and temporary key, as when a password is changed."""
        self._tokens.clear()
        self._keys.clear()

    def secrets(self) -> list[str]:
        """Every text that must never leave the exporter."""
        held = [text for key in self._keys.values() for text in (key.secret, key.token)]
        return [self.account.password, self.account.secret_key, *self._tokens, *held]

    def admit(self, *, method: str, target: str, headers: Mapping[str, str], body: bytes, project_id: str) -> None:
        """Refuse a request that brings no valid token or signature for that project."""
        if "X-Auth-Token" in headers:
            self._check_token(headers["X-Auth-Token"])
        elif "Authorization" in headers:
            secret_key = self._secret_of(signature.access_key(headers["Authorization"]), headers)
            signature.verify(
                method=method, target=target, headers=headers, body=body, secret_key=secret_key, now=self._now()
            )
            if headers.get("X-Project-Id", project_id) != project_id:
                raise Refused(403, "DRS.M00261", "The project ID in the URL and the X-Project-Id header differ.")
        else:
            raise unauthorised("no token and no signature")
        if project_id != self.account.project_id:
            raise Refused(403, "DRS.M00261", "The project ID is inconsistent with that of the credentials.")

    def _check_token(self, token: str) -> None:
        expires = self._tokens.get(token)
        if expires is None:
            raise unauthorised("the token cannot be decrypted")
        if expires <= self._now():
            raise Refused(403, "DRS.M00100", "The token has expired.")

    def _secret_of(self, access: str, headers: Mapping[str, str]) -> str:
        if access == self.account.access_key:
            return self.account.secret_key
        key = self._keys.get(access)
        if key is None:
            raise unauthorised("get secretKey failed")
        if headers.get("X-Security-Token") != key.token:
            raise unauthorised("the security token does not belong to the access key")
        if key.expires <= self._now():
            raise unauthorised("the security token has expired")
        return key.secret
