"""Faults inside answers: pages that change under the reader, fields that are bad, names that hurt."""

from typing import Any

from drs_exporter.simulator import SimulatedCloud
from drs_exporter.simulator.fault_fields import HOSTILE_NAMES
from drs_exporter.simulator.fault_kinds import KINDS
from tests.simulator.client import Client


async def test_numbers_can_be_nan(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("batch_progress", "json_nan")
    reply = await client.post("jobs/batch-progress", {"jobs": cloud.fleet.ids()[:3]})
    assert b"NaN" in reply.raw
    assert b"Infinity" in reply.raw
    assert [one["job_id"] for one in reply.json["results"]] == cloud.fleet.ids()[:3]


async def ids_of(client: Client, page: int, **more: Any) -> tuple[list[str], Any]:
    reply = (await client.listing("sync", cur_page=page, per_page=5, **more)).json
    return [job["id"] for job in reply["jobs"]], reply["total_record"]


async def test_pages_overlap_shift_shrink_repeat_and_never_end(cloud: SimulatedCloud, client: Client) -> None:
    whole = [job["id"] for job in (await client.listing("sync")).json["jobs"]]
    faults = cloud.faults
    for fault, second, total in (
        ("pages_overlap", whole[3:8], len(whole) + 2),
        ("pages_shift", whole[7:12], len(whole) - 2),
        ("pages_shrink", whole[5:8], len(whole)),
        ("pages_repeat", whole[:5], len(whole)),
        ("pages_empty", [], len(whole)),
    ):
        faults.clear()
        items: dict[str, Any] = {"items": 2} if "items" in KINDS[fault].params else {}
        faults.set("list_jobs", fault, **items)
        assert await ids_of(client, 1) == (whole[:5], len(whole)), fault
        assert await ids_of(client, 2) == (second, total), fault
    faults.set("list_jobs", "pages_empty", first=True)
    assert await ids_of(client, 1) == ([], len(whole))
    faults.clear()
    faults.set("list_jobs", "pages_endless")
    ids, total = await ids_of(client, 1000)
    assert len(ids) == 5
    assert set(ids) <= set(whole)
    assert total > 5000
    faults.set("list_jobs", "pages_endless", fresh=True)
    pages = [(await ids_of(client, page))[0] for page in (1, 2, 900)]
    assert len({job_id for page in pages for job_id in page} - set(whole)) == 15


async def test_totals_lie_and_a_later_page_fails(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("list_jobs", "total_lies")
    assert (await ids_of(client, 1))[1] > 100
    for lie in (0, None, "many"):
        cloud.faults.set("list_jobs", "total_lies", total=lie)
        assert (await ids_of(client, 1))[1] == lie
    cloud.faults.clear()
    cloud.faults.set("list_jobs", "500", match={"page": 2})
    assert len((await ids_of(client, 1))[0]) == 5
    assert (await client.listing("sync", cur_page=2, per_page=5)).status == 500
    assert (await client.listing("sync", cur_page=3, per_page=5)).status == 200


async def test_pages_of_v5_can_fail_too(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("list_async_jobs", "500", match={"page": 2})
    assert (await client.get("v5/batch-async-jobs?offset=0&limit=2")).status == 200
    assert (await client.get("v5/batch-async-jobs?offset=2&limit=2")).status == 500
    cloud.faults.set("list_async_jobs", "pages_repeat")
    assert (await client.get("v5/batch-async-jobs?offset=x")).code == (400, "DRS.M00202")


async def test_an_array_can_be_null_with_a_total_or_a_code_or_without(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("list_jobs", "null_array", total=0)
    assert (await client.listing()).json == {"jobs": None, "total_record": 0}
    cloud.faults.set("list_jobs", "null_array", total=0, code="DRS.M00400")
    assert (await client.listing()).json == {"jobs": None, "total_record": 0, "error_code": "DRS.M00400"}
    cloud.faults.set("list_jobs", "null_array")
    assert (await client.listing()).json == {"jobs": None}


async def test_one_field_of_one_job_is_bad_and_the_others_are_right(cloud: SimulatedCloud, client: Client) -> None:
    whole = (await client.listing()).json["jobs"]
    second = whole[1]["id"]
    cloud.faults.set("list_jobs", "null_field", field="engine_type", id=second)
    cloud.faults.set("list_jobs", "wrong_type", field="name", id=second, value=[1])
    cloud.faults.set("list_jobs", "missing_field", field="net_type", id=second)
    jobs = (await client.listing()).json["jobs"]
    expected = {**whole[1], "engine_type": None, "name": [1]}
    del expected["net_type"]
    assert jobs == [whole[0], expected, *whole[2:]]


async def test_a_field_inside_an_object_can_be_bad(cloud: SimulatedCloud, client: Client) -> None:
    job_id = cloud.fleet.ids()[0]
    cloud.faults.set("batch_detail", "wrong_type", field="alarm_notify.delay_time")
    detail = (await client.post("jobs/batch-detail", {"jobs": [job_id]})).json["results"][0]
    assert detail["alarm_notify"]["delay_time"] == {"unexpected": ["value"]}
    cloud.faults.clear()
    for fault in ("missing_field", "null_field"):
        cloud.faults.set("batch_detail", fault, field="nothing.at.all")
    assert (await client.post("jobs/batch-detail", {"jobs": [job_id]})).status == 200


async def test_a_job_can_be_null_doubled_or_unanswered(cloud: SimulatedCloud, client: Client) -> None:
    ids = cloud.fleet.ids()[:4]
    cases: tuple[tuple[str, dict[str, Any], list[str | None]], ...] = (
        ("null_job", {"id": ids[2]}, [ids[0], ids[1], None, ids[3]]),
        ("duplicate_id", {}, [ids[0], ids[0], ids[2], ids[3]]),
        ("unanswered", {"id": ids[1]}, [ids[0], ids[2], ids[3]]),
    )
    for fault, params, expected in cases:
        cloud.faults.clear()
        cloud.faults.set("batch_status", fault, **params)
        results = (await client.post("jobs/batch-status", {"jobs": ids})).json["results"]
        assert [one and one["id"] for one in results] == expected
    alone = (await client.post("jobs/batch-status", {"jobs": ids[3:]})).json["results"]
    assert [one["id"] for one in alone] == ids[3:]


async def test_names_are_as_hostile_as_json_allows(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("list_jobs", "hostile_names")
    names = {job["name"] for job in (await client.listing("sync")).json["jobs"]}
    assert set(HOSTILE_NAMES) <= names
    cloud.faults.clear()
    cloud.fleet.rename(cloud.fleet.ids()[0], "lone \ud800 surrogate")
    listed = [(await client.listing(scenario)).json["jobs"] for scenario in ("migration", "sync", "cloudDataGuard")]
    assert "lone \ud800 surrogate" in {job["name"] for jobs in listed for job in jobs}


async def test_shapes_of_other_pages_can_be_had(cloud: SimulatedCloud, client: Client) -> None:
    full = cloud.fleet.ids(status="FULL_TRANSFER_STARTED")[0]
    paused = cloud.fleet.ids(status="PAUSING")[0]
    cloud.faults.set("batch_status", "other_array")
    cloud.faults.set("batch_status", "misspelt_status")
    cloud.faults.set("batch_status", "unknown_status", id=full)
    status = (await client.post("jobs/batch-status", {"jobs": [paused, full]})).json
    assert [one["status"] for one in status["jobs"]] == ["PAUSEING", "ROLLBACK_JOB_STARTED"]
    cloud.faults.set("batch_progress", "part_list")
    parts = (await client.post("jobs/batch-progress", {"jobs": [full]})).json["results"][0]["progress_map"]
    assert [part["type"] for part in parts] == ["struct", "data", "index"]
