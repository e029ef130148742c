"""What is tried again, what is renewed, what is waited for, and what is said about it."""

import asyncio
from collections.abc import Callable, Mapping
from email.utils import formatdate
from typing import Any

import aiohttp
import aioresponses
import pytest
from aioresponses import CallbackResult
from pydantic import SecretStr
from yarl import URL

from drs_exporter import __version__
from drs_exporter.drs.auth.aksk import KeyAuth
from drs_exporter.drs.auth.credentials import Authorised
from drs_exporter.drs.budget import Budget
from drs_exporter.drs.client import DrsClient
from drs_exporter.drs.errors import (
    ApiConnectionError,
    ApiCredentialError,
    ApiError,
    ApiSchemaError,
    ApiStatusError,
    ApiTimeoutError,
    NoAnswerError,
    Refusal,
)
from drs_exporter.drs.request import Request
from drs_exporter.drs.transport import Transport
from drs_exporter.secret import Secret
from tests.drs.doubles import BEGIN, FakeClock, Seen

API = "https://drs.example.test"
QUOTAS = f"{API}/v3/p1/quotas"
GOOD: Mapping[str, Any] = {"quotas": {"resource": {"type": "instance", "quota": 9, "used": 2}}}

Mock = aioresponses.aioresponses
Make = Callable[..., DrsClient]


class FakeAuth:
    """Hands out token-1, token-2 and so on, one for each renewal."""

    def __init__(self, *, renewable: bool = True) -> None:
        self.renewable = renewable
        self.generation = 1
        self.renewals = 0
        self.judged: list[bool] = []
        self.failure: ApiError | None = None

    async def sign_in(self) -> None:
        pass

    async def authorise(self, request: Request) -> Authorised:
        if self.failure is not None:
            raise self.failure
        return Authorised({**request.headers, "X-Auth-Token": f"token-{self.generation}"}, identity=self.generation)

    async def renew(self, used: Authorised) -> bool:
        self.renewals += 1
        if self.renewable and used.identity == self.generation:
            self.generation += 1
        return self.renewable

    def renewed(self, used: Authorised, *, helped: bool) -> None:
        assert used.identity == self.generation
        self.judged.append(helped)


@pytest.fixture
def auth() -> FakeAuth:
    return FakeAuth()


@pytest.fixture
def make(session: aiohttp.ClientSession, clock: FakeClock, seen: Seen, budget: Budget, auth: FakeAuth) -> Make:
    """Makes a client over a transport, with anything changed."""

    def make_(**changes: Any) -> DrsClient:
        arguments: dict[str, Any] = {
            "session": session,
            "endpoint": API,
            "project_id": "p1",
            "auth": auth,
            "budget": budget,
            "clock": clock,
            "observer": seen,
            "request_timeout": 5,
        }
        return DrsClient(Transport(**(arguments | changes)))

    return make_


def sent(api: Mock, url: str = QUOTAS) -> list[dict[str, str]]:
    return [dict(call.kwargs["headers"]) for call in api.requests["GET", URL(url)]]


async def test_every_request_says_who_asks_and_in_which_language(api: Mock, make: Make) -> None:
    api.get(QUOTAS, payload=GOOD)
    await make().quotas()
    assert sent(api) == [
        {
            "Content-Type": "application/json",
            "X-Language": "en-us",
            "User-Agent": f"drs-exporter/{__version__}",
            "X-Auth-Token": "token-1",
        }
    ]


@pytest.mark.parametrize(
    ("fault", "code", "reason"),
    [
        ({"status": 500}, "500", "5xx"),
        ({"status": 502, "body": "<html>"}, "502", "5xx"),
        ({"status": 503}, "503", "5xx"),
        ({"status": 429}, "429", "throttled"),
        ({"status": 400, "payload": {"error_code": "DRS.M01503"}}, "400", "throttled"),
        ({"status": 400, "body": "<html>"}, "400", "5xx"),
        ({"exception": aiohttp.ServerDisconnectedError()}, "connection", "connection"),
        ({"exception": TimeoutError()}, "timeout", "timeout"),
        ({"status": 200, "body": "<html>"}, "schema", "schema"),
        ({"status": 200, "body": ""}, "schema", "schema"),
    ],
)
async def test_a_passing_fault_is_tried_again_twice_and_no_more(
    api: Mock, make: Make, seen: Seen, *, fault: dict[str, Any], code: str, reason: str
) -> None:
    api.get(QUOTAS, repeat=True, **fault)
    with pytest.raises(ApiError) as caught:
        await make().quotas()
    assert caught.value.reason == reason
    assert seen.attempts == [("quotas", code)] * 3
    assert seen.retries == [("quotas", reason)] * 2


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 400},
        {"status": 403},
        {"status": 403, "payload": {"error_code": "DRS.M00261"}},
        {"status": 404},
        {"status": 404, "payload": {"error_code": "DRS.M00289"}},
        {"status": 409},
        {"status": 302, "headers": {"Location": "https://elsewhere.test/x"}},
        {"status": 200, "body": "{"},
        {"status": 200, "payload": {"quotas": None}},
        {"status": 200, "payload": {"error_code": "DRS.M01504"}},
    ],
)
async def test_what_another_try_cannot_help_is_tried_once(
    api: Mock, make: Make, seen: Seen, fault: dict[str, Any]
) -> None:
    api.get(QUOTAS, repeat=True, **fault)
    with pytest.raises(ApiError):
        await make().quotas()
    assert len(seen.attempts) == 1
    assert seen.retries == []


async def test_a_fault_that_passes_is_not_seen_by_the_caller(api: Mock, make: Make, seen: Seen) -> None:
    api.get(QUOTAS, status=500)
    api.get(QUOTAS, exception=TimeoutError())
    api.get(QUOTAS, payload=GOOD)
    assert len(await make().quotas()) == 1
    assert seen.codes == ["500", "timeout", "200"]


async def test_the_wait_between_tries_is_random_and_bounded(api: Mock, make: Make, clock: FakeClock) -> None:
    api.get(QUOTAS, status=500, repeat=True)
    client = make()
    for _ in range(20):
        with pytest.raises(ApiStatusError):
            await client.quotas()
    assert len(clock.slept) == 40
    assert len(set(clock.slept)) > 30
    assert all(0 <= seconds <= 1 for seconds in clock.slept)


async def test_retry_after_in_seconds_pauses_the_whole_project(
    api: Mock, make: Make, clock: FakeClock, seen: Seen, budget: Budget
) -> None:
    api.get(QUOTAS, status=429, headers={"Retry-After": "20"})
    api.get(QUOTAS, payload=GOOD, repeat=True)
    client = make()
    task = asyncio.create_task(client.quotas())
    while not seen.attempts:  # noqa: ASYNC110 - one step of the loop at a time
        await asyncio.sleep(0)
    assert budget.paused_for() == 20
    await asyncio.gather(task, client.quotas())
    assert clock.now == pytest.approx(1020)
    assert seen.waited == pytest.approx(20)


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": formatdate(BEGIN + 30, usegmt=True)},
        {"Retry-After": formatdate(BEGIN + 4030, usegmt=True), "Date": formatdate(BEGIN + 4000, usegmt=True)},
    ],
)
async def test_retry_after_as_a_date_is_read_by_the_services_clock(
    api: Mock, make: Make, clock: FakeClock, headers: dict[str, str]
) -> None:
    api.get(QUOTAS, status=503, headers=headers)
    api.get(QUOTAS, payload=GOOD)
    await make().quotas()
    assert clock.now == pytest.approx(1030)


@pytest.mark.parametrize("text", ["soon", "-5", "1.5", "", "Tue, 99 Nov 2023 22:13:20 GMT", "²"])
async def test_an_unreadable_retry_after_is_as_none(
    api: Mock, make: Make, clock: FakeClock, seen: Seen, text: str
) -> None:
    api.get(QUOTAS, status=429, headers={"Retry-After": text})
    api.get(QUOTAS, payload=GOOD)
    await make().quotas()
    assert clock.now <= 1001
    assert seen.waited == 0


async def test_a_date_without_a_zone_and_in_the_past_asks_for_no_wait(api: Mock, make: Make, clock: FakeClock) -> None:
    api.get(QUOTAS, status=429, headers={"Retry-After": "Tue, 14 Nov 2023 22:00:00"})
    api.get(QUOTAS, payload=GOOD)
    await make().quotas()
    assert clock.now == pytest.approx(1000)


async def test_a_wait_longer_than_allowed_fails_at_once_and_so_does_whoever_asks_next(
    api: Mock, make: Make, clock: FakeClock, seen: Seen, budget: Budget
) -> None:
    """Nobody sits out an hour; and the pause itself is bounded, or a typing error would silence us for years."""
    api.get(QUOTAS, status=429, headers={"Retry-After": "999999"}, repeat=True)
    client = make(longest_wait=60)
    with pytest.raises(ApiStatusError) as caught:
        await client.quotas()
    assert caught.value.refusal is Refusal.THROTTLED
    with pytest.raises(ApiStatusError, match="asked to wait another 300 s"):
        await client.quotas()
    assert (seen.codes, seen.retries, clock.now) == (["429"], [], 1000)
    clock.pass_(250)
    assert budget.paused_for() == 50
    with pytest.raises(ApiStatusError):
        await client.quotas()
    assert seen.codes == ["429", "429"]


async def test_a_credential_that_is_not_accepted_is_renewed_once_and_the_call_repeated_once(
    api: Mock, make: Make, seen: Seen, auth: FakeAuth
) -> None:
    api.get(QUOTAS, status=401)
    api.get(QUOTAS, payload=GOOD)
    await make().quotas()
    assert [headers["X-Auth-Token"] for headers in sent(api)] == ["token-1", "token-2"]
    assert (seen.codes, seen.retries) == (["401", "200"], [])
    assert auth.judged == [True]


@pytest.mark.parametrize("body", [{"error_code": "APIGW.0301"}, {"error_code": "DRS.M00100"}])
async def test_a_fresh_credential_refused_too_ends_the_call(
    api: Mock, make: Make, seen: Seen, auth: FakeAuth, body: object
) -> None:
    api.get(QUOTAS, status=401, payload=body, repeat=True)
    with pytest.raises(ApiStatusError) as caught:
        await make().quotas()
    assert caught.value.reason == "auth"
    assert seen.codes == ["401", "401"]
    assert (auth.renewals, auth.judged) == (1, [False])


async def test_one_call_renews_once_though_it_is_tried_again(api: Mock, make: Make, seen: Seen, auth: FakeAuth) -> None:
    for status in (401, 500, 401):
        api.get(QUOTAS, status=status)
    with pytest.raises(ApiStatusError):
        await make().quotas()
    assert seen.codes == ["401", "500", "401"]
    assert auth.renewals == 1


async def test_a_permission_said_with_401_renews_nothing(api: Mock, make: Make, auth: FakeAuth) -> None:
    api.get(QUOTAS, status=401, payload={"error_code": "DRS.M00103"})
    with pytest.raises(ApiStatusError) as caught:
        await make().quotas()
    assert caught.value.refusal is Refusal.PERMISSION
    assert auth.renewals == 0


async def test_where_nothing_can_be_renewed_nothing_is_repeated(
    api: Mock, make: Make, seen: Seen, auth: FakeAuth
) -> None:
    auth.renewable = False
    api.get(QUOTAS, status=401, repeat=True)
    with pytest.raises(ApiStatusError):
        await make().quotas()
    assert seen.codes == ["401"]


@pytest.mark.parametrize(
    "failure",
    [
        ApiStatusError("no", operation="sign_in", refusal=Refusal.AUTH, status=401),
        ApiConnectionError("refused", operation="sign_in"),
        ApiCredentialError("no file", operation="sign_in"),
    ],
)
async def test_a_failed_sign_in_is_passed_on_and_not_tried_again_here(
    api: Mock, make: Make, seen: Seen, auth: FakeAuth, failure: ApiError
) -> None:
    """It had its own retries: no retry loop around a retry loop."""
    auth.failure = failure
    with pytest.raises(ApiError) as caught:
        await make().quotas()
    assert caught.value is failure
    assert (seen.attempts, seen.retries, auth.renewals) == ([], [], 0)
    assert api.requests == {}


async def test_each_attempt_takes_a_token_of_the_budget(api: Mock, make: Make, clock: FakeClock, seen: Seen) -> None:
    api.get(QUOTAS, status=401)
    api.get(QUOTAS, payload=GOOD, repeat=True)
    client = make(budget=Budget(rate=1, concurrency=1, clock=clock, observer=seen))
    await client.quotas()
    await client.quotas()
    assert seen.waited == pytest.approx(2)


async def test_a_redirect_is_named_by_its_host_only(api: Mock, make: Make) -> None:
    api.get(QUOTAS, status=302, headers={"Location": "https://user:hidden@login.example.org/path?token=hidden"})
    with pytest.raises(ApiStatusError) as caught:
        await make().quotas()
    message = "HTTP 302: the service points to login.example.org; redirects are not followed"
    assert str(caught.value) == message
    assert len(api.requests) == 1


@pytest.mark.parametrize(("location", "words"), [("/elsewhere", "itself"), ("http://[bad", "somewhere unreadable")])
async def test_an_odd_redirect_is_still_one(api: Mock, make: Make, location: str, words: str) -> None:
    api.get(QUOTAS, status=307, headers={"Location": location})
    with pytest.raises(ApiStatusError, match=f"points to {words};"):
        await make().quotas()


async def test_an_error_tells_code_and_request_id_and_nothing_the_service_wrote(api: Mock, make: Make) -> None:
    body = {"error_code": "DRS.M00261", "error_msg": "db_password=hidden", "request_id": "hidden"}
    api.get(QUOTAS, status=403, payload=body, headers={"X-Request-Id": "0a1b-2c"})
    with pytest.raises(ApiStatusError) as caught:
        await make().quotas()
    error = caught.value
    assert str(error) == "HTTP 403 DRS.M00261: the project id does not belong to these credentials"
    assert (error.refusal, error.status, error.error_code) == (Refusal.WRONG_PROJECT, 403, "DRS.M00261")
    assert (error.operation, error.request_id) == ("quotas", "0a1b-2c")


async def test_an_error_code_that_is_prose_is_not_kept(api: Mock, make: Make) -> None:
    api.get(QUOTAS, status=400, payload={"error_code": "the password hidden is wrong"})
    with pytest.raises(ApiStatusError) as caught:
        await make().quotas()
    assert caught.value.error_code is None
    assert "hidden" not in str(caught.value)


async def test_a_schema_error_keeps_the_request_id(api: Mock, make: Make) -> None:
    for body in ("{", "{}"):
        api.get(QUOTAS, body=body, headers={"X-Request-Id": "0a1b-2c"})
        with pytest.raises(ApiSchemaError) as caught:
            await make().quotas()
        assert caught.value.request_id == "0a1b-2c"


@pytest.mark.parametrize(
    ("offset", "words"), [(3600, "60 minutes behind"), (-1800, "30 minutes ahead of"), (200, ""), (None, "")]
)
async def test_a_clock_that_is_off_is_named_when_a_signature_is_refused(
    api: Mock, make: Make, clock: FakeClock, *, offset: float | None, words: str
) -> None:
    keys = {name: Secret(name, SecretStr(f"{name}-value")) for name in ("access_key", "secret_key")}
    auth = KeyAuth(**keys, project_id="p1", clock=clock, remember=lambda _: None)
    headers = {} if offset is None else {"Date": formatdate(BEGIN + offset, usegmt=True)}
    api.get(QUOTAS, status=401, headers=headers)
    with pytest.raises(ApiStatusError) as caught:
        await make(auth=auth).quotas()
    base = "HTTP 401: the token or signature is not accepted"
    assert str(caught.value) == (base + f"; this machine's clock is {words} the service's" if words else base)


async def test_the_clock_is_not_blamed_for_a_refused_token(api: Mock, make: Make) -> None:
    api.get(QUOTAS, status=403, headers={"Date": formatdate(BEGIN + 9000, usegmt=True)})
    with pytest.raises(ApiStatusError) as caught:
        await make().quotas()
    assert "clock" not in str(caught.value)


async def test_a_cancelled_call_is_cancelled_and_counts_as_nothing(api: Mock, make: Make, seen: Seen) -> None:
    begun = asyncio.Event()

    async def hang(url: URL, **_: Any) -> CallbackResult:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError(url)

    api.get(QUOTAS, callback=hang)
    task = asyncio.create_task(make().quotas())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen.attempts == []


async def test_a_body_that_cannot_be_read_says_what_it_is(api: Mock, make: Make) -> None:
    api.get(QUOTAS, body="<html>maintenance</html>", repeat=True)
    with pytest.raises(NoAnswerError, match="an HTML page"):
        await make().quotas()


async def test_timeouts_keep_their_own_error(api: Mock, make: Make) -> None:
    api.get(QUOTAS, exception=TimeoutError(), repeat=True)
    with pytest.raises(ApiTimeoutError, match=r"no complete answer from drs\.example\.test within 5 s"):
        await make().quotas()
