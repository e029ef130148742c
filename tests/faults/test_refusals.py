"""Refusals that concern a part: one scenario, one id, one batch, one operation the cloud does not have."""

from unittest.mock import ANY

import pytest

from drs_exporter.simulator import SimulatedCloud
from tests.faults.daemon import HOLD, INTERVAL, Daemon, Started
from tests.faults.rows import Trouble

HOUR = 3600.0


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("403_permission", 403, "DRS.M00102"),
        ("bad_request", 400, "DRS.M00202"),
        ("404_gateway", 404, "APIGW.0101"),
    ],
)
async def test_one_refused_scenario_is_left_out_and_tried_hourly(
    kind: str, status: int, code: str, steady: Daemon, cloud: SimulatedCloud
) -> None:
    before, read_at = await steady.scrape(), steady.clock.monotonic()
    refused = before.label("drs_job_info", "job_id", db_use_type="cloudDataGuard")
    assert refused
    Trouble("list_jobs", kind, match={"db_use_type": "cloudDataGuard"}).begin(cloud)
    line = {"event": "scenario.refused", "log_level": "warning", "project": "sim", "scenario": "cloudDataGuard"}
    assert await steady.poll() == [{**line, "status": status, "error_code": code}]
    held = await steady.scrape()
    assert held.of_the_cloud() == before.of_the_cloud()
    assert held.health() == before.health()
    tried = steady.clock.monotonic()

    assert await steady.advance_to(read_at + HOLD + 1) == []
    page = await steady.scrape()
    assert before.jobs() - page.jobs() == refused

    cloud.faults.clear()
    hits = cloud.faults.hits.total()
    assert await steady.advance_to(tried + HOUR - 2 * INTERVAL) == []
    assert cloud.faults.hits.total() == hits
    accepted = {"event": "scenario.accepted", "log_level": "info", "project": "sim", "scenario": "cloudDataGuard"}
    assert await steady.advance(3 * INTERVAL) == [accepted]
    assert (await steady.scrape()).jobs() == before.jobs()


async def test_a_refused_scenario_is_not_asked_before_its_hour(steady: Daemon, cloud: SimulatedCloud) -> None:
    Trouble("list_jobs", "403_permission", match={"db_use_type": "sync"}).begin(cloud)
    await steady.advance(30 * INTERVAL)
    assert cloud.faults.hits["list_jobs", "403_permission"] == 1
    await steady.advance(32 * INTERVAL)
    assert cloud.faults.hits["list_jobs", "403_permission"] == 2


@pytest.mark.parametrize("kind", ["bad_id", "404_object"])
async def test_one_bad_id_among_a_hundred_costs_that_job_only(kind: str, started: Started) -> None:
    """The batch is halved until the bad id stands alone; it is not asked again before its listing changes."""
    async with started(jobs=150, collectors=["jobs", "status"]) as (daemon, cloud):
        before = await daemon.scrape()
        bad = cloud.fleet.ids(status="INCRE_TRANSFER_STARTED")[0]
        Trouble("batch_status", kind, match={"id": bad}).begin(cloud)
        code = {"bad_id": (400, "DRS.M05004"), "404_object": (404, "DRS.M05007")}[kind]
        line = {"event": "job.refused", "log_level": "info", "project": "sim", "operation": "batch_status"}
        assert await daemon.poll() == [{**line, "job_id": bad, "status": code[0], "error_code": code[1]}]
        page = await daemon.scrape()
        assert page.of_the_cloud() == before.of_the_cloud()
        assert page.health() == before.health()
        hits = cloud.faults.hits["batch_status", kind]
        assert 7 <= hits <= 8  # the batch of a hundred, and seven halves of it
        assert await daemon.poll() == []
        assert cloud.faults.hits["batch_status", kind] == hits
        cloud.faults.clear()
        cloud.fleet.rename(bad, "changed")
        calls = asked(cloud, bad)
        await daemon.poll()
        assert asked(cloud, bad) > calls


def asked(cloud: SimulatedCloud, job_id: str) -> int:
    """How many status requests named that job."""
    return sum(one.operation == "batch_status" and job_id.encode() in one.body for one in cloud.requests)


async def test_a_batch_deleted_meanwhile_does_not_make_v5_unsupported(started: Started) -> None:
    async with started(jobs=60, collector_intervals={"async_jobs": 60}) as (daemon, cloud):
        before = await daemon.scrape()
        gone = next(iter(before.label("drs_async_job_info", "async_job_id")))
        Trouble("async_job_detail", "404_gateway", match={"id": gone}).begin(cloud)
        assert await daemon.poll() == []
        page = await daemon.scrape()
        assert page.health() == before.health()
        assert page.value("drs_exporter_collector_supported", collector="async_jobs") == 1


async def test_one_async_batch_that_is_refused_costs_itself_only(started: Started) -> None:
    async with started(jobs=60, collector_intervals={"async_jobs": 60}) as (daemon, cloud):
        before = await daemon.scrape()
        refused = next(iter(before.label("drs_async_job_member_info", "async_job_id")))
        Trouble("async_job_detail", "bad_id", match={"id": refused}).begin(cloud)
        line = {"event": "batch.refused", "log_level": "info", "project": "sim", "async_job_id": refused}
        assert await daemon.poll() == [{**line, "status": 400, "error_code": "DRS.M05004"}]
        assert (await daemon.scrape()).health() == before.health()
        hits = cloud.faults.hits["async_job_detail", "bad_id"]
        assert await daemon.poll() == []
        assert cloud.faults.hits["async_job_detail", "bad_id"] == hits + 1
        Trouble("async_job_detail", "bad_id").begin(cloud)
        events = [event["event"] for event in await daemon.poll()]
        # Each is asked by itself, so each is told of once before it is known that it is no batch's fault.
        assert events == ["batch.refused"] * (len(events) - 1) + ["collector.failed"]
        assert await daemon.poll() == []


@pytest.mark.parametrize(
    ("collector", "operation", "family"),
    [
        ("async_jobs", "list_async_jobs", "drs_async_job_info"),
        ("quotas", "quotas", "drs_quota_limit"),
        ("progress", "batch_progress", "drs_job_apply_rows_per_second"),
    ],
)
async def test_what_the_cloud_does_not_have_is_no_error_and_tried_hourly(
    collector: str, operation: str, family: str, started: Started
) -> None:
    intervals = {"async_jobs": 60, "quotas": 60}
    hold = 2 * HOLD
    async with started(collector_intervals=intervals, hold_time=hold) as (daemon, cloud):
        before, read_at = await daemon.scrape(), daemon.clock.monotonic()
        Trouble(operation, "404_gateway").begin(cloud)
        Trouble("job_detail", "404_gateway").begin(cloud)  # or v5 would tell the progress in its place
        line = {"event": "collector.unsupported", "log_level": "info", "project": "sim", "collector": collector}
        assert [event["event"] for event in await daemon.poll()] == ["collector.failed"]
        error = "HTTP 404 APIGW.0101: this cloud or region has no such operation"
        assert await daemon.advance_to(read_at + 2 * INTERVAL) == [{**line, "operation": operation, "error": error}]
        page = await daemon.scrape()
        assert page.value("drs_exporter_collector_supported", collector=collector) == 0
        assert page.health() == {name: value for name, value in before.health().items() if name != collector}
        assert page.of(family) == before.of(family)
        await daemon.advance_to(read_at + hold + 1)
        assert not (await daemon.scrape()).of(family)
        await daemon.advance(30 * INTERVAL)
        assert cloud.faults.hits[operation, "404_gateway"] == 2
        cloud.faults.clear()
        (event,) = await daemon.advance(31 * INTERVAL)
        assert event == {**line, "event": "collector.supported"}
        assert (await daemon.scrape()).of_the_cloud() == before.of_the_cloud()


async def test_a_listing_that_is_missing_twice_in_a_row_is_that_of_v5(started: Started) -> None:
    async with started(hold_time=2 * HOLD) as (daemon, cloud):
        before = await daemon.scrape()
        Trouble("list_jobs", "404_gateway").begin(cloud)
        assert [event["event"] for event in await daemon.poll()] == ["collector.failed"]
        assert (await daemon.scrape()).value("drs_up") == 0
        assert cloud.calls["list_jobs_v5"] == 0
        assert [event["event"] for event in await daemon.poll()] == ["listing.replaced", "collector.recovered"]
        page, asked = await daemon.scrape(), cloud.calls["list_jobs"]
        assert (page.value("drs_up"), page.jobs()) == (1, before.jobs())
        assert await daemon.poll() == []
        assert cloud.calls["list_jobs"] == asked


@pytest.mark.parametrize(("collector", "operation"), [("quotas", "quotas"), ("progress", "batch_progress")])
async def test_one_404_of_a_gateway_is_an_ordinary_failure(collector: str, operation: str, started: Started) -> None:
    # Quotas are asked at times of their own between two polls: what is held must outlast both.
    async with started(collector_intervals={"quotas": 60}, hold_time=2 * HOLD) as (daemon, cloud):
        before = await daemon.scrape()
        Trouble(operation, "refusal", {"status": 404, "code": ""}, times=1).begin(cloud)
        line = {"log_level": "warning", "project": "sim", "collector": collector, "operation": operation}
        assert await daemon.poll() == [
            {
                **line,
                "event": "collector.failed",
                "reason": "4xx",
                "error": "HTTP 404: this cloud or region has no such operation",
                "request_id": ANY,
            }
        ]
        page = await daemon.scrape()
        assert page.value("drs_exporter_collector_supported", collector=collector) == 1
        assert page.health() == {**before.health(), collector: 0}
        assert page.of_the_cloud() == before.of_the_cloud()
        assert [event["event"] for event in await daemon.poll()] == ["collector.recovered"]
        assert (await daemon.scrape()).health() == before.health()


async def test_a_call_that_is_wrong_whatever_the_id_is_a_failure_and_blames_no_job(started: Started) -> None:
    async with started(jobs=150, collectors=["jobs", "status"]) as (daemon, cloud):
        before = await daemon.scrape()
        cloud.faults.set("batch_status", "bad_id")
        calls = cloud.calls["batch_status"]
        assert await daemon.poll() == [
            {
                "event": "collector.failed",
                "log_level": "warning",
                "project": "sim",
                "collector": "status",
                "operation": "batch_status",
                "reason": "4xx",
                "error": "HTTP 400 DRS.M05004: the service does not accept the request",
                "request_id": ANY,
            }
        ]
        assert cloud.calls["batch_status"] - calls < 60
        cloud.faults.clear()
        assert [event["event"] for event in await daemon.poll()] == ["collector.recovered"]
        assert (await daemon.scrape()).of_the_cloud() == before.of_the_cloud()
