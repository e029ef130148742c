import asyncio

import aiohttp
import aioresponses
import pytest
from yarl import URL

from drs_exporter.cloud.auth.agency import AgencyAuth
from drs_exporter.cloud.auth.aksk import Keys
from drs_exporter.cloud.auth.renewed import Means
from drs_exporter.cloud.exchange import HttpExchange
from drs_exporter.cloud.request import Request
from drs_exporter.errors import ApiConnectionError, ApiCredentialError, ApiSchemaError, ApiStatusError
from tests.cloud.doubles import FakeClock, Seen

METADATA = "http://169.254.169.254"
KEYS = f"{METADATA}/openstack/latest/securitykey"
TOKEN = f"{METADATA}/meta-data/latest/api/token"
REQUEST = Request(operation="quotas", method="GET", endpoint=URL("https://drs.example.test"), path="/v3/p1/quotas")

Mock = aioresponses.aioresponses


def credential(number: int = 1, **changes: object) -> dict[str, object]:
    return {
        "credential": {
            "access": f"access-{number}",
            "secret": f"secret-{number}",
            "securitytoken": f"security-{number}",
            "expires_at": "2023-11-15T22:13:20.000000Z",
            **changes,
        }
    }


@pytest.fixture
def known() -> list[str]:
    return []


@pytest.fixture
def auth(session: aiohttp.ClientSession, clock: FakeClock, seen: Seen, known: list[str]) -> AgencyAuth:
    exchange = HttpExchange(session, request_timeout=5)
    means = Means(exchange=exchange, clock=clock, observer=seen, remember=known.append)
    return AgencyAuth(means, project_id="p1")


async def test_the_agencys_keys_sign_requests(api: Mock, auth: AgencyAuth, seen: Seen, known: list[str]) -> None:
    api.get(KEYS, payload=credential())
    await auth.sign_in()
    used = await auth.authorise(REQUEST)
    assert used.headers["X-Security-Token"] == "security-1"
    assert used.headers["X-Project-Id"] == "p1"
    assert used.headers["Authorization"].startswith("SDK-HMAC-SHA256 Access=access-1, SignedHeaders=host;")
    assert used.identity == Keys("access-1", "secret-1", "security-1")
    assert seen.attempts == [("sign_in", "200")]
    assert seen.expiries == [1700086400.0]
    assert known == ["access-1", "secret-1", "security-1"]


async def test_a_metadata_token_is_fetched_where_it_is_demanded(
    api: Mock, auth: AgencyAuth, clock: FakeClock, known: list[str]
) -> None:
    """And sent along from then on."""
    api.get(KEYS, status=401)
    api.put(TOKEN, body="metadata-token\n")
    api.get(KEYS, payload=credential())
    api.get(KEYS, payload=credential(2))
    await auth.sign_in()
    clock.pass_(86400)
    await auth.sign_in()
    asked = [call.kwargs["headers"].get("X-Metadata-Token") for call in api.requests["GET", URL(KEYS)]]
    assert asked == [None, "metadata-token", "metadata-token"]
    (put,) = api.requests["PUT", URL(TOKEN)]
    assert put.kwargs["headers"]["X-Metadata-Token-Ttl-Seconds"] == "21600"
    assert "metadata-token" in known


@pytest.mark.parametrize("status", [404, 405])
async def test_a_machine_without_an_agency_is_told_so(api: Mock, auth: AgencyAuth, seen: Seen, status: int) -> None:
    api.get(KEYS, status=401)
    api.put(TOKEN, status=status)
    with pytest.raises(ApiCredentialError, match="is an agency configured for this machine"):
        await auth.sign_in()
    assert seen.codes == ["401", str(status)]


async def test_a_refused_metadata_token_is_a_refused_sign_in(api: Mock, auth: AgencyAuth) -> None:
    api.get(KEYS, status=401)
    api.put(TOKEN, status=403)
    with pytest.raises(ApiStatusError, match="HTTP 403"):
        await auth.sign_in()


async def test_keys_refused_otherwise_are_a_refused_sign_in(api: Mock, auth: AgencyAuth) -> None:
    api.get(KEYS, status=404)
    with pytest.raises(ApiStatusError, match="HTTP 404"):
        await auth.sign_in()


async def test_a_machine_outside_the_cloud_is_a_failed_connection(api: Mock, auth: AgencyAuth, seen: Seen) -> None:
    api.get(KEYS, exception=TimeoutError())
    api.get(KEYS, exception=aiohttp.ServerDisconnectedError(), repeat=True)
    with pytest.raises(ApiConnectionError, match=r"169\.254\.169\.254"):
        await auth.sign_in()
    assert seen.codes == ["timeout", "connection", "connection"]


@pytest.mark.parametrize(
    "body", [{}, {"credential": None}, credential(access=""), credential(secret=5), credential(securitytoken=None)]
)
async def test_keys_that_are_not_whole_are_broken(api: Mock, auth: AgencyAuth, body: object) -> None:
    api.get(KEYS, payload=body)
    with pytest.raises(ApiSchemaError):
        await auth.sign_in()


@pytest.mark.parametrize("token", ["", "to\x01ken", "tök"])
async def test_a_metadata_token_that_is_none_is_broken(api: Mock, auth: AgencyAuth, token: str) -> None:
    api.get(KEYS, status=401)
    api.put(TOKEN, body=token)
    with pytest.raises(ApiSchemaError):
        await auth.sign_in()


async def test_keys_are_renewed_ahead_of_their_end(api: Mock, auth: AgencyAuth, clock: FakeClock) -> None:
    api.get(KEYS, payload=credential())
    api.get(KEYS, payload=credential(2, expires_at="2023-11-16T22:13:20.000000Z"))
    await auth.sign_in()
    clock.pass_(86400 - 2401)
    assert (await auth.authorise(REQUEST)).identity == Keys("access-1", "secret-1", "security-1")
    clock.pass_(1)
    assert (await auth.authorise(REQUEST)).identity == Keys("access-2", "secret-2", "security-2")


async def test_refused_keys_are_renewed(api: Mock, auth: AgencyAuth) -> None:
    api.get(KEYS, payload=credential())
    api.get(KEYS, payload=credential(2))
    used = await auth.authorise(REQUEST)
    assert await asyncio.gather(*(auth.renew(used) for _ in range(10))) == [True] * 10
    fresh = await auth.authorise(REQUEST)
    auth.renewed(fresh, helped=False)
    assert not await auth.renew(fresh)


async def test_the_metadata_service_is_never_asked_through_a_proxy(
    api: Mock, auth: AgencyAuth, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://proxy.example.test:3128")
    api.get(KEYS, payload=credential())
    await auth.sign_in()
    (call,) = api.requests["GET", URL(KEYS)]
    assert call.kwargs["proxy"] is None


END = "2023-11-15T22:13:20.000000Z"


@pytest.mark.parametrize(
    "body",
    [
        {"credentials": {"access": "a1", "secret": "s1", "securitytoken": "t1", "expires_at": END}},
        {"access": "a1", "secret": "s1", "securitytoken": "t1", "expires_at": END},
        {"accessKeyId": "a1", "secretAccessKey": "s1", "securityToken": "t1", "expiration": END},
        {
            "credential": {
                "access_key_id": "a1",
                "secret_access_key": "s1",
                "security_token": "t1",
                "expires_at": END,
            }
        },
        {"credential": None, "credentials": {"access": "", "accessKeyId": "a1", "secret": "s1", "securitytoken": "t1"}},
    ],
)
async def test_keys_are_read_in_every_spelling_that_the_vendors_sdk_reads(
    api: Mock, auth: AgencyAuth, body: object
) -> None:
    api.get(KEYS, payload=body)
    assert (await auth.authorise(REQUEST)).identity == Keys("a1", "s1", "t1")


@pytest.mark.parametrize("field", ["access", "secret", "securitytoken"])
@pytest.mark.parametrize("text", ["one\ntwo", "bell\x07", "café", "nul\0"])
async def test_keys_that_no_header_can_hold_are_a_broken_answer(
    api: Mock, auth: AgencyAuth, field: str, text: str
) -> None:
    api.get(KEYS, payload=credential(1, **{field: text}))
    with pytest.raises(ApiSchemaError, match="what no header can"):
        await auth.authorise(REQUEST)
