"""IAM: users, projects, tokens, keys, and whether a request may pass."""

import random
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from drs_exporter.simulator import signature
from drs_exporter.simulator.identity_wire import Scope
from drs_exporter.simulator.refusal import IdentityRefused, Payload, Refused, unauthorised
from drs_exporter.simulator.worldtime import DAY, iso_micros


class Account(NamedTuple):
    """The one account of the simulated cloud."""

    project_id: str
    region: str
    username: str
    password: str
    domain_name: str
    access_key: str
    secret_key: str


class AccountProject(NamedTuple):
    """One project of the account."""

    id: str
    name: str
    """The region's, or that with a suffix."""
    enabled: bool = True


class TemporaryKey(NamedTuple):
    """Keys that are given for a while."""

    access: str
    secret: str
    token: str
    expires: float


class _Token(NamedTuple):
    """A token that was given."""

    expires: float
    project_id: str | None
    """None for a token that is for no project in particular."""


class Identity:
    """Issues tokens and temporary keys, and checks what requests bring."""

    def __init__(
        self, account: Account, *, now: Callable[[], float], seed: int, projects: Iterable[AccountProject] = ()
    ) -> None:
        """Make a cloud of one account, with its own project and these."""
        self.account = account
        self.projects = [AccountProject(account.project_id, account.region), *projects]
        self.token_lifetime = DAY
        self.key_lifetime = DAY
        self._now = now
        self._random = random.Random(f"{seed}/identity")
        self._tokens: dict[str, _Token] = {}
        self._keys: dict[str, TemporaryKey] = {}

    def issue_token(self, *, lifetime: float | None = None) -> str:
        """A token for the account's first project, as a person would fetch it by hand."""
        return self._issue(self.account.project_id, self.token_lifetime if lifetime is None else lifetime)

    def token_for(self, scope: Scope | None, *, methods: list[str]) -> tuple[str, Payload]:
        """A token and the body that goes with it; refused for what is no project or domain of this account."""
        project = self._project_of(scope)
        token = self._issue(None if project is None else project.id, self.token_lifetime)
        domain = {"id": "d0", "name": self.account.domain_name}
        body: Payload = {
            "expires_at": iso_micros(self._tokens[token].expires),
            "issued_at": iso_micros(self._now()),
            "methods": methods,
            "catalog": [],
            "roles": [{"id": "0", "name": "drs_readonly"}],
            "user": {"id": "u0", "name": self.account.username, "domain": domain, "password_expires_at": ""},
        }
        if project is not None:
            body["project"] = {"id": project.id, "name": project.name, "domain": domain}
        elif scope is not None:
            body["domain"] = domain
        return token, {"token": body}

    def issue_key(self) -> TemporaryKey:
        """Temporary keys for whoever may have them."""
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

    def expire(self) -> None:
        """End every token now."""
        self._tokens = {token: found._replace(expires=0.0) for token, found in self._tokens.items()}

    def secrets(self) -> list[str]:
        """Every text that must never leave the exporter."""
        held = [text for key in self._keys.values() for text in (key.secret, key.token)]
        return [self.account.password, self.account.secret_key, *self._tokens, *held]

    def admit(self, *, method: str, target: str, headers: Mapping[str, str], body: bytes, project_id: str) -> None:
        """Refuse a request that brings no valid token or signature for that project."""
        for_project = self.check(method=method, target=target, headers=headers, body=body)
        if headers.get("X-Project-Id", project_id) != project_id:
            raise Refused(403, "DRS.M00261", "The project ID in the URL and the X-Project-Id header differ.")
        known = project_id in (project.id for project in self.projects if project.enabled)
        if not known or for_project not in (None, project_id):
            raise Refused(403, "DRS.M00261", "The project ID is inconsistent with that of the credentials.")

    def check(self, *, method: str, target: str, headers: Mapping[str, str], body: bytes) -> str | None:
        """Refuse a request that brings no valid token or signature; the project a token is for."""
        if "X-Auth-Token" in headers:
            return self._check_token(headers["X-Auth-Token"])
        if "Authorization" not in headers:
            raise unauthorised("no token and no signature")
        secret_key = self._secret_of(signature.access_key(headers["Authorization"]), headers)
        signature.verify(
            method=method, target=target, headers=headers, body=body, secret_key=secret_key, now=self._now()
        )
        return None

    def _issue(self, project_id: str | None, lifetime: float) -> str:
        token = f"MII{self._random.getrandbits(512):0128x}"
        self._tokens[token] = _Token(self._now() + lifetime, project_id)
        return token

    def _project_of(self, scope: Scope | None) -> AccountProject | None:
        """The project a token is asked for, if it is for one."""
        if scope is None or (scope.project is None and scope.domain is None):
            return None
        if scope.project is None:
            if scope.domain is not None and scope.domain.name not in (None, self.account.domain_name):
                raise IdentityRefused(401, "Unauthorized", "The domain is not that of the user.")
            return None
        wanted = (scope.project.id, scope.project.name)
        for project in self.projects:
            if project.enabled and (project.id == wanted[0] or (wanted[0] is None and project.name == wanted[1])):
                return project
        raise IdentityRefused(403, "Forbidden", f"Could not find project: {wanted[0] or wanted[1]}.")

    def _check_token(self, token: str) -> str | None:
        found = self._tokens.get(token)
        if found is None:
            raise unauthorised("the token cannot be decrypted")
        if found.expires <= self._now():
            raise Refused(403, "DRS.M00100", "The token has expired.")
        return found.project_id

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
