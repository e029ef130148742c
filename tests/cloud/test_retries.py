"""What is tried again, and what is waited for."""

import asyncio
from collections.abc import Callable, Mapping
from email.utils import formatdate
from typing import Any

import aiohttp
import aioresponses
import pytest

from drs_exporter.cloud.budget import Budget
from drs_exporter.drs.client import DrsClient
from drs_exporter.errors import (
    ApiError,
    ApiStatusError,
    Refusal,
)
from tests.cloud.doubles import BEGIN, FakeClock, Seen

API = "https://drs.example.test"
QUOTAS = f"{API}/v3/p1/quotas"
GOOD: Mapping[str, Any] = {"quotas": {"resource": {"type": "instance", "quota": 9, "used": 2}}}
Mock = aioresponses.aioresponses
Make = Callable[..., DrsClient]


@pytest.mark.parametrize(
    ("fault", "code", "reason"),
    [
        ({"status": 500}, "500", "5xx"),
        ({"status": 502, "body": "<html>"}, "502", "5xx"),
        ({"status": 503}, "503", "5xx"),
        ({"status": 408, "body": "timeout"}, "408", "5xx"),
        ({"status": 425}, "425", "5xx"),
        ({"status": 429}, "429", "throttled"),
        ({"status": 400, "payload": {"count": 1, "results": [{"error_code": "DRS.M01503"}]}}, "400", "throttled"),
        ({"status": 400, "payload": {"results": [{"error_code": "APIGW.0308"}]}}, "400", "throttled"),
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
        {"status": 400, "payload": {"results": [{"id": "j", "error_code": "DRS.M05004"}]}},
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


async def test_retry_after_in_seconds_pauses_its_operation(
    api: Mock, make: Make, clock: FakeClock, seen: Seen, budget: Budget
) -> None:
    api.get(QUOTAS, status=429, headers={"Retry-After": "20"})
    api.get(QUOTAS, payload=GOOD, repeat=True)
    client = make()
    task = asyncio.create_task(client.quotas())
    while not seen.attempts:  # noqa: ASYNC110 - one step of the loop at a time
        await asyncio.sleep(0)
    assert budget.paused_for("quotas") == 20
    await asyncio.gather(task, client.quotas())
    assert clock.now == pytest.approx(1022)  # then one call at a time, at half a call a second
    assert seen.waited == pytest.approx(22)


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
async def test_an_unreadable_retry_after_is_as_none(api: Mock, make: Make, clock: FakeClock, text: str) -> None:
    api.get(QUOTAS, status=429, headers={"Retry-After": text})
    api.get(QUOTAS, payload=GOOD)
    await make().quotas()
    assert clock.now <= 1001.5


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
    assert budget.paused_for("quotas") == 50
    with pytest.raises(ApiStatusError):
        await client.quotas()
    assert seen.codes == ["429", "429"]


async def test_pauses_that_are_short_alone_and_long_together_end_a_call(
    api: Mock, make: Make, clock: FakeClock, seen: Seen
) -> None:
    api.get(QUOTAS, status=429, headers={"Retry-After": "40"}, repeat=True)
    with pytest.raises(ApiStatusError):
        await make(longest_wait=60).quotas()
    assert seen.codes == ["429", "429"]
    assert clock.now == pytest.approx(1040)
