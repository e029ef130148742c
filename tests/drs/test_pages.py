import asyncio
from collections.abc import Awaitable, Callable

import pytest

from drs_exporter.drs.pages import MOST_PAGES, SLACK, STANDSTILL, Listing, Page, by_offset, count, numbered
from drs_exporter.errors import ApiConnectionError, ApiSchemaError

Fetch = Callable[[int], Awaitable[Page[str]]]


class Service:
    """A listing by page number that notes what it was asked."""

    def __init__(self, answer: Callable[[int], Page[str]]) -> None:
        self.asked: list[int] = []
        self.under_way = self.most = 0
        self._answer = answer

    async def fetch(self, number: int) -> Page[str]:
        self.asked.append(number)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0)
        self.under_way -= 1
        return self._answer(number)

    async def listing(self, *, width: int = 4) -> Listing[str]:
        return await numbered(self.fetch, lambda item: item or None, operation="list_jobs", width=width)

    async def read(self, *, width: int = 4) -> list[str]:
        return (await self.listing(width=width)).items

    async def read_by_offset(self) -> list[str]:
        listing = await by_offset(self.fetch, lambda item: item or None, operation="list_async_jobs")
        return listing.items


def jobs(begin: int, end: int) -> list[str]:
    return [f"job-{number}" for number in range(begin, end)]


def pages_of(size: int, *, total: int | None, per_page: int = 100) -> Service:
    return Service(lambda number: Page(jobs((number - 1) * per_page, min(size, number * per_page)), total))


@pytest.mark.parametrize(
    ("size", "calls"), [(0, 1), (1, 1), (99, 1), (100, 2), (101, 2), (250, 3), (300, 4), (950, 10), (3000, 31)]
)
async def test_every_item_is_read_with_the_fewest_calls(size: int, calls: int) -> None:
    """A full last page needs one more call, because only that shows the end."""
    service = pages_of(size, total=size)
    assert await service.read() == jobs(0, size)
    assert sorted(service.asked) == list(range(1, calls + 1))


async def test_pages_are_read_together_but_no_more_than_allowed() -> None:
    service = pages_of(2000, total=2000)
    await service.read(width=4)
    assert service.most == 4


@pytest.mark.parametrize("size", [0, 40, 100, 250, 300])
async def test_without_a_total_the_short_page_is_the_end(size: int) -> None:
    assert await pages_of(size, total=None).read() == jobs(0, size)


@pytest.mark.parametrize("total", [41, 250, 10**9])
async def test_a_total_too_high_costs_one_call_more(total: int) -> None:
    service = pages_of(40, total=total)
    assert await service.read() == jobs(0, 40)
    assert service.asked == [1, 2]


async def test_a_total_far_too_high_costs_one_wave_more() -> None:
    service = pages_of(250, total=10**9)
    assert await service.read() == jobs(0, 250)
    assert len(service.asked) == 5


@pytest.mark.parametrize("total", [0, 1, 100, 240])
async def test_a_total_too_low_loses_nothing(total: int) -> None:
    assert await pages_of(250, total=total).read() == jobs(0, 250)


async def test_a_service_that_gives_shorter_pages_than_asked_is_read_to_its_total() -> None:
    assert await pages_of(180, total=180, per_page=50).read() == jobs(0, 180)


async def test_overlapping_pages_are_tolerated() -> None:
    """A job created while pages are read pushes others onto the next page."""
    answers = {1: Page(jobs(0, 100), 150), 2: Page(jobs(98, 150), 151)}
    result = await Service(lambda number: answers.get(number, Page([], 151))).read()
    assert set(result) == set(jobs(0, 150))


async def test_a_listing_that_shrinks_is_read_twice_and_loses_nothing() -> None:
    """A job deleted from a page already read moves another out of sight; nobody may take that one for gone."""
    first = {1: Page(jobs(0, 100), 150), 2: Page(jobs(101, 150), 149)}
    second = {1: Page(jobs(1, 101), 149), 2: Page(jobs(101, 150), 149)}
    turns: list[int] = []

    def answer(number: int) -> Page[str]:
        turns.append(number)
        return (first if turns.count(1) == 1 else second).get(number, Page([], 149))

    listing = await Service(answer).listing()
    assert set(listing.items) == set(jobs(0, 150))
    assert turns.count(1) == 2
    assert listing.complete


async def test_a_listing_that_shrinks_each_time_it_is_read_is_not_complete() -> None:
    """Something else may have moved out of sight each time."""
    service = Service(lambda number: Page(jobs(0, 100) if number == 1 else jobs(101, 150), 151 - number))
    assert not (await service.listing()).complete


@pytest.mark.parametrize(("total", "complete"), [(None, True), (1, True), (140, True), (141, False), (10**9, False)])
async def test_a_listing_that_ends_short_of_its_total_is_not_complete(total: int | None, complete: bool) -> None:
    listing = await pages_of(140, total=total).listing()
    assert (len(listing.items), listing.complete) == (140, complete)


async def test_a_later_page_that_lacks_items_leaves_the_listing_incomplete() -> None:
    listing = await Service(lambda number: Page({1: jobs(0, 100), 2: jobs(100, 130)}.get(number, []), 150)).listing()
    assert (len(listing.items), listing.complete) == (130, False)


async def test_an_empty_listing_is_one_only_where_its_total_says_so_too() -> None:
    assert (await pages_of(0, total=0).listing()).complete
    assert (await pages_of(0, total=None).listing()).complete
    with pytest.raises(ApiSchemaError, match="the listing is empty, its total is not"):
        await pages_of(0, total=3).read()


async def test_a_repeated_page_ends_the_listing_once_the_total_is_reached() -> None:
    service = Service(lambda _: Page(jobs(0, 100), 100))
    assert set(await service.read()) == set(jobs(0, 100))
    assert service.asked == [1, 2]


async def test_a_repeated_page_short_of_the_total_is_not_a_complete_listing() -> None:
    with pytest.raises(ApiSchemaError, match="does not end"):
        await Service(lambda _: Page(jobs(0, 100), 250)).read()


async def test_a_listing_that_never_ends_is_not_a_complete_listing() -> None:
    service = Service(lambda number: Page(jobs(number * 100, number * 100 + 100), 200))
    with pytest.raises(ApiSchemaError, match="does not end"):
        await service.read()
    assert len(service.asked) <= 2 + SLACK + 4


async def test_a_total_that_grows_with_every_page_buys_no_more_pages() -> None:
    service = Service(lambda number: Page(jobs(number * 100, number * 100 + 100), number * 100 + 100))
    with pytest.raises(ApiSchemaError, match="does not end"):
        await service.read()
    assert len(service.asked) == 1 + STANDSTILL


async def test_known_items_that_come_again_for_ever_are_not_gathered() -> None:
    listing: Listing[str] = Listing(lambda job: job, operation="list_jobs")
    for number in range(1, 1 + STANDSTILL):
        listing.add(Page(jobs(0, 100), number * 100 + 100))
    with pytest.raises(ApiSchemaError, match="does not end"):
        listing.add(Page(jobs(0, 100), 2000))
    assert listing.items == jobs(0, 100)


async def test_a_listing_that_grows_by_pages_now_and_then_while_it_is_read_is_read() -> None:
    totals = (200, 350, 500, 500, 650, 650, 650)
    service = Service(
        lambda number: Page(jobs((number - 1) * 100, min(number * 100, totals[number - 1])), totals[number - 1])
    )
    assert await service.read() == jobs(0, 650)


async def test_a_listing_without_total_that_never_ends_ends_at_the_hard_cap() -> None:
    service = Service(lambda number: Page(jobs(number * 100, number * 100 + 100)))
    with pytest.raises(ApiSchemaError, match="does not end"):
        await service.read()
    assert MOST_PAGES <= len(service.asked) <= MOST_PAGES + 4


async def test_a_thousand_jobs_that_appear_while_pages_are_read_are_read() -> None:
    service = Service(
        lambda number: Page(jobs((number - 1) * 100, min(1000, number * 100)), 1 if number == 1 else 1000)
    )
    assert await service.read() == jobs(0, 1000)


async def test_an_empty_page_after_a_full_one_and_before_the_total_is_not_a_complete_listing() -> None:
    """Nobody may take the jobs of the missing pages for gone."""
    service = Service(lambda number: Page(jobs(0, 100) if number == 1 else [], 380))
    with pytest.raises(ApiSchemaError, match="breaks off before its total"):
        await service.read()


async def test_one_failing_page_fails_the_listing_and_ends_the_other_calls() -> None:
    cancelled: list[int] = []

    async def fetch(number: int) -> Page[str]:
        if number == 3:
            raise ApiConnectionError("reset", operation="list_jobs")
        if number > 1:
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.append(number)
        return Page(jobs(0, 100), 500)

    with pytest.raises(ApiConnectionError, match="reset"):
        await numbered(fetch, lambda item: item, operation="list_jobs", width=4)
    assert sorted(cancelled) == [2, 4, 5]


async def test_cancelling_a_listing_ends_its_calls() -> None:
    under_way = 0
    all_there = asyncio.Event()

    async def fetch(number: int) -> Page[str]:
        nonlocal under_way
        if number > 1:
            under_way += 1
            if under_way == 4:
                all_there.set()
            try:
                await asyncio.Event().wait()
            finally:
                under_way -= 1
        return Page(jobs(0, 100), 500)

    task = asyncio.create_task(numbered(fetch, lambda item: item, operation="list_jobs", width=4))
    await all_there.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert under_way == 0


async def test_items_without_id_are_kept_and_counted() -> None:
    service = Service(lambda number: Page(["", "", "a"], 3) if number == 1 else Page([], 3))
    assert await service.read() == ["", "", "a"]
    assert service.asked == [1]


@pytest.mark.parametrize("limit", [100, 30])
async def test_a_listing_by_offset_begins_each_page_where_the_last_one_ended(limit: int) -> None:
    """Also where the service gives fewer than were asked for."""
    service = Service(lambda offset: Page(jobs(offset, min(130, offset + limit)), 130))
    assert await service.read_by_offset() == jobs(0, 130)


async def test_a_listing_by_offset_that_never_ends_is_refused() -> None:
    with pytest.raises(ApiSchemaError):
        await Service(lambda _: Page(jobs(0, 100), 1000)).read_by_offset()


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (0, 0),
        (12, 12),
        ("12", 12),
        (12.0, 12),
        (None, None),
        (True, None),
        ("", None),
        ("-1", None),
        (-1, None),
        ("many", None),
        ("9" * 40, None),
        ([], None),
        (1e300, None),
    ],
)
def test_a_total_is_a_whole_number_or_unknown(value: object, read: int | None) -> None:
    assert count(value) == read  # type: ignore[arg-type]
