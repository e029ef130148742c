"""The listing is as the published page has it, and as strict."""

import pytest

from drs_exporter.simulator import SimulatedCloud
from tests.simulator.client import Client, Hands


async def test_the_three_scenarios_together_list_every_job_once(cloud: SimulatedCloud, client: Client) -> None:
    pages = [await client.listing(scenario) for scenario in ("migration", "sync", "cloudDataGuard")]
    listed = [job["id"] for page in pages for job in page.json["jobs"]]
    assert sorted(listed) == sorted(job.id for job in cloud.truth() if not job.parent_id)
    assert len(set(listed)) == 40


async def test_pages_together_are_the_whole_listing(client: Client) -> None:
    whole = (await client.listing("sync")).json
    pages = [(await client.listing("sync", cur_page=page, per_page=5)).json for page in range(1, 6)]
    assert [job["id"] for page in pages for job in page["jobs"]] == [job["id"] for job in whole["jobs"]]
    assert {page["total_record"] for page in pages} == {whole["total_record"]}


async def test_page_zero_answers_everything_at_once(client: Client) -> None:
    page = (await client.listing("sync", cur_page=0, per_page=5)).json
    assert len(page["jobs"]) == page["total_record"] > 5


async def test_a_listing_without_an_engine_has_only_mysql(client: Client) -> None:
    body = {"cur_page": 1, "per_page": 100, "db_use_type": "sync"}
    page = (await client.post("jobs", body)).json
    assert page["jobs"]
    assert {job["engine_type"] for job in page["jobs"]} == {"mysql"}


@pytest.mark.parametrize("gone", ["cur_page", "per_page", "db_use_type"])
async def test_a_listing_without_a_required_field_is_refused(client: Client, gone: str) -> None:
    body = {"cur_page": 1, "per_page": 100, "db_use_type": "sync", "engine_type": ""}
    del body[gone]
    assert (await client.post("jobs", body)).code == (400, "DRS.M00201")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"per_page": 101}, "DRS.M00211"),
        ({"per_page": "100"}, "DRS.M00202"),
        ({"cur_page": -1}, "DRS.M00202"),
        ({"cur_page": True}, "DRS.M00202"),
        ({"db_use_type": "backup"}, "DRS.M00202"),
        ({"enterprise_project_id": ""}, "DRS.M00201"),
    ],
)
async def test_a_listing_with_a_wrong_value_is_refused(client: Client, changed: dict[str, object], code: str) -> None:
    assert (await client.listing(**{"scenario": "sync", **changed})).code == (400, code)  # type: ignore[arg-type]


async def test_filters_narrow_the_listing(cloud: SimulatedCloud, client: Client) -> None:
    jobs = [job for job in cloud.truth() if job.db_use_type == "sync" and not job.parent_id]
    for field, key in (
        ("enterprise_project_id", "enterprise_project_id"),
        ("net_type", "net_type"),
        ("status", "status"),
        ("name", "name"),
        ("name", "id"),
    ):
        wanted = getattr(jobs[0], key)
        page = (await client.listing("sync", **{field: wanted})).json
        assert {job["id"] for job in page["jobs"]} == {job.id for job in jobs if getattr(job, key) == wanted}


async def test_listing_times_have_no_zone_and_are_not_utc(client: Client, hands: Hands) -> None:
    page = (await client.listing("sync")).json
    times = [job["create_time"] for job in page["jobs"]]
    assert times == sorted(times, reverse=True)
    assert times[0] <= "2026-09-21 22:13:20"  # eight hours past the clock's UTC
    assert times[0] > "2026-09-21 14:13:20"
    assert hands.at == 1_790_000_000.0


async def test_a_body_that_is_no_json_object_is_refused(client: Client) -> None:
    path = f"/v3/{client.cloud.project_id}/jobs"
    assert (await client.send("POST", path, {"Content-Type": "application/json"}, data=b"[]")).code == (
        400,
        "DRS.M00202",
    )
    assert (await client.send("POST", path, {"Content-Type": "text/plain"}, data=b"{}")).code == (400, "DRS.M00202")
