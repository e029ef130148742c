"""Every way into the simulated cloud: what IAM and a cluster's agent are asked, and what they answer."""

from typing import Final, TypeVar

import msgspec
from aiohttp import web

from drs_exporter.simulator.exchange import Exchange
from drs_exporter.simulator.identity import Identity, TemporaryKey
from drs_exporter.simulator.identity_wire import IdTokenRequest, KeysRequest, PasswordRequest
from drs_exporter.simulator.operations_v3 import Answer
from drs_exporter.simulator.refusal import IdentityRefused, Payload
from drs_exporter.simulator.worldtime import iso_micros

T = TypeVar("T")

POD_IDENTITY: Final = "/v1/credentials"
"""Where the cluster's agent answers; the path is the cluster's own affair."""


class SignIn:
    """The endpoints that give tokens and keys, and the list of projects."""

    identity_provider = "sim-idp"
    id_token = "sim.oidc.id-token-81c4"  # noqa: S105 - of an account that does not exist
    pod_token = "sim.pod.token-c02e"  # noqa: S105 - as above

    def __init__(self, identity: Identity) -> None:
        """Everything is one account's."""
        self._identity = identity

    def secrets(self) -> list[str]:
        """Tokens that are kept in files."""
        return [self.id_token, self.pod_token]

    def by_password(self, exchange: Exchange) -> Answer:
        """POST /v3/auth/tokens."""
        auth = _read(exchange.body, PasswordRequest).auth
        user, account = auth.identity.password.user, self._identity.account
        given = (auth.identity.methods, user.name, user.password, user.domain.name)
        if given != (["password"], account.username, account.password, account.domain_name):
            raise IdentityRefused(401, "Unauthorized", "The username or password is wrong.")
        token, payload = self._identity.token_for(auth.scope, methods=["password"])
        return Answer(payload, 201, (("X-Subject-Token", token),))

    def by_id_token(self, exchange: Exchange) -> Answer:
        """POST /v3.0/OS-AUTH/id-token/tokens."""
        auth = _read(exchange.body, IdTokenRequest).auth
        if exchange.request.headers.get("X-Idp-Id") != self.identity_provider:
            raise IdentityRefused(404, "Not Found", "The identity provider does not exist.")
        if auth.id_token.id != self.id_token:
            raise IdentityRefused(401, "Unauthorized", "The ID token is invalid.")
        token, payload = self._identity.token_for(auth.scope, methods=["mapped"])
        return Answer(payload, 201, (("X-Subject-Token", token),))

    def keys_by_token(self, exchange: Exchange) -> Answer:
        """POST /v3.0/OS-CREDENTIAL/securitytokens: the second step of the vendor's SDK, which has no use for tokens."""
        source = _read(exchange.body, KeysRequest).auth.identity
        if source.methods != ["token"]:
            raise IdentityRefused(400, "Bad Request", "The request body is invalid")
        self._identity.check(method="POST", target="", headers={"X-Auth-Token": source.token.id}, body=b"")
        return Answer({"credential": _keys(self._identity.issue_key())}, 201)

    def of_pod(self, exchange: Exchange) -> web.Response:
        """POST to the agent that runs beside every pod."""
        if exchange.request.headers.get("Authorization") != self.pod_token or exchange.json or exchange.body != b"{}":
            return web.json_response({"message": "the pod is not known"}, status=401)
        return web.json_response({"credential": _keys(self._identity.issue_key())})

    def projects(self, exchange: Exchange) -> Answer:
        """GET /v3/auth/projects and GET /v3/projects, the latter with `name`."""
        request = exchange.request
        self._identity.check(
            method=request.method, target=request.raw_path, headers=request.headers, body=exchange.body
        )
        name = request.query.get("name")
        listed: list[Payload] = [
            {
                "id": project.id,
                "name": project.name,
                "enabled": project.enabled,
                "domain_id": "d0",
                "parent_id": "d0",
                "is_domain": False,
                "description": "",
                "links": {"self": f"{request.url.origin()}/v3/projects/{project.id}"},
            }
            for project in self._identity.projects
            if name in (None, project.name)
        ]
        return Answer({"projects": listed, "links": {"self": str(request.url), "next": None, "previous": None}})


def _keys(key: TemporaryKey) -> Payload:
    """Temporary keys as every place that gives them writes them."""
    return {
        "access": key.access,
        "secret": key.secret,
        "securitytoken": key.token,
        "expires_at": iso_micros(key.expires),
    }


def _read(body: bytes, model: type[T]) -> T:
    """The body, if it is what IAM documents."""
    try:
        return msgspec.json.decode(body, type=model)
    except msgspec.DecodeError as error:
        raise IdentityRefused(400, "Bad Request", "The request body is invalid") from error
