"""Listings that lack jobs: what is missing is gone only where the listing is complete."""

from collections.abc import Mapping
from typing import Any
from unittest.mock import ANY

from drs_exporter.simulator import SimulatedCloud
from tests.faults.daemon import HOLD, INTERVAL, Daemon, Started
from tests.faults.page import Page

MANY = 320
"""Jobs, of which those of one scenario fill a page and a part of the next."""


def fell_short(total: object = ANY, held: object = ANY, scenario: object = "sync") -> Mapping[str, Any]:
    """The one line that says that jobs are missing."""
    return {
        "event": "listing.fell_short",
        "log_level": "warning",
        "project": "sim",
        "scenario": scenario,
        "total": total,
        "held": held,
    }


def completed(scenario: object = "sync") -> Mapping[str, Any]:
    """The one line that says that none are any more."""
    return {"event": "listing.completed", "log_level": "info", "project": "sim", "scenario": scenario}


def parents(page: Page) -> set[str]:
    """Ids of all jobs that are no subtasks."""
    return page.label("drs_job_info", "job_id", parent_id="")


async def test_jobs_that_no_page_shows_though_the_total_counts_them_are_held_and_then_go(started: Started) -> None:
    async with started(jobs=MANY, scenarios=["sync"]) as (daemon, cloud):
        before, read_at = await daemon.scrape(), daemon.clock.monotonic()
        total = len(parents(before))
        cloud.faults.set("list_jobs", "pages_shrink", items=99)

        assert await daemon.poll() == [fell_short(total=total, held=ANY)]
        held = await daemon.scrape()
        assert held.of_the_cloud() == before.of_the_cloud()
        assert held.health() == before.health()

        assert await daemon.advance_to(read_at + HOLD + 1) == []
        dropped = await daemon.scrape()
        assert 100 < len(parents(dropped)) < total
        assert sum(dropped.of("drs_jobs").values()) == len(dropped.jobs())
        assert dropped.health() == before.health()

        cloud.faults.clear()
        assert await daemon.poll() == [completed()]
        assert (await daemon.scrape()).of_the_cloud() == before.of_the_cloud()


async def test_missing_jobs_are_read_as_ever_while_they_are_held(started: Started) -> None:
    """Most likely they are there: the other collectors go on with them."""
    async with started(jobs=MANY, scenarios=["sync"]) as (daemon, cloud):
        chosen = cloud.fleet.ids(scenario="sync", status="INCRE_TRANSFER_STARTED")[-1]
        assert chosen in cloud.fleet.ids(scenario="sync")[101:]
        cloud.faults.set("list_jobs", "pages_shrink", items=99)
        cloud.fleet.set_status(chosen, "INCRE_TRANSFER_FAILED")
        assert await daemon.poll() == [fell_short()]
        page = await daemon.scrape()
        assert page.value("drs_job_status", job_id=chosen, status="INCRE_TRANSFER_FAILED") == 1


async def test_each_missing_job_is_held_from_when_it_was_last_listed(started: Started) -> None:
    """What comes back is fresh, what leaves later is held longer."""
    async with started(jobs=MANY, scenarios=["sync"]) as (daemon, cloud):
        everyone = parents(await daemon.scrape())
        first = daemon.clock.monotonic()
        cloud.faults.set("list_jobs", "pages_shrink", items=99)
        assert await daemon.poll() == [fell_short()]
        cloud.faults.set("list_jobs", "pages_shrink", items=85)
        await daemon.advance_to(first + HOLD - 1)
        assert parents(await daemon.scrape()) == everyone
        await daemon.advance_to(first + 2 * INTERVAL + 1)
        some = parents(await daemon.scrape())
        assert some < everyone
        cloud.faults.set("list_jobs", "pages_shrink", items=99)
        await daemon.advance_to(first + 3 * INTERVAL + 1)
        assert len(some) == 100 + 15
        assert parents(await daemon.scrape()) == some


async def test_a_missing_job_goes_at_once_where_nothing_is_held(started: Started) -> None:
    async with started(jobs=MANY, scenarios=["sync"], hold_time=0) as (daemon, cloud):
        cloud.faults.set("list_jobs", "pages_shrink", items=99)
        assert await daemon.poll() == [fell_short()]
        assert len(parents(await daemon.scrape())) < len(cloud.fleet.ids(scenario="sync"))


async def test_a_total_that_is_always_too_high_keeps_no_deleted_job_for_ever(started: Started) -> None:
    async with started(jobs=MANY, scenarios=["sync"]) as (daemon, cloud):
        cloud.faults.set("list_jobs", "total_lies")
        assert await daemon.poll() == []
        before, read_at = await daemon.scrape(), daemon.clock.monotonic()
        first, second = cloud.fleet.ids(scenario="sync", status="RELEASE_RESOURCE_COMPLETE")[:2]
        cloud.fleet.delete(first)
        assert await daemon.poll() == [fell_short(held=1)]
        assert (await daemon.scrape()).jobs() == before.jobs()
        await daemon.advance_to(read_at + HOLD + 1)
        page = await daemon.scrape()
        assert before.jobs() - page.jobs() == {first}
        assert page.health() == before.health()
        cloud.fleet.delete(second)
        assert await daemon.advance(HOLD + 2 * INTERVAL) == []
        assert before.jobs() - (await daemon.scrape()).jobs() == {first, second}
        cloud.faults.clear()
        assert await daemon.poll() == [completed()]


async def test_a_missing_job_that_was_deleted_goes_with_the_first_complete_listing(started: Started) -> None:
    async with started(jobs=MANY, scenarios=["sync"], hold_time=600) as (daemon, cloud):
        before = await daemon.scrape()
        gone = cloud.fleet.ids(scenario="sync", status="RELEASE_RESOURCE_COMPLETE")[0]
        cloud.fleet.delete(gone)
        cloud.faults.set("list_jobs", "total_lies")
        await daemon.poll()
        assert (await daemon.scrape()).jobs() == before.jobs()
        cloud.faults.clear()
        assert completed() in await daemon.poll()
        assert before.jobs() - (await daemon.scrape()).jobs() == {gone}


async def test_pages_that_shift_whenever_they_are_read_lose_no_job_at_once(started: Started) -> None:
    """Deletions at every reading: what each of them moved out of sight is held."""
    async with started(jobs=MANY, scenarios=["sync"]) as (daemon, cloud):
        before, read_at = await daemon.scrape(), daemon.clock.monotonic()
        cloud.faults.set("list_jobs", "pages_shift")
        assert await daemon.poll() == [fell_short()]
        assert (await daemon.scrape()).of_the_cloud() == before.of_the_cloud()
        assert await daemon.advance_to(read_at + HOLD + 1) == []
        assert (await daemon.scrape()).jobs() < before.jobs()
        cloud.faults.clear()
        assert await daemon.poll() == [completed()]
        assert (await daemon.scrape()).of_the_cloud() == before.of_the_cloud()


async def test_of_two_jobs_with_one_id_one_is_there(steady: Daemon, cloud: SimulatedCloud) -> None:
    before, read_at = await steady.scrape(), steady.clock.monotonic()
    cloud.faults.set("list_jobs", "duplicate_id")
    news = await steady.poll()
    assert news == [fell_short(scenario=ANY, held=ANY)] * len(news) != []
    page = await steady.scrape()
    assert page.health() == before.health()
    assert len(page.of("drs_job_info")) == len(page.jobs())
    assert page.jobs() == before.jobs()
    assert await steady.advance_to(read_at + HOLD + 1) == []
    page = await steady.scrape()
    assert len(page.of("drs_job_info")) == len(page.jobs())
    assert page.jobs() < before.jobs()
    cloud.faults.clear()
    assert await steady.poll() == [completed(scenario=ANY)] * len(news)
    assert (await steady.scrape()).of_the_cloud() == before.of_the_cloud()


async def test_a_second_page_that_fails_removes_no_job(started: Started) -> None:
    async with started(jobs=MANY, scenarios=["sync"]) as (daemon, cloud):
        before = await daemon.scrape()
        cloud.faults.set("list_jobs", "500", match={"page": 2})
        (event,) = await daemon.poll()
        assert (event["event"], event["collector"]) == ("collector.failed", "jobs")
        assert (await daemon.scrape()).of_the_cloud() == before.of_the_cloud()
        cloud.faults.clear()
        assert [event["event"] for event in await daemon.poll()] == ["collector.recovered"]
        assert (await daemon.scrape()).of_the_cloud() == before.of_the_cloud()
