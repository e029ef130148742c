import asyncio

import pytest

from drs_exporter.cloud.budget import Budget
from tests.cloud.doubles import FakeClock, Seen


def make(clock: FakeClock, seen: Seen, *, rate: float = 10, concurrency: int = 100) -> Budget:
    return Budget(rate=rate, concurrency=concurrency, clock=clock, observer=seen)


async def test_a_burst_of_one_second_goes_at_once_and_the_rest_at_the_rate(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen)
    began: list[float] = []

    async def request() -> None:
        async with budget.place():
            began.append(clock.now - 1000)

    await asyncio.gather(*(request() for _ in range(15)))
    assert began[:10] == [0] * 10
    assert began[10:] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5])
    assert seen.waited == pytest.approx(0.5)


async def test_a_rate_below_one_allows_one_request_at_first(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen, rate=0.5)
    for _ in range(3):
        async with budget.place():
            pass
    assert clock.now - 1000 == pytest.approx(4)


async def test_unused_time_saves_up_no_more_than_one_second(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen)
    clock.pass_(3600)
    for _ in range(12):
        async with budget.place():
            pass
    assert seen.waited == pytest.approx(0.2)


async def test_requests_begin_in_the_order_they_came(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen, rate=1, concurrency=2)
    order: list[int] = []

    async def request(number: int) -> None:
        async with budget.place():
            order.append(number)

    await asyncio.gather(*(request(number) for number in range(20)))
    assert order == list(range(20))


async def test_no_more_are_under_way_than_allowed(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen, rate=1000, concurrency=3)
    under_way = most = 0

    async def request() -> None:
        nonlocal under_way, most
        async with budget.place():
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1

    await asyncio.gather(*(request() for _ in range(20)))
    assert most == 3
    assert seen.waited == 0


async def test_a_pause_holds_everybody_and_a_shorter_one_does_not_end_it(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen)
    budget.pause(30)
    budget.pause(5)
    assert budget.paused_for() == 30
    async with budget.place():
        assert clock.now == 1030
    assert seen.waited == pytest.approx(30)
    assert budget.paused_for() == 0


async def test_a_pause_that_begins_while_a_caller_waits_holds_that_caller_too(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen, rate=1)
    async with budget.place():
        pass
    waiting = asyncio.ensure_future(budget.place().__aenter__())
    await asyncio.sleep(0)
    budget.pause(10)
    await waiting
    assert clock.now == 1010


async def test_a_cancelled_caller_takes_neither_place_nor_token(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen, rate=1, concurrency=1)
    async with budget.place():
        pass

    async def request() -> None:
        async with budget.place():
            raise AssertionError("never gets this far")

    waiting = asyncio.create_task(request())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    clock.pass_(1)
    before = clock.now
    async with budget.place():
        assert clock.now == before


async def test_a_failing_request_gives_its_place_back(clock: FakeClock, seen: Seen) -> None:
    budget = make(clock, seen, concurrency=1)
    for _ in range(2):
        with pytest.raises(ValueError, match="broken"):
            async with budget.place():
                raise ValueError("broken")
