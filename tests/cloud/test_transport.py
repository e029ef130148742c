"""What each request says, when its credential is renewed, and what a failure tells."""

import asyncio
import re
import traceback
from collections.abc import Callable, Mapping
from email.utils import formatdate
from typing import Any

import aioresponses
import pytest
from aioresponses import CallbackResult
from pydantic import SecretStr
from yarl import URL

from drs_exporter import __version__
from drs_exporter.cloud.auth.aksk import KeyAuth
from drs_exporter.cloud.budget import Budget
from drs_exporter.drs.client import DrsClient
from drs_exporter.errors import (
    ApiConnectionError,
    ApiCredentialError,
    ApiError,
    ApiSchemaError,
    ApiStatusError,
    ApiTimeoutError,
    NoAnswerError,
    Refusal,
)
from drs_exporter.secret import Secret
from tests.cloud.doubles import BEGIN, FakeAuth, FakeClock, Seen

API = "https://drs.example.test"
QUOTAS = f"{API}/v3/p1/quotas"
GOOD: Mapping[str, Any] = {"quotas": {"resource": {"type": "instance", "quota": 9, "used": 2}}}
Mock = aioresponses.aioresponses
Make = Callable[..., DrsClient]


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


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("/elsewhere", "itself"),
        ("?page=2", "itself"),
        ("", "nowhere"),
        ("//other.test/x", "other.test"),
        ("HTTPS://Other.test", "other.test"),
        ("file:///etc/passwd", "an address that is not HTTP (file)"),
        ("file://host/etc/passwd", "an address that is not HTTP (file)"),
        ("javascript:alert(1)", "an address that is not HTTP (javascript)"),
        ("mailto:a@b", "an address that is not HTTP (mailto)"),
        ("http:///path", "somewhere unreadable"),
        ("http://xn--a/", "somewhere unreadable"),
        ("http://[bad", "somewhere unreadable"),
    ],
)
async def test_an_odd_redirect_is_still_one(api: Mock, make: Make, location: str, words: str) -> None:
    api.get(QUOTAS, status=307, headers={"Location": location})
    with pytest.raises(ApiStatusError, match=f"points to {re.escape(words)};"):
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


async def test_the_end_of_each_call_is_told_with_its_failure_after_all_attempts(
    api: Mock, make: Make, seen: Seen
) -> None:
    api.get(QUOTAS, status=503, repeat=3)
    api.get(QUOTAS, payload=GOOD)
    client = make()
    with pytest.raises(ApiStatusError) as caught:
        await client.quotas()
    await client.quotas()
    assert seen.calls == [("quotas", "", caught.value), ("quotas", "", None)]
    assert len(seen.attempts) == 4


async def test_a_call_passes_through_six_frames_of_ours(api: Mock, make: Make) -> None:
    """The client, the three of the transport that repeat, renew and attempt, and the two that send."""
    ours: list[str] = []

    def count(*_: object, **__: object) -> CallbackResult:
        frames = (frame.f_code for frame, _ in traceback.walk_stack(None))
        ours.extend(code.co_name for code in frames if "/drs_exporter/" in code.co_filename)
        return CallbackResult(payload=dict(GOOD))

    api.get(QUOTAS, callback=count)
    await make().quotas()
    assert ours == ["_send", "send", "_attempt", "_attempt_with_renewal", "call", "quotas"]
