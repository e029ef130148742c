import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import aioresponses
import pytest
from aioresponses import CallbackResult
from pydantic import SecretStr
from yarl import URL

from drs_exporter.cloud.auth.password import PasswordAuth
from drs_exporter.cloud.auth.renewed import Means
from drs_exporter.cloud.exchange import HttpExchange
from drs_exporter.cloud.request import Request
from drs_exporter.errors import ApiCredentialError, ApiError, ApiSchemaError, ApiStatusError, Refusal
from drs_exporter.secret import Secret
from tests.cloud.doubles import FakeClock, Seen

IAM = "https://iam.example.test"
TOKENS = f"{IAM}/v3/auth/tokens"
REQUEST = Request(
    operation="quotas",
    method="GET",
    endpoint=URL("https://drs.example.test"),
    path="/v3/p1/quotas",
    headers={"X-Language": "en-us"},
)
TIMES = {"issued_at": "2023-11-14T22:13:20.000000Z", "expires_at": "2023-11-15T22:13:20.123000Z"}

Mock = aioresponses.aioresponses


class Known(list[str]):
    """Secrets the redactor was told of."""


@pytest.fixture
def known() -> Known:
    return Known()


@pytest.fixture
def make(session: aiohttp.ClientSession, clock: FakeClock, seen: Seen, known: Known) -> Callable[..., PasswordAuth]:
    def make_(**changes: Any) -> PasswordAuth:
        arguments: dict[str, Any] = {
            "iam_endpoint": IAM,
            "project_id": "p1",
            "username": "watcher",
            "password": Secret("password", SecretStr("pass-wörd")),
            "domain_name": "OTC-0000",
        }
        exchange = HttpExchange(session, request_timeout=5)
        means = Means(exchange=exchange, clock=clock, observer=seen, remember=known.append)
        return PasswordAuth(means, **(arguments | changes))

    return make_


@pytest.fixture
def auth(make: Callable[..., PasswordAuth]) -> PasswordAuth:
    return make()


def grant(api: Mock, number: int = 1, *, body: object = None, **options: Any) -> None:
    payload = {"token": TIMES} if body is None else body
    api.post(TOKENS, status=201, headers={"X-Subject-Token": f"token-{number}"}, payload=payload, **options)


async def test_a_password_becomes_a_token_for_the_project(
    api: Mock, auth: PasswordAuth, seen: Seen, known: Known
) -> None:
    bodies: list[Any] = []

    def answer(_: URL, **kwargs: Any) -> CallbackResult:
        bodies.append(json.loads(kwargs["data"]))
        return CallbackResult(status=201, headers={"X-Subject-Token": "token-1"}, payload={"token": TIMES})

    api.post(TOKENS, callback=answer)
    used = await auth.authorise(REQUEST)
    assert used.headers == {"X-Language": "en-us", "X-Auth-Token": "token-1"}
    user = {"name": "watcher", "password": "pass-wörd", "domain": {"name": "OTC-0000"}}
    assert bodies == [
        {
            "auth": {
                "identity": {"methods": ["password"], "password": {"user": user}},
                "scope": {"project": {"id": "p1"}},
            }
        }
    ]
    assert seen.attempts == [("sign_in", "201")]
    assert seen.expiries == [1700086400.123]
    assert {"pass-wörd", "token-1"} <= set(known)


async def test_a_token_is_used_until_it_is_due(api: Mock, auth: PasswordAuth, clock: FakeClock, seen: Seen) -> None:
    grant(api)
    grant(api, 2)
    await auth.sign_in()
    clock.pass_(85000)
    assert (await auth.authorise(REQUEST)).identity == "token-1"
    clock.pass_(1000)
    assert (await auth.authorise(REQUEST)).identity == "token-2"
    assert seen.sign_ins == 2


async def test_its_life_is_told_by_the_services_own_clock(api: Mock, auth: PasswordAuth, clock: FakeClock) -> None:
    """A machine whose clock is a day ahead must not sign in at every call."""
    clock.wall += 200_000
    grant(api, repeat=True)
    for _ in range(5):
        await auth.authorise(REQUEST)
    assert len(api.requests["POST", URL(TOKENS)]) == 1


@pytest.mark.parametrize(
    ("token", "expiry"),
    [
        ({"expires_at": "2023-11-15T22:13:20Z"}, 1700086400.0),
        ({"expires_at": "2023-11-15T22:13:20"}, 1700086400.0),
        ({"expires_at": "2020-01-01T00:00:00Z"}, 1577836800.0),
        ({"expires_at": "tomorrow"}, None),
        ({"expires_at": 5}, None),
        ({}, None),
        (None, None),
    ],
)
async def test_an_end_that_is_odd_or_missing_is_no_reason_to_refuse_a_token(
    api: Mock, auth: PasswordAuth, seen: Seen, token: object, expiry: float | None
) -> None:
    grant(api, body={"token": token})
    assert (await auth.authorise(REQUEST)).identity == "token-1"
    assert (await auth.authorise(REQUEST)).identity == "token-1"
    assert seen.expiries == [expiry]


async def test_a_body_that_is_no_json_is_no_reason_either(api: Mock, auth: PasswordAuth, seen: Seen) -> None:
    api.post(TOKENS, status=201, headers={"X-Subject-Token": "token-1"}, body="welcome")
    assert (await auth.authorise(REQUEST)).identity == "token-1"
    assert seen.expiries == [None]


async def test_an_answer_without_a_token_is_broken(api: Mock, auth: PasswordAuth, seen: Seen) -> None:
    api.post(TOKENS, status=201, payload={"token": TIMES})
    with pytest.raises(ApiSchemaError):
        await auth.sign_in()
    assert seen.attempts == [("sign_in", "schema")]
    assert seen.sign_in_failures == 1


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_a_refused_sign_in_is_said_in_one_sentence_and_not_tried_again(
    api: Mock, auth: PasswordAuth, seen: Seen, status: int
) -> None:
    body = {"error": {"code": status, "message": "the password pass-wörd is wrong"}}
    api.post(TOKENS, status=status, payload=body, repeat=True)
    for _ in range(3):
        with pytest.raises(ApiStatusError) as caught:
            await auth.sign_in()
    assert (caught.value.refusal, caught.value.operation) == (Refusal.AUTH, "sign_in")
    assert str(caught.value).startswith(f"HTTP {status}: signing in was refused")
    assert "pass-wörd" not in str(caught.value)
    assert seen.attempts == [("sign_in", str(status))]
    assert seen.sign_in_failures == 1


async def test_an_address_without_an_identity_service_is_blamed_and_not_the_credential(
    api: Mock, auth: PasswordAuth
) -> None:
    api.post(TOKENS, status=404, payload={"error_msg": "The API does not exist", "error_code": "APIGW.0101"})
    with pytest.raises(ApiStatusError, match=r"HTTP 404 APIGW\.0101: there is no identity service at this address"):
        await auth.sign_in()


@pytest.mark.parametrize("end", ["/v3", "/v3/", "/", "/v3/auth/tokens", "/v3/auth", "/v3.0", "//", "/v3//"])
async def test_a_version_at_the_end_of_the_address_is_stripped(
    api: Mock, make: Callable[..., PasswordAuth], end: str
) -> None:
    grant(api)
    await make(iam_endpoint=IAM + end).sign_in()


async def test_a_path_in_front_of_the_identity_service_is_kept(api: Mock, make: Callable[..., PasswordAuth]) -> None:
    api.post(f"{IAM}/v3x/iam/v3/auth/tokens", status=201, headers={"X-Subject-Token": "t"}, payload={"token": TIMES})
    await make(iam_endpoint=f"{IAM}/v3x/iam/v3").sign_in()


@pytest.mark.parametrize("token", ["two\x01parts", "bell\x07", "café", "nul\0", "esc\x1b[31m", "a\tb"])
async def test_a_token_that_no_header_can_hold_is_a_broken_answer(
    api: Mock, auth: PasswordAuth, seen: Seen, token: str
) -> None:
    api.post(TOKENS, status=201, headers={"X-Subject-Token": token}, payload={"token": TIMES})
    with pytest.raises(ApiSchemaError, match="what no header can") as caught:
        await auth.authorise(REQUEST)
    assert token not in str(caught.value)
    assert seen.sign_in_failures == 1


async def test_without_a_project_the_token_is_for_the_whole_domain(
    api: Mock, make: Callable[..., PasswordAuth]
) -> None:
    grant(api)
    await make(project_id=None).sign_in()
    (call,) = api.requests["POST", URL(TOKENS)]
    assert json.loads(call.kwargs["data"])["auth"]["scope"] == {"domain": {"name": "OTC-0000"}}


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 429}, {"exception": TimeoutError()}])
async def test_passing_trouble_is_tried_again_when_somebody_waits(
    api: Mock, auth: PasswordAuth, seen: Seen, fault: dict[str, Any]
) -> None:
    api.post(TOKENS, **fault)
    api.post(TOKENS, **fault)
    grant(api)
    await auth.sign_in()
    assert len(seen.retries) == 2
    assert (seen.sign_ins, seen.sign_in_failures) == (1, 0)


async def test_a_renewal_ahead_of_time_is_tried_once(
    api: Mock, auth: PasswordAuth, clock: FakeClock, seen: Seen
) -> None:
    grant(api)
    await auth.sign_in()
    api.post(TOKENS, status=503, repeat=True)
    clock.pass_(86000)
    assert (await auth.authorise(REQUEST)).identity == "token-1"
    assert seen.codes == ["201", "503"]


async def test_a_refused_token_is_renewed(api: Mock, auth: PasswordAuth) -> None:
    grant(api)
    grant(api, 2)
    used = await auth.authorise(REQUEST)
    assert await auth.renew(used)
    fresh = await auth.authorise(REQUEST)
    auth.renewed(fresh, helped=False)
    assert not await auth.renew(fresh)


async def test_a_rotated_password_file_is_used_at_the_next_sign_in(
    api: Mock, make: Callable[..., PasswordAuth], tmp_path: Path
) -> None:
    file = tmp_path / "password"
    file.write_text("old-password\n")
    auth = make(password=Secret("password_file", file))
    api.post(TOKENS, status=401)
    with pytest.raises(ApiStatusError):
        await auth.sign_in()
    file.write_text("new-password\n")
    grant(api)
    await auth.sign_in()
    data = api.requests["POST", URL(TOKENS)][-1].kwargs["data"]
    assert b"new-password" in data


async def test_a_missing_password_file_is_an_error_of_the_call(
    api: Mock, make: Callable[..., PasswordAuth], tmp_path: Path
) -> None:
    auth = make(password=Secret("password_file", tmp_path / "missing"))
    with pytest.raises(ApiCredentialError, match="password_file: cannot read") as caught:
        await auth.sign_in()
    assert isinstance(caught.value, ApiError)
    assert caught.value.reason == "auth"
    assert api.requests == {}
