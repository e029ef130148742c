"""Tokens, signatures and temporary keys are checked as IAM and the gateway do."""

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

import pytest

from drs_exporter.simulator import SimulatedCloud
from tests.simulator.client import Client, Hands


def sign_in_body(cloud: SimulatedCloud, **changed: str) -> dict[str, Any]:
    given = {"name": cloud.username, "password": cloud.password, "domain": cloud.domain_name, "id": cloud.project_id}
    given.update(changed)
    user = {"name": given["name"], "password": given["password"], "domain": {"name": given["domain"]}}
    return {
        "auth": {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": {"id": given["id"]}},
        }
    }


async def test_a_password_buys_a_token_that_works_for_a_day(
    cloud: SimulatedCloud, client: Client, hands: Hands
) -> None:
    reply = await client.send("POST", "/v3/auth/tokens", {"X-Auth-Token": None}, json=sign_in_body(cloud))
    assert reply.status == 201
    assert reply.json["token"]["expires_at"] == "2026-09-22T14:13:20.000000Z"
    token = reply.headers["X-Subject-Token"]
    assert (await client.get("v3/quotas", X_Auth_Token=token)).status == 200
    hands.at += 24 * 3600
    assert (await client.get("v3/quotas", X_Auth_Token=token)).code == (403, "DRS.M00100")


@pytest.mark.parametrize(
    ("changed", "status", "title"),
    [
        ({"password": "wrong"}, 401, "Unauthorized"),
        ({"name": "nobody"}, 401, "Unauthorized"),
        ({"domain": "other"}, 401, "Unauthorized"),
        ({"id": "f" * 32}, 403, "Forbidden"),
    ],
)
async def test_wrong_credentials_are_refused_in_iam_s_own_form(
    cloud: SimulatedCloud, client: Client, changed: dict[str, str], status: int, title: str
) -> None:
    reply = await client.send("POST", "/v3/auth/tokens", {}, json=sign_in_body(cloud, **changed))
    assert reply.status == status
    assert reply.json["error"]["title"] == title
    assert "X-Subject-Token" not in reply.headers


async def test_a_sign_in_that_is_no_json_is_refused(client: Client) -> None:
    assert (await client.send("POST", "/v3/auth/tokens", {}, data=b"{")).status == 400


async def test_an_unknown_or_missing_token_is_not_accepted(cloud: SimulatedCloud, client: Client) -> None:
    assert (await client.get("v3/quotas", X_Auth_Token="made-up")).code == (401, "APIGW.0301")
    assert (await client.get("v3/quotas", X_Auth_Token=None)).code == (401, "APIGW.0301")
    cloud.identity.revoke()
    assert (await client.get("v3/quotas")).code == (401, "APIGW.0301")


async def test_another_project_is_refused_by_name(client: Client) -> None:
    reply = await client.send("GET", f"/v3/{'f' * 32}/quotas", {})
    assert reply.code == (403, "DRS.M00261")


def signed(
    cloud: SimulatedCloud,
    hands: Hands,
    *,
    access: str | None = None,
    secret: str | None = None,
    names: str = "host;x-sdk-date",
    off: float = 0,
) -> dict[str, str | None]:
    """Headers of a signed GET of the quotas, written out by hand."""
    date = datetime.fromtimestamp(hands.at + off, UTC).strftime("%Y%m%dT%H%M%SZ")
    host = cloud.url.removeprefix("http://")
    values = {"host": host, "x-sdk-date": date}
    lines = "".join(f"{name}:{values.get(name, '')}\n" for name in names.split(";"))
    empty = hashlib.sha256(b"").hexdigest()
    canonical = f"GET\n/v3/{cloud.project_id}/quotas/\n\n{lines}\n{names}\n{empty}"
    to_sign = f"SDK-HMAC-SHA256\n{date}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = (secret or cloud.secret_key).encode()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    access = access or cloud.access_key
    authorization = f"SDK-HMAC-SHA256 Access={access}, SignedHeaders={names}, Signature={signature}"
    return {"X-Auth-Token": None, "X-Sdk-Date": date, "Authorization": authorization}


async def test_a_right_signature_is_accepted_and_a_wrong_one_is_not(
    cloud: SimulatedCloud, client: Client, hands: Hands
) -> None:
    path = f"/v3/{cloud.project_id}/quotas"
    assert (await client.send("GET", path, signed(cloud, hands))).status == 200
    for wrong in (
        signed(cloud, hands, secret="other"),
        signed(cloud, hands, access="NOBODY"),
        signed(cloud, hands, names="x-sdk-date"),
        signed(cloud, hands, names="x-sdk-date;host"),
        signed(cloud, hands, names="absent;host;x-sdk-date"),
        {**signed(cloud, hands), "X-Sdk-Date": "yesterday"},
        {**signed(cloud, hands), "Authorization": "Basic abc"},
    ):
        assert (await client.send("GET", path, wrong)).code == (401, "APIGW.0301")


@pytest.mark.parametrize("off", [-901, 901])
async def test_a_clock_that_is_off_is_refused_by_name(
    cloud: SimulatedCloud, client: Client, hands: Hands, off: float
) -> None:
    reply = await client.send("GET", f"/v3/{cloud.project_id}/quotas", signed(cloud, hands, off=off))
    assert reply.code == (401, "APIGW.0301")
    assert "X-Sdk-Date" in reply.json["error_msg"]


async def test_a_signature_for_another_project_is_refused(cloud: SimulatedCloud, client: Client, hands: Hands) -> None:
    headers = {**signed(cloud, hands), "X-Project-Id": "f" * 32}
    assert (await client.send("GET", f"/v3/{cloud.project_id}/quotas", headers)).code == (403, "DRS.M00261")


async def agency_key(client: Client) -> dict[str, str]:
    token = await client.send(
        "PUT", "/meta-data/latest/api/token", {"X-Metadata-Token-Ttl-Seconds": "21600", "X-Auth-Token": None}
    )
    headers: dict[str, str | None] = {"X-Metadata-Token": token.raw.decode()}
    credential: dict[str, str] = (await client.send("GET", "/openstack/latest/securitykey", headers)).json["credential"]
    return credential


async def test_an_agency_s_keys_sign_until_they_expire(cloud: SimulatedCloud, client: Client, hands: Hands) -> None:
    cloud.identity.key_lifetime = 7200
    key = await agency_key(client)
    assert key["expires_at"] == "2026-09-21T16:13:20.000000Z"
    path = f"/v3/{cloud.project_id}/quotas"

    def headers(**more: str) -> dict[str, str | None]:
        return {**signed(cloud, hands, access=key["access"], secret=key["secret"]), **more}

    assert (await client.send("GET", path, headers(**{"X-Security-Token": key["securitytoken"]}))).status == 200
    assert (await client.send("GET", path, headers())).code == (401, "APIGW.0301")
    assert await agency_key(client) == key
    hands.at += 3600
    assert (await agency_key(client))["access"] != key["access"]
    assert (await client.send("GET", path, headers(**{"X-Security-Token": key["securitytoken"]}))).status == 200
    hands.at += 3600
    refused = await client.send("GET", path, headers(**{"X-Security-Token": key["securitytoken"]}))
    assert "expired" in refused.json["error_msg"]


async def test_the_metadata_service_wants_its_token(cloud: SimulatedCloud, client: Client, hands: Hands) -> None:
    path = "/openstack/latest/securitykey"
    assert (await client.send("GET", path, {})).status == 401
    assert (await client.send("GET", path, {"X-Metadata-Token": "made-up"})).status == 401
    put = "/meta-data/latest/api/token"
    assert (await client.send("PUT", put, {})).status == 400
    assert (await client.send("PUT", put, {"X-Metadata-Token-Ttl-Seconds": "21601"})).status == 400
    proxied: dict[str, str | None] = {"X-Metadata-Token-Ttl-Seconds": "60", "X-Forwarded-For": "10.0.0.1"}
    assert (await client.send("PUT", put, proxied)).status == 403
    token = (await client.send("PUT", put, {"X-Metadata-Token-Ttl-Seconds": "60"})).raw.decode()
    assert token in cloud.secrets()
    hands.at += 60
    assert (await client.send("GET", path, {"X-Metadata-Token": token})).status == 401
    cloud.metadata.token_required = False
    assert (await client.send("GET", path, {})).status == 200
    cloud.metadata.agency = False
    assert "configure Cloud Service Agency" in (await client.send("GET", path, {})).raw.decode()
    cloud.metadata.token_offered = False
    assert (await client.send("PUT", put, {"X-Metadata-Token-Ttl-Seconds": "60"})).status == 404


async def test_secrets_in_use_are_known_to_whoever_looks_for_leaks(cloud: SimulatedCloud, client: Client) -> None:
    key = await agency_key(client)
    assert {
        cloud.password,
        cloud.secret_key,
        key["secret"],
        key["securitytoken"],
        client.headers["X-Auth-Token"],
    } <= set(cloud.secrets())
