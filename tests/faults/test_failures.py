"""Faults that fail the job listing: what is held, what is dropped and when, what says so, and that it heals."""

from typing import Any

import pytest

from drs_exporter.simulator import SimulatedCloud
from tests.faults.daemon import HOLD, INTERVAL, Daemon, Started
from tests.faults.failures import FAILURES
from tests.faults.page import Page
from tests.faults.rows import RECOVERED, SCENARIOS, Failure, Trouble


@pytest.mark.parametrize("fault", FAILURES, ids=lambda fault: fault.name)
async def test_a_failing_listing_is_told_held_dropped_and_comes_back(fault: Failure, started: Started) -> None:
    async with started(jobs=fault.jobs, **fault.settings) as (daemon, cloud):
        before, read_at = await daemon.scrape(), daemon.clock.monotonic()
        sign_ins = cloud.calls["sign_in"]
        Trouble("list_jobs", fault.kind, fault.params).begin(cloud)

        assert await daemon.poll() == [fault.log_line(cloud.url.removeprefix("http://"))]

        held = await daemon.scrape()
        assert held.of_the_cloud() == before.of_the_cloud()
        assert daemon.scraped() == {len(before.jobs())}
        assert held.health() == {**before.health(), "up": 0, "jobs": 0}
        assert grown(before, held, fault.code) >= fault.attempts * len(cloud_listings(fault))
        assert cloud.calls["sign_in"] - sign_ins == fault.sign_ins

        await assert_held_and_dropped(daemon, before, until=read_at + HOLD)

        cloud.faults.clear()
        assert await daemon.poll() == [RECOVERED]
        after = await daemon.scrape()
        assert after.of_the_cloud() == before.of_the_cloud()
        assert after.health() == before.health()
        assert daemon.scraped() <= {len(before.jobs()), 0}


async def assert_held_and_dropped(daemon: Daemon, before: Page, *, until: float) -> None:
    """Nothing changes until the hold ends, then every series of jobs is gone, without another line in the log."""
    assert await daemon.advance_to(until - 5) == []
    assert (await daemon.scrape()).of_the_cloud() == before.of_the_cloud()
    assert await daemon.advance_to(until + 1) == []
    dropped = (await daemon.scrape()).of_the_cloud()
    assert dropped == {series: value for series, value in before.of_the_cloud().items() if not of_a_job(series.name)}


def of_a_job(name: str) -> bool:
    """Whether the family is about jobs, and not about quotas or batches."""
    return name.startswith(("drs_job", "drs_node"))


def cloud_listings(fault: Failure) -> list[Any]:
    """The scenarios that are listed."""
    scenarios = fault.settings.get("scenarios", range(SCENARIOS))
    assert isinstance(scenarios, list | range)
    return list(scenarios)


def grown(before: Page, after: Page, code: str) -> float:
    """How many more attempts of the listing had this result."""
    name, labels = "drs_exporter_api_requests_total", {"operation": "list_jobs", "code": code}
    return (after.value(name, **labels) or 0) - (before.value(name, **labels) or 0)


async def test_permission_is_not_a_reason_to_sign_in_again(steady: Daemon, cloud: SimulatedCloud) -> None:
    sign_ins = cloud.calls["sign_in"]
    cloud.faults.set("*", "401_permission")
    for _ in range(3):
        await steady.poll()
    assert cloud.calls["sign_in"] == sign_ins


async def test_a_retry_after_of_many_minutes_is_waited_for_and_not_asked_into(
    steady: Daemon, cloud: SimulatedCloud
) -> None:
    """The service asked to be left alone for ten minutes: five is what it gets, then one request at a time."""
    before = await steady.scrape()
    cloud.faults.set("list_jobs", "throttle", retry_after=600, times=3)
    first = await steady.poll()
    calls = cloud.calls["list_jobs"]
    await steady.advance(4 * INTERVAL - 1)
    assert cloud.calls["list_jobs"] == calls
    assert [event["event"] for event in first if event["collector"] == "jobs"] == ["collector.failed"]
    await steady.advance(2 * INTERVAL)
    assert cloud.calls["list_jobs"] > calls
    assert (await steady.scrape()).of_the_cloud() == before.of_the_cloud()


async def test_with_no_hold_time_a_failure_drops_at_once(started: Started) -> None:
    async with started(hold_time=0) as (daemon, cloud):
        before = await daemon.scrape()
        assert before.jobs()
        cloud.faults.set("list_jobs", "500")
        await daemon.poll()
        assert not (await daemon.scrape()).jobs()
        cloud.faults.clear()
        await daemon.poll()
        assert (await daemon.scrape()).of_the_cloud() == before.of_the_cloud()


@pytest.mark.parametrize(
    ("collector", "operation", "lost"),
    [
        ("status", "batch_status", {"drs_job_error"}),
        (
            "progress",
            "batch_progress",
            {
                "drs_job_progress_ratio",
                "drs_job_remaining_seconds",
                "drs_job_progress_updated_timestamp_seconds",
                "drs_job_part_progress_ratio",
                "drs_job_part_remaining_seconds",
                "drs_job_incremental_delay_seconds",
                "drs_job_apply_rows_per_second",
                "drs_job_apply_bytes_per_second",
            },
        ),
        ("rpo_rto", "batch_rpo_rto", {"drs_job_rpo_delay_seconds", "drs_job_rto_delay_seconds"}),
        ("quotas", "quotas", {"drs_quota_limit", "drs_quota_used"}),
        (
            "async_jobs",
            "list_async_jobs",
            {
                "drs_async_job_info",
                "drs_async_job_status",
                "drs_async_job_created_timestamp_seconds",
                "drs_async_job_members",
                "drs_async_job_member_info",
            },
        ),
    ],
)
async def test_a_failing_collector_costs_its_own_series_only(
    collector: str, operation: str, lost: set[str], started: Started
) -> None:
    """What is asked beside the polls may have been read up to an interval before the poll."""
    intervals, hold = {"quotas": 60, "async_jobs": 60}, HOLD + INTERVAL
    async with started(collector_intervals=intervals, hold_time=hold, jobs=60) as (daemon, cloud):
        before, read_at = await daemon.scrape(), daemon.clock.monotonic()
        cloud.faults.set(operation, "500")
        (event,) = await daemon.poll()
        assert (event["event"], event["collector"], event["operation"]) == ("collector.failed", collector, operation)
        held = await daemon.scrape()
        assert held.of_the_cloud() == before.of_the_cloud()
        assert held.health() == {**before.health(), collector: 0}
        assert await daemon.advance_to(read_at + hold + 1) == []
        gone = before.of_the_cloud().keys() - (await daemon.scrape()).of_the_cloud().keys()
        families = {series.name for series in gone}
        if collector == "async_jobs":  # and what only a batch's detail tells of its members
            assert families >= lost
            assert all(series.name.startswith(("drs_async", "drs_job_", "drs_node_")) for series in gone)
        else:
            assert families == lost
        cloud.faults.clear()
        assert [event["event"] for event in await daemon.advance(INTERVAL)] == ["collector.recovered"]
        assert (await daemon.scrape()).of_the_cloud() == before.of_the_cloud()
