"""The simulated cloud takes so many calls of an operation, or of the account, and says so as the real ones do."""

from collections.abc import AsyncIterator

import pytest

from drs_exporter.simulator import SimulatedCloud
from drs_exporter.simulator.faults import FaultError
from drs_exporter.simulator.limits import Limit, Limits, Throttled, parse_limit
from tests.simulator.client import Client, Hands


class Clock:
    """Seconds that the test sets."""

    now = 0.0


def limits(*found: Limit) -> tuple[Limits, Clock]:
    """Limits on a clock of the test's own."""
    clock = Clock()
    made = Limits(lambda: clock.now)
    for limit in found:
        made.set(limit)
    return made, clock


def taken(made: Limits, operation: str, calls: int) -> int:
    """How many of so many calls pass."""
    passed = 0
    for _ in range(calls):
        try:
            made.admit(operation)
        except Throttled:
            continue
        passed += 1
    return passed


def test_calls_pass_again_when_those_before_are_a_minute_old() -> None:
    made, clock = limits(Limit("list_jobs", 5))
    assert taken(made, "list_jobs", 8) == 5
    assert taken(made, "batch_status", 8) == 8
    clock.now = 59.9
    assert taken(made, "list_jobs", 1) == 0
    clock.now = 60.0
    assert taken(made, "list_jobs", 8) == 5
    assert made.refused == 7
    made.clear()
    assert taken(made, "list_jobs", 99) == 99


def test_the_account_counts_every_operation_but_sign_ins() -> None:
    made, _ = limits(Limit("*", 4))
    assert taken(made, "list_jobs", 3) + taken(made, "quotas", 3) == 4
    assert taken(made, "sign_in", 3) == 3


def test_a_call_that_is_refused_by_one_limit_does_not_use_up_the_other() -> None:
    made, _ = limits(Limit("*", 10), Limit("list_jobs", 1))
    assert taken(made, "list_jobs", 5) == 1
    assert taken(made, "quotas", 20) == 9


@pytest.mark.parametrize(
    ("limit", "status", "headers"),
    [
        (Limit("*", 1), 429, ()),
        (Limit("*", 1, retry_after=True), 429, (("Retry-After", "60"),)),
        (Limit("quotas", 1, per=10, code="DRS.M01503", retry_after=True), 400, (("Retry-After", "10"),)),
    ],
)
def test_a_limit_says_what_the_gateway_or_the_service_says(
    limit: Limit, status: int, headers: tuple[tuple[str, str], ...]
) -> None:
    made, _ = limits(limit)
    made.admit("quotas")
    with pytest.raises(Throttled) as caught:
        made.admit("quotas")
    assert (caught.value.status, caught.value.code, caught.value.headers) == (status, limit.code, headers)


@pytest.mark.parametrize(
    ("text", "limit"), [("60", Limit("*", 60)), ("list_jobs=10", Limit("list_jobs", 10)), ("*=5", Limit("*", 5))]
)
def test_a_limit_is_read_as_a_command_line_writes_it(text: str, limit: Limit) -> None:
    assert parse_limit(text) == limit


@pytest.mark.parametrize("text", ["", "many", "list_jobs=", "=5", "nothing=5", "0", "list_jobs=-1", "²"])
def test_a_limit_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(FaultError):
        parse_limit(text)


@pytest.fixture
async def limited(cloud: SimulatedCloud) -> AsyncIterator[SimulatedCloud]:
    """A cloud that takes two calls a minute."""
    cloud.limits.set(Limit("*", 2, retry_after=True))
    yield cloud
    cloud.limits.clear()


async def test_over_http_it_is_the_gateways_answer(limited: SimulatedCloud, client: Client, hands: Hands) -> None:
    for _ in range(2):
        assert (await client.get("v3/quotas")).status == 200
    reply = await client.get("v3/quotas")
    assert reply.code == (429, "APIGW.0308")
    assert reply.headers["Retry-After"] == "60"
    hands.at += 61
    assert (await client.get("v3/quotas")).status == 200
    assert limited.limits.refused == 1
