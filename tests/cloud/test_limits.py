"""What a budget learns from throttling, and how it forgets."""

import asyncio
from itertools import pairwise

import pytest

from drs_exporter.cloud.budget import Budget
from tests.cloud.doubles import FakeClock, Seen

ACCOUNT = "APIGW.0308"


@pytest.fixture
def budget(clock: FakeClock, seen: Seen) -> Budget:
    """Ten calls a second."""
    return Budget(rate=10, concurrency=4, clock=clock, observer=seen)


async def call(budget: Budget, operation: str, *, code: str | None = None, after: float | None = None) -> None:
    """One call that is answered, or throttled with this code."""
    async with budget.place(operation):
        if code is None:
            budget.answered(operation)
        else:
            budget.throttled(operation, error_code=code, retry_after=after)


async def test_a_retry_after_pauses_its_operation_only(budget: Budget, clock: FakeClock) -> None:
    await call(budget, "batch_status", code="DRS.M01503", after=30)
    assert budget.paused_for("batch_status") == 30
    await call(budget, "batch_detail")
    assert clock.now == 1000
    await call(budget, "batch_status")
    assert clock.now == 1030


async def test_a_shorter_pause_does_not_end_a_longer_one(budget: Budget) -> None:
    budget.pause("quotas", 30)
    budget.pause("quotas", 5)
    assert budget.paused_for("quotas") == 30


async def test_a_pause_beyond_five_minutes_is_cut(budget: Budget) -> None:
    budget.pause("quotas", 1e9)
    assert budget.paused_for("quotas") == 300


async def test_a_pause_that_begins_while_a_caller_waits_holds_that_caller_too(clock: FakeClock, seen: Seen) -> None:
    budget = Budget(rate=1, concurrency=4, clock=clock, observer=seen)
    await call(budget, "quotas")
    waiting = asyncio.create_task(call(budget, "quotas"))
    await asyncio.sleep(0)
    budget.pause("quotas", 10)
    await waiting
    assert clock.now == 1010


async def test_throttling_halves_what_was_observed_and_slows_nobody_else(
    budget: Budget, clock: FakeClock, seen: Seen
) -> None:
    for _ in range(100):
        await call(budget, "batch_detail")
    await call(budget, "batch_detail", code="DRS.M01503")
    assert seen.limits["batch_detail"] == pytest.approx(5, rel=0.15)
    assert seen.limits.get("batch_status") is None
    clock.pass_(2)
    before = clock.now
    for _ in range(10):
        await call(budget, "batch_status")
    assert clock.now - before < 0.1


async def test_several_throttled_together_halve_once(budget: Budget, seen: Seen) -> None:
    for _ in range(100):
        await call(budget, "batch_detail")
    for _ in range(4):
        budget.throttled("batch_detail", error_code="DRS.M01503", retry_after=None)
    assert seen.limits["batch_detail"] == pytest.approx(5, rel=0.15)


async def test_pauses_grow_where_they_do_not_help(budget: Budget, clock: FakeClock) -> None:
    pauses = []
    for _ in range(5):
        await call(budget, "batch_detail", code="DRS.M01503")
        pauses.append(budget.paused_for("batch_detail"))
        clock.pass_(pauses[-1] + 0.1)
    assert pauses == pytest.approx([1, 4, 16, 30, 30])


async def test_one_call_at_a_time_tries_whether_the_limit_is_over(budget: Budget, clock: FakeClock) -> None:
    await call(budget, "batch_detail", code="DRS.M01503")
    clock.pass_(60)
    trial = budget.place("batch_detail")
    await trial.__aenter__()
    others = [asyncio.create_task(call(budget, "batch_detail")) for _ in range(3)]
    for _ in range(20):
        await asyncio.sleep(0)
    assert not any(other.done() for other in others)
    budget.answered("batch_detail")
    await trial.__aexit__(None, None, None)
    await asyncio.gather(*others)


async def test_a_limit_recovers_by_small_steps_and_is_forgotten(budget: Budget, clock: FakeClock, seen: Seen) -> None:
    await call(budget, "batch_detail", code="DRS.M01503")
    rates = []
    while (rate := seen.limits["batch_detail"]) is not None:
        rates.append(rate)
        clock.pass_(10)
        await call(budget, "batch_detail")
    assert rates[0] == pytest.approx(0.5)
    assert all(after / before == pytest.approx(1.05) for before, after in pairwise(rates))
    assert rates[-1] > 9


async def test_the_account_is_slowed_where_several_operations_are_throttled_at_once(budget: Budget, seen: Seen) -> None:
    for _ in range(50):
        await call(budget, "batch_status")
        await call(budget, "batch_detail")
    await call(budget, "batch_status", code=ACCOUNT)
    await call(budget, "batch_detail", code=ACCOUNT, after=7)
    assert seen.limits["batch_status"] == seen.limits["batch_detail"] == pytest.approx(5, rel=0.15)
    assert budget.paused_for("quotas") == 7
    assert budget.allowed == pytest.approx(5, rel=0.15)


async def test_one_operation_throttled_by_the_gateway_is_slowed_alone(budget: Budget, clock: FakeClock) -> None:
    await call(budget, "batch_status", code=ACCOUNT)
    clock.pass_(5)
    await call(budget, "batch_detail", code=ACCOUNT)
    assert budget.paused_for("quotas") == 0
    assert budget.allowed == 10
