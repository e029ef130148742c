"""Who may ask, and when: rate, places, lanes and their rights."""

import asyncio
from collections import Counter
from collections.abc import Mapping

import pytest

from drs_exporter.cloud.budget import Budget
from drs_exporter.cloud.lanes import Demand
from tests.cloud.doubles import FakeClock, Seen


def make(clock: FakeClock, seen: Seen, *, rate: float | None = 10, concurrency: int = 100) -> Budget:
    return Budget(rate=rate, concurrency=concurrency, clock=clock, observer=seen)


async def keep_asking(budget: Budget, operation: str, began: list[tuple[str, float]], clock: FakeClock) -> None:
    """Ask again as soon as the last call has begun."""
    while True:
        async with budget.place(operation):
            began.append((operation, clock.now))


async def contest(budget: Budget, operations: Mapping[str, int], clock: FakeClock, seconds: float) -> Counter[str]:
    """Calls of operations that are asked for all the time, by so many askers each, after the first second's burst."""
    began: list[tuple[str, float]] = []
    askers = [
        asyncio.create_task(keep_asking(budget, operation, began, clock))
        for operation, count in operations.items()
        for _ in range(count)
    ]
    end = clock.now + seconds
    while clock.now < end:  # noqa: ASYNC110 - one step of the loop at a time
        await asyncio.sleep(0)
    for asker in askers:
        asker.cancel()
    await asyncio.gather(*askers, return_exceptions=True)
    return Counter(operation for operation, at in began if end - seconds + 1 < at <= end)


async def test_a_burst_of_one_second_goes_at_once_and_the_rest_at_the_rate(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen)
    began: list[float] = []

    async def request() -> None:
        async with budget.place("list_jobs"):
            began.append(clock.now - 1000)

    await asyncio.gather(*(request() for _ in range(15)))
    assert began[:10] == [0] * 10
    assert began[10:] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5])
    assert seen.waited == pytest.approx(0.5)


async def test_a_rate_below_one_allows_one_request_at_first(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen, rate=0.5)
    for _ in range(3):
        async with budget.place("list_jobs"):
            pass
    assert clock.now - 1000 == pytest.approx(4)


async def test_unused_time_saves_up_no_more_than_one_second(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen)
    clock.pass_(3600)
    for _ in range(12):
        async with budget.place("list_jobs"):
            pass
    assert seen.waited == pytest.approx(0.2)


async def test_without_a_rate_nobody_waits(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen, rate=None)
    for _ in range(5000):
        async with budget.place("list_jobs"):
            pass
    assert clock.now == 1000
    assert seen.waited == 0


async def test_requests_of_one_lane_begin_in_the_order_they_came(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen, rate=1, concurrency=2)
    order: list[int] = []

    async def request(number: int) -> None:
        async with budget.place("list_jobs"):
            order.append(number)

    await asyncio.gather(*(request(number) for number in range(20)))
    assert order == list(range(20))


async def test_no_more_are_under_way_than_allowed(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen, rate=1000, concurrency=3)
    under_way = most = 0

    async def request(operation: str) -> None:
        nonlocal under_way, most
        async with budget.place(operation):
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1

    await asyncio.gather(*(request(operation) for operation in ("list_jobs", "quotas") for _ in range(20)))
    assert most == 3
    assert seen.waited == 0


async def test_an_operation_that_hangs_leaves_a_place_to_the_others(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen, rate=1000, concurrency=4)
    gate = asyncio.Event()

    async def hang() -> None:
        async with budget.place("list_jobs"):
            await gate.wait()

    hanging = [asyncio.create_task(hang()) for _ in range(10)]
    await asyncio.sleep(0)
    async with asyncio.timeout(5), budget.place("quotas"):
        pass
    gate.set()
    await asyncio.gather(*hanging)


async def test_a_cancelled_caller_takes_neither_place_nor_token(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen, rate=1, concurrency=1)
    async with budget.place("list_jobs"):
        pass

    async def request() -> None:
        async with budget.place("list_jobs"):
            raise AssertionError("never gets this far")

    waiting = asyncio.create_task(request())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    clock.pass_(1)
    before = clock.now
    async with budget.place("list_jobs"):
        assert clock.now == before


async def test_a_caller_cancelled_when_its_turn_has_come_gives_it_back(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen, rate=1, concurrency=1)
    first = budget.place("list_jobs")
    await first.__aenter__()

    async def request() -> None:
        async with budget.place("list_jobs"):
            raise AssertionError("never gets this far")

    waiting = asyncio.create_task(request())
    await asyncio.sleep(0)
    clock.pass_(1)
    await first.__aexit__(None, None, None)  # it is the other's turn, which it has not noticed yet
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    before = clock.now
    async with budget.place("list_jobs"):
        assert clock.now == before


async def test_a_caller_given_up_a_moment_ago_is_passed_over(clock: FakeClock, seen: Seen) -> None:
    """It is cancelled, a place becomes free in the same step, and the next in the row gets it, not nobody."""
    budget = make(clock, seen, rate=None, concurrency=1)
    first = budget.place("list_jobs")
    await first.__aenter__()
    began: list[str] = []

    async def request(name: str) -> None:
        async with budget.place("list_jobs"):
            began.append(name)

    given_up, next_one = asyncio.create_task(request("given up")), asyncio.create_task(request("next"))
    await asyncio.sleep(0)
    given_up.cancel()
    await first.__aexit__(None, None, None)
    await asyncio.wait_for(next_one, 30)
    assert began == ["next"]
    with pytest.raises(asyncio.CancelledError):
        await given_up
    async with budget.place("list_jobs"):
        began.append("later")
    assert began == ["next", "later"]


async def test_a_failing_request_gives_its_place_back(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen, concurrency=1)
    for _ in range(2):
        with pytest.raises(ValueError, match="broken"):
            async with budget.place("list_jobs"):
                raise ValueError("broken")


async def test_a_sign_in_waits_for_no_place_and_no_token(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen, rate=1, concurrency=1)
    async with budget.place("list_jobs"), budget.place("sign_in"):
        assert clock.now == 1000


POLL_AND_DETAILS = {
    "status": Demand(operations=("batch_status",), rate=6.0, of_poll=True),
    "details": Demand(operations=("batch_detail",), rate=2.0),
}


async def test_the_poll_goes_first_and_another_lane_has_its_right(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen)
    budget.share(POLL_AND_DETAILS)
    calls = await contest(budget, {"batch_status": 5, "batch_detail": 5}, clock, 60)
    assert calls["batch_detail"] == pytest.approx(2 * 59, abs=3)
    assert calls["batch_status"] == pytest.approx(8 * 59, abs=3)


async def test_what_the_poll_does_not_use_the_others_get(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen)
    budget.share(POLL_AND_DETAILS)
    calls = await contest(budget, {"batch_detail": 5}, clock, 30)
    assert calls["batch_detail"] == pytest.approx(10 * 29, abs=3)


async def test_what_was_left_over_is_not_held_against_a_lane(clock: FakeClock, seen: Seen) -> None:
    """It had the whole budget for a while, and has its right as before once the poll comes."""
    budget = make(clock, seen)
    budget.share(POLL_AND_DETAILS)
    await contest(budget, {"batch_detail": 5}, clock, 120)
    calls = await contest(budget, {"batch_status": 5, "batch_detail": 5}, clock, 30)
    assert calls["batch_detail"] == pytest.approx(2 * 29, abs=3)


async def test_an_overload_stretches_all_alike(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen, rate=4)
    budget.share(POLL_AND_DETAILS)
    assert budget.utilization == pytest.approx(2)
    calls = await contest(budget, {"batch_status": 5, "batch_detail": 5}, clock, 120)
    assert calls["batch_detail"] == pytest.approx(1 * 119, rel=0.15)
    assert calls["batch_status"] == pytest.approx(3 * 119, rel=0.1)


async def test_a_lane_stays_under_its_ceiling_even_where_nobody_else_asks(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen)
    budget.share({"diagnosis": Demand(operations=("monitor_data", "dirty_data"), rate=50.0, ceiling=0.1)})
    assert budget.utilization == pytest.approx(0.1)
    calls = await contest(budget, {"monitor_data": 3, "dirty_data": 3}, clock, 60)
    assert calls.total() == pytest.approx(59, abs=2)


@pytest.mark.parametrize(("others", "right"), [(5.0, 1.0), (9.0, 0.5), (20.0, 0.25)])
async def test_a_lane_with_a_ceiling_takes_what_the_others_leave(
    clock: FakeClock, seen: Seen, others: float, right: float
) -> None:
    """A tenth where that is free, some where it is not, and it never makes a budget too small that fits without it."""
    budget = make(clock, seen)
    budget.share(
        {
            "status": Demand(operations=("batch_status",), rate=others, of_poll=True),
            "diagnosis": Demand(operations=("dirty_data",), rate=50.0, ceiling=0.1),
        }
    )
    assert budget.utilization == pytest.approx((others + right) / 10)


async def test_a_larger_right_counts_at_once_for_a_call_that_waits_already(clock: FakeClock, seen: Seen) -> None:
    """Or a collector that has just learned how much it has to ask would wait as long as for its first question."""
    budget = make(clock, seen)

    def share(details: float) -> None:
        poll = Demand(operations=("batch_status",), rate=10.0, of_poll=True)
        budget.share({"status": poll, "details": Demand(operations=("batch_detail",), rate=details)})

    share(0.001)
    await contest(budget, {"batch_status": 5, "batch_detail": 1}, clock, 10)
    share(2.0)
    calls = await contest(budget, {"batch_status": 5, "batch_detail": 1}, clock, 30)
    assert calls["batch_detail"] > 30


async def test_a_lane_that_needs_nothing_is_served_even_in_an_overload(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen, rate=1)
    budget.share(
        {
            "status": Demand(operations=("batch_status",), rate=9.0, of_poll=True),
            "quotas": Demand(operations=("quotas",), rate=0.0),
        }
    )
    assert (await contest(budget, {"batch_status": 5, "quotas": 1}, clock, 600))["quotas"] >= 1


async def test_calls_that_last_long_lower_what_can_be_made(clock: FakeClock, seen: Seen) -> None:
    """Four at once that last a second each are four a second, whatever the rate says."""
    budget = make(clock, seen, concurrency=4)
    for _ in range(20):
        async with budget.place("list_jobs"):
            clock.pass_(1)
    assert budget.allowed == pytest.approx(4)


async def test_when_calls_begin_to_last_longer_the_poll_keeps_its_part(clock: FakeClock, seen: Seen) -> None:
    """Rights are given anew then, or what is asked beside the poll would have a right to more than there is."""
    budget = make(clock, seen, rate=None, concurrency=1)
    began: Counter[str] = Counter()

    async def ask(operation: str, seconds: float) -> None:
        async with budget.place(operation):
            began[operation] += 1
            await clock.sleep(seconds)

    await ask("list_jobs", 0.1)  # ten calls a second can be made, as far as is known
    budget.share(
        {
            "poll": Demand(operations=("list_jobs",), rate=4, of_poll=True),
            "beside": Demand(operations=("batch_detail",), rate=4),
        }
    )
    asking = [
        asyncio.create_task(ask(operation, 1.0)) for operation in ("list_jobs", "batch_detail") for _ in range(100)
    ]
    end = clock.now + 90
    while clock.now < end:  # noqa: ASYNC110 - one step of the loop at a time
        await asyncio.sleep(0)
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    assert began["list_jobs"] >= 40
    assert began["batch_detail"] >= 30


async def test_sharing_anew_loses_nobody_who_waits(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen, rate=1)
    done: list[str] = []

    async def request(operation: str) -> None:
        async with budget.place(operation):
            done.append(operation)

    waiting = [asyncio.create_task(request(operation)) for operation in ("batch_status", "batch_detail") * 3]
    await asyncio.sleep(0)
    budget.share(POLL_AND_DETAILS)
    budget.share({"details": POLL_AND_DETAILS["details"]})
    await asyncio.gather(*waiting)
    assert Counter(done) == {"batch_status": 3, "batch_detail": 3}
