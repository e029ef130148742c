"""What a job has in each phase, seen on the page."""

from drs_exporter.simulator import SimulatedCloud
from tests.contract.conftest import Watching
from tests.contract.promised import KNOWN
from tests.faults.page import Page

_DELAYS = {"incremental", "changing", "paused"}
_OF_ANY_STOPPED = {"drs_job_info", "drs_job_status", "drs_job_billing_enabled"}


def names(page: Page, job_id: str) -> set[str]:
    """Every name that has a series of this job, nodes included."""
    return {series.name for series in page.series if ("job_id", job_id) in series.labels} - {
        "drs_async_job_member_info"
    }


async def test_every_status_of_the_table_has_its_phase_and_new_ones_too(
    watching: Watching, cloud: SimulatedCloud
) -> None:
    wanted = KNOWN | {"TELEPORT_FAILED": "failed", "TELEPORT_STARTED": "other"}
    jobs = dict(zip(wanted, cloud.fleet.ids(), strict=False))
    assert len(jobs) == len(wanted)
    for status, job_id in jobs.items():
        cloud.fleet.set_status(job_id, status)
    async with watching() as daemon:
        page = await daemon.scrape()
        for status, job_id in jobs.items():
            stands = page.of("drs_job_status", job_id=job_id)
            assert [(dict(series.labels)["status"], dict(series.labels)["phase"]) for series in stands] == [
                (status, wanted[status])
            ]
        assert page.value("drs_exporter_unknown_statuses") == 2
        assert page.value("drs_jobs", status="TELEPORT_STARTED", phase="other", subtask="false") == 1
        for status in ("TELEPORT_FAILED", "TELEPORT_STARTED"):
            cloud.fleet.set_status(jobs[status], "PAUSING")
        await daemon.poll()
        page = await daemon.scrape()
    assert page.value("drs_exporter_unknown_statuses") == 0
    assert page.value("drs_jobs", status="TELEPORT_STARTED", phase="other", subtask="false") == 0


async def test_the_misspelt_status_has_one_spelling_here(watching: Watching, cloud: SimulatedCloud) -> None:
    (job_id, *_) = cloud.fleet.ids()
    cloud.fleet.set_status(job_id, "PAUSING")
    for operation in ("list_jobs", "batch_status", "batch_detail"):
        cloud.faults.set(operation, "misspelt_status")
    async with watching() as daemon:
        page = await daemon.scrape()
    assert page.value("drs_job_status", job_id=job_id, status="PAUSING", phase="paused") == 1
    assert page.value("drs_exporter_unknown_statuses") == 0


async def test_delay_remaining_time_and_progress_come_in_their_phases_only(
    watching: Watching, cloud: SimulatedCloud
) -> None:
    jobs = {job.id: job.task_type for job in cloud.truth() if not job.parent_id}
    chosen = dict(zip(jobs, KNOWN, strict=False))
    for job_id, status in chosen.items():
        cloud.fleet.set_status(job_id, status)
        cloud.fleet.set_delay(job_id, 12.0)
        cloud.fleet.set_progress(job_id, 40)
    async with watching() as daemon:
        page = await daemon.scrape()
    for job_id, status in chosen.items():
        found, phase = names(page, job_id), KNOWN[status]
        if phase == "stopped":
            assert found == _OF_ANY_STOPPED
        if phase not in _DELAYS and status != "INCRE_TRANSFER_FAILED":
            assert "drs_job_incremental_delay_seconds" not in found, status
        elif page.value("drs_job_incremental_delay_seconds", job_id=job_id) is not None:
            assert page.value("drs_job_incremental_delay_seconds", job_id=job_id) == 12.0
        if phase not in {"starting", "full"}:
            assert "drs_job_remaining_seconds" not in found, status
        if phase == "full_complete" or jobs[job_id] == "INCR_TRANS":
            assert "drs_job_progress_ratio" not in found, status
        if found & {"drs_job_rpo_delay_seconds", "drs_job_rto_delay_seconds"}:
            assert page.value("drs_job_info", job_id=job_id, db_use_type="cloudDataGuard") == 1
    incremental = next(job_id for job_id, status in chosen.items() if status == "INCRE_TRANSFER_STARTED")
    assert page.value("drs_job_incremental_delay_seconds", job_id=incremental) == 12.0


async def test_an_excluded_phase_is_counted_and_has_no_other_series(watching: Watching, cloud: SimulatedCloud) -> None:
    gone, kept, *_ = cloud.fleet.ids(status="INCRE_TRANSFER_STARTED")
    cloud.fleet.set_status(gone, "INCRE_TRANSFER_FAILED", "DRS.M1")
    async with watching(exclude_phases=["failed", "stopped"]) as daemon:
        page = await daemon.scrape()
    assert names(page, gone) == set()
    assert names(page, kept)
    assert not page.of("drs_job_status", phase="failed") | page.of("drs_job_status", phase="stopped")
    failed = sum(job.status.endswith("_FAILED") for job in cloud.truth())
    assert sum(page.of("drs_jobs", phase="failed").values()) == failed
    assert sum(page.of("drs_jobs").values()) == len(cloud.truth())


async def test_names_choose_jobs_wholly_and_a_subtask_follows_its_parent(
    watching: Watching, cloud: SimulatedCloud
) -> None:
    truth = cloud.truth()
    parent = next(job.parent_id for job in truth if job.parent_id)
    wanted = {parent} | {job.id for job in truth if job.parent_id == parent}
    name = next(job.name for job in truth if job.id == parent)
    async with watching(include_jobs=f"{name}|{name[:4]}", exclude_jobs="orders") as daemon:
        page = await daemon.scrape()
    assert page.jobs() == wanted
    assert sum(page.of("drs_jobs").values()) == len(wanted)


async def test_the_listings_times_are_read_in_the_zone_that_was_set_or_not_at_all(
    watching: Watching, cloud: SimulatedCloud
) -> None:
    """The simulated listing tells local time of Shanghai, as the vendor's examples do."""
    created = {job.id: job.created for job in cloud.truth() if KNOWN[job.status] != "stopped"}
    for zone, expected in (("Asia/Shanghai", created), (None, {})):
        async with watching(collectors=["jobs"], time_zone=zone) as daemon:
            page = await daemon.scrape()
        found = page.of("drs_job_created_timestamp_seconds")
        assert {dict(series.labels)["job_id"]: int(value) for series, value in found.items()} == {
            job_id: int(time) for job_id, time in expected.items()
        }


async def test_job_detail_takes_no_series_away(watching: Watching) -> None:
    """Asking more never tells less: whatever the batches told is still told."""
    for collectors in (["async_jobs"], ["status", "progress", "async_jobs", "details"]):
        async with watching(collectors=collectors) as daemon:
            before = await daemon.scrape()
        async with watching(collectors=[*collectors, "job_detail"]) as daemon:
            after = await daemon.scrape()
        assert before.of_the_cloud().keys() <= after.of_the_cloud().keys()


async def test_rates_of_a_job_come_from_batch_progress_alone(watching: Watching) -> None:
    async with watching(collectors=["async_jobs", "job_detail", "details"]) as daemon:
        page = await daemon.scrape()
    assert page.of("drs_job_progress_ratio")
    assert not page.of("drs_job_apply_rows_per_second") | page.of("drs_job_apply_bytes_per_second")
