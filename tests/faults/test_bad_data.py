"""Bad values cost the field they are in: the poll succeeds, everything else is there, and it is counted and told."""

import pytest

from drs_exporter.parse.values import LONGEST_TEXT
from drs_exporter.simulator import SimulatedCloud
from tests.faults.bad_data import BAD_DATA
from tests.faults.daemon import HOLD, Daemon, Started
from tests.faults.page import Page
from tests.faults.rows import SCENARIOS, BadData, Trouble


@pytest.mark.parametrize("fault", BAD_DATA, ids=lambda fault: fault.name)
async def test_bad_data_costs_its_own_field_and_is_told(fault: BadData, started: Started) -> None:
    async with started(jobs=fault.jobs, **fault.settings) as (daemon, cloud):
        before = await daemon.scrape()
        for trouble in fault.faults:
            trouble.begin(cloud)

        assert await daemon.poll() == fault.log_lines()

        seen = await daemon.scrape()
        lost = before.of_the_cloud().keys() - seen.of_the_cloud().keys()
        assert {series.name for series in lost} == fault.lost
        if fault.of_one_job:
            assert len({dict(series.labels)["job_id"] for series in lost}) <= SCENARIOS
        assert seen.of_the_cloud().items() <= before.of_the_cloud().items()
        assert seen.health() == before.health()
        assert unreadable(seen) == fault.unreadable

        assert await daemon.poll() == []
        cloud.faults.clear()
        assert await daemon.poll() == []
        assert (await daemon.scrape()).of_the_cloud() == before.of_the_cloud()
        assert daemon.scraped() == {len(before.jobs())}


def unreadable(page: Page) -> set[str]:
    """Fields that were counted."""
    return page.label("drs_exporter_parse_errors_total", "field")


@pytest.mark.parametrize("field", ["name", "id"])
@pytest.mark.parametrize("kind", ["null_field", "wrong_type", "missing_field"])
async def test_a_job_without_a_name_stays_and_one_without_an_id_goes(
    kind: str, field: str, steady: Daemon, cloud: SimulatedCloud
) -> None:
    before = await steady.scrape()
    chosen = cloud.fleet.ids(scenario="sync")[0]
    cloud.faults.set("list_jobs", kind, field=field, id=chosen)
    (event,) = await steady.poll()
    assert (event["event"], event["field"], event["values"]) == ("field.unreadable", field, 1)
    page = await steady.scrape()
    assert page.value("drs_exporter_parse_errors_total", field=field) == 1
    if field == "name":
        assert page.jobs() == before.jobs()
        assert page.label("drs_job_info", "job_name", job_id=chosen) == {""}
    else:
        assert before.jobs() - page.jobs() == {chosen, *children(before, chosen)}
    cloud.faults.clear()
    await steady.poll()
    assert (await steady.scrape()).of_the_cloud() == before.of_the_cloud()


def children(page: Page, job_id: str) -> set[str]:
    """Ids of a job's subtasks."""
    return page.label("drs_job_info", "job_id", parent_id=job_id)


async def test_an_unknown_status_passes_through_is_counted_and_told_once(steady: Daemon, cloud: SimulatedCloud) -> None:
    before = await steady.scrape()
    chosen = cloud.fleet.ids(status="INCRE_TRANSFER_STARTED")[0]
    cloud.faults.set("batch_status", "unknown_status", id=chosen, status="ROLLBACK_JOB_STARTED")
    line = {"event": "status.unknown", "log_level": "info", "project": "sim", "status": "ROLLBACK_JOB_STARTED"}
    assert await steady.poll() == [line]
    page = await steady.scrape()
    assert page.value("drs_job_status", job_id=chosen, status="ROLLBACK_JOB_STARTED", phase="other") == 1
    assert page.value("drs_jobs", status="ROLLBACK_JOB_STARTED", subtask="false") == 1
    assert page.value("drs_exporter_unknown_statuses") == 1
    assert await steady.poll() == []
    cloud.faults.clear()
    assert await steady.poll() == []
    after = await steady.scrape()
    assert after.value("drs_exporter_unknown_statuses") == 0
    assert after.value("drs_jobs", status="ROLLBACK_JOB_STARTED", subtask="false") == 0
    assert after.of_the_cloud().items() >= before.of_the_cloud().items()


@pytest.mark.parametrize(("kind", "params"), [("422_empty", {}), ("null_array", {"total": 0})])
async def test_an_empty_listing_is_believed_when_the_service_says_so(
    kind: str, params: dict[str, object], steady: Daemon, cloud: SimulatedCloud
) -> None:
    before = await steady.scrape()
    Trouble("list_jobs", kind, params).begin(cloud)
    assert await steady.poll() == []
    page = await steady.scrape()
    assert not page.jobs()
    assert page.health() == before.health()
    assert set(page.of("drs_jobs").values()) == {0}
    cloud.faults.clear()
    assert await steady.poll() == []
    assert (await steady.scrape()).of_the_cloud() == before.of_the_cloud()


async def test_names_that_hurt_are_escaped_and_nothing_else_changes(steady: Daemon, cloud: SimulatedCloud) -> None:
    before = await steady.scrape()
    cloud.faults.set("list_jobs", "hostile_names")
    await steady.poll()
    page = await steady.scrape()
    assert page.jobs() == before.jobs()
    assert len(page.of_the_cloud()) == len(before.of_the_cloud())
    names = page.label("drs_job_info", "job_name")
    assert {"x" * LONGEST_TEXT, "line\nfeed\r\nand carriage", "back\\slash \\n \\"} <= names
    assert page.health() == before.health()
    cloud.faults.clear()
    await steady.poll()
    assert (await steady.scrape()).of_the_cloud() == before.of_the_cloud()


async def test_bytes_that_are_no_text_cost_the_name_they_are_in(steady: Daemon, cloud: SimulatedCloud) -> None:
    """As process-exporter 239 has it, where one such name ended the process."""
    before = await steady.scrape()
    cloud.faults.set("list_jobs", "invalid_utf8")
    assert await steady.poll() == []
    page = await steady.scrape()
    assert page.jobs() == before.jobs()
    assert page.health() == before.health()
    assert len(page.of_the_cloud()) == len(before.of_the_cloud())
    names = page.label("drs_job_info", "job_name") - before.label("drs_job_info", "job_name")
    assert len(names) == SCENARIOS
    assert all("\N{REPLACEMENT CHARACTER}" in name for name in names)


async def test_a_renamed_job_has_its_new_name_on_every_series_at_once(steady: Daemon, cloud: SimulatedCloud) -> None:
    """What is held of other collectors takes the new name too."""
    before = await steady.scrape()
    chosen = cloud.fleet.ids(status="INCRE_TRANSFER_STARTED")[0]
    cloud.faults.set("batch_progress", "500")
    cloud.fleet.rename(chosen, "renamed")
    await steady.poll()
    page = await steady.scrape()
    series = [series for series in page.of_the_cloud() if ("job_id", chosen) in series.labels]
    named = [dict(one.labels).get("job_name") for one in series if one.name != "drs_async_job_member_info"]
    assert set(named) == {"renamed"}
    assert len(page.of_the_cloud()) == len(before.of_the_cloud())


async def test_a_deleted_job_leaves_with_the_next_complete_listing(steady: Daemon, cloud: SimulatedCloud) -> None:
    before = await steady.scrape()
    chosen = cloud.fleet.ids(status="INCRE_TRANSFER_STARTED")[0]
    cloud.fleet.delete(chosen)
    assert await steady.poll() == []
    page = await steady.scrape()
    assert before.jobs() - page.jobs() == {chosen, *children(before, chosen)}
    assert page.health() == before.health()
    cloud.fleet.release(chosen)
    await steady.poll()
    assert (await steady.scrape()).jobs() == before.jobs()


async def test_an_unanswered_id_is_asked_once_more_and_held_before_it_goes(
    steady: Daemon, cloud: SimulatedCloud
) -> None:
    chosen = cloud.fleet.ids(status="INCRE_TRANSFER_STARTED")[0]
    read_at = steady.clock.monotonic()
    cloud.faults.set("batch_progress", "unanswered", id=chosen)
    calls = cloud.calls["batch_progress"]
    assert await steady.poll() == []
    assert cloud.calls["batch_progress"] - calls == 2
    assert (await steady.scrape()).value("drs_job_incremental_delay_seconds", job_id=chosen) is not None
    await steady.advance_to(read_at + HOLD + 1)
    assert (await steady.scrape()).value("drs_job_incremental_delay_seconds", job_id=chosen) is None
