"""What is served while the cloud answers in part or not at all."""

from drs_exporter.simulator import SimulatedCloud
from tests.contract.conftest import Watching
from tests.faults.daemon import HOLD, INTERVAL
from tests.faults.page import Page


def of_job(page: Page, job_id: str) -> dict[str, set[str]]:
    """The names a job has, by the names of its series."""
    found: dict[str, set[str]] = {}
    for series in page.series:
        labels = dict(series.labels)
        if labels.get("job_id") == job_id and "job_name" in labels:
            found.setdefault(labels["job_name"], set()).add(series.name)
    return found


async def test_a_rename_takes_held_series_along_in_the_same_render(watching: Watching, cloud: SimulatedCloud) -> None:
    job_id, *_ = cloud.fleet.ids(status="INCRE_TRANSFER_STARTED", scenario="sync")
    async with watching() as daemon:
        ((_, before),) = of_job(await daemon.scrape(), job_id).items()
        for operation in ("batch_status", "batch_progress", "batch_detail", "async_job_detail"):
            cloud.faults.set(operation, "500")
        cloud.fleet.rename(job_id, "another name")
        await daemon.poll()
        page = await daemon.scrape()
    assert of_job(page, job_id) == {"another name": before}
    assert page.value("drs_exporter_collector_success", collector="progress") == 0
    assert "drs_job_incremental_delay_seconds" in before


async def test_a_failing_collector_is_marked_held_and_then_drops_its_own_series(
    watching: Watching, cloud: SimulatedCloud
) -> None:
    async with watching() as daemon:
        before = await daemon.scrape()
        stamp = before.value("drs_exporter_collector_last_success_timestamp_seconds", collector="rpo_rto")
        cloud.faults.set("batch_rpo_rto", "500")
        await daemon.poll()
        held = await daemon.scrape()
        await daemon.advance(HOLD + INTERVAL)
        dropped = await daemon.scrape()
        cloud.faults.clear()
        await daemon.poll()
        after = await daemon.scrape()
    name = "drs_job_rpo_delay_seconds"
    assert held.of(name) == before.of(name) != {}
    assert held.value("drs_exporter_collector_success", collector="rpo_rto") == 0
    assert dropped.value("drs_exporter_collector_last_success_timestamp_seconds", collector="rpo_rto") == stamp
    assert not dropped.of(name)
    assert dropped.value("drs_up") == 1
    assert after.of(name).keys() == before.of(name).keys()


async def test_while_the_listing_fails_the_others_go_on_and_then_everything_of_jobs_goes(
    watching: Watching, cloud: SimulatedCloud
) -> None:
    job_id, *_ = cloud.fleet.ids(status="INCRE_TRANSFER_STARTED", scenario="sync")
    async with watching() as daemon:
        cloud.faults.set("list_jobs", "500")
        cloud.fleet.set_delay(job_id, 777.0)
        await daemon.poll()
        held = await daemon.scrape()
        await daemon.advance(HOLD + INTERVAL)
        dropped = await daemon.scrape()
    assert held.value("drs_up") == 0
    assert held.value("drs_job_incremental_delay_seconds", job_id=job_id) == 777.0
    assert held.value("drs_exporter_collector_success", collector="progress") == 1
    assert dropped.value("drs_up") == 0
    left = {series.name for series in dropped.series if "drs_jo" in series.name or "drs_node" in series.name}
    assert left == set()


async def test_a_job_that_stops_while_the_listing_fails_stays_stopped(
    watching: Watching, cloud: SimulatedCloud
) -> None:
    """Nobody asks about it any more, and the listing still held says what it was before."""
    job_id, *_ = cloud.fleet.ids(status="INCRE_TRANSFER_STARTED", scenario="sync")
    async with watching(hold_time="10m") as daemon:
        cloud.faults.set("list_jobs", "500")
        cloud.fleet.set_status(job_id, "RELEASE_RESOURCE_COMPLETE")
        await daemon.advance(2 * INTERVAL)  # by then every detail was asked for once more
        for _ in range(3):
            await daemon.poll()
            page = await daemon.scrape()
            assert page.label("drs_job_status", "status", job_id=job_id) == {"RELEASE_RESOURCE_COMPLETE"}
            assert page.value("drs_job_incremental_delay_seconds", job_id=job_id) is None


async def test_a_stopped_job_that_only_its_detail_told_of_stays_stopped(
    watching: Watching, cloud: SimulatedCloud
) -> None:
    job_id, *_ = cloud.fleet.ids(status="INCRE_TRANSFER_STARTED", scenario="sync")
    often = {"collectors": ["jobs", "details"], "collector_intervals": {"jobs": "10m", "details": "1m"}}
    async with watching(**often) as daemon:
        cloud.fleet.set_status(job_id, "RELEASE_RESOURCE_COMPLETE")
        await daemon.advance(2 * INTERVAL)  # by then every detail was asked for once more
        for _ in range(3):
            await daemon.poll()
            page = await daemon.scrape()
            assert page.label("drs_job_status", "status", job_id=job_id) == {"RELEASE_RESOURCE_COMPLETE"}


async def test_a_refused_scenario_is_no_failure_and_its_jobs_are_held_and_then_go(
    watching: Watching, cloud: SimulatedCloud
) -> None:
    async with watching() as daemon:
        before = await daemon.scrape()
        cloud.faults.set("list_jobs", "403_permission", match={"db_use_type": "sync"})
        await daemon.poll()
        held = await daemon.scrape()
        await daemon.advance(HOLD + INTERVAL)
        dropped = await daemon.scrape()
    assert held.jobs() == before.jobs()
    assert held.value("drs_up") == held.value("drs_exporter_collector_success", collector="jobs") == 1
    assert dropped.jobs() == before.label("drs_job_info", "job_id") - before.label(
        "drs_job_info", "job_id", db_use_type="sync"
    )
    assert dropped.value("drs_exporter_api_requests_total", operation="list_jobs", code="403") == 1


async def test_every_shard_together_shows_all_with_job_detail_too(watching: Watching) -> None:
    everything = ["jobs", "status", "progress", "rpo_rto", "async_jobs", "details", "quotas", "job_detail"]
    pages = []
    for total, shard in ((1, 0), (3, 0), (3, 1), (3, 2)):
        async with watching(collectors=everything, process={"shard": shard, "total_shards": total}) as daemon:
            pages.append((await daemon.scrape()).of_the_cloud())
    whole, *shards = pages
    single = [series for page in shards for series in page if series.name != "drs_jobs"]
    assert len(single) == len(set(single))
    assert set(single) == {series for series in whole if series.name != "drs_jobs"}
    for series, value in whole.items():
        if series.name == "drs_jobs":
            assert sum(page[series] for page in shards) == value


async def test_a_listing_with_an_interval_of_its_own_is_read_that_often_only(
    watching: Watching, cloud: SimulatedCloud
) -> None:
    job_id, *_ = cloud.fleet.ids(status="INCRE_TRANSFER_STARTED", scenario="sync")
    async with watching(collector_intervals="jobs=3m,status=1s") as daemon:
        cloud.fleet.set_status(job_id, "INCRE_TRANSFER_FAILED")
        before = cloud.calls["list_jobs"]
        await daemon.poll()
        await daemon.poll()
        page = await daemon.scrape()
        assert cloud.calls["list_jobs"] == before
        assert page.value("drs_up") == 1
        assert page.value("drs_job_status", job_id=job_id, status="INCRE_TRANSFER_FAILED") == 1
        await daemon.poll()
        assert cloud.calls["list_jobs"] > before
    intervals = {
        name: page.value("drs_exporter_collector_interval_seconds", collector=name) for name in ("jobs", "status")
    }
    assert intervals == {"jobs": 3 * INTERVAL, "status": INTERVAL}
