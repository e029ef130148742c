"""Every fault does what it says, and nothing else does."""

import asyncio
import time
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest

from drs_exporter.simulator import OPERATIONS, FaultError, Setting, SimulatedCloud, parse_fault
from drs_exporter.simulator.fault_fields import HOSTILE_NAMES
from drs_exporter.simulator.fault_kinds import KINDS
from tests.simulator.client import Client, Hands

REFUSALS = {
    "500": (500, "DRS.M00500"),
    "503": (503, "DRS.M00503"),
    "throttle": (429, "APIGW.0308"),
    "throttle_400": (400, "DRS.M01503"),
    "401": (401, "APIGW.0301"),
    "401_permission": (401, "DRS.M00103"),
    "403_token": (403, "DRS.M00100"),
    "403_permission": (403, "DRS.M00102"),
    "403_project": (403, "DRS.M00261"),
    "404_gateway": (404, "APIGW.0101"),
    "404_object": (404, "DRS.M05007"),
    "422_empty": (422, "DRS.M00002"),
    "bad_request": (400, "DRS.M00202"),
    "bad_id": (400, "DRS.M05004"),
    "202_error": (202, "DRS.M01504"),
}
BODIES = {
    "empty": b"",
    "json_array": b"[]",
    "json_null": b"null",
    "json_string": b'"maintenance"',
    "json_object": b"{}",
}


@pytest.mark.parametrize("fault", sorted(REFUSALS))
async def test_a_refusal_has_its_status_and_code(cloud: SimulatedCloud, client: Client, fault: str) -> None:
    cloud.faults.set("list_jobs", fault)
    reply = await client.listing()
    assert reply.code == REFUSALS[fault]
    assert "Retry-After" not in reply.headers
    assert (await client.get("v3/quotas")).status == 200
    cloud.faults.clear()
    assert (await client.listing()).status == 200


async def test_any_other_refusal_can_be_asked_for(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("list_jobs", "refusal", status=418, code="DRS.M99999")
    assert (await client.listing()).code == (418, "DRS.M99999")


async def test_throttling_says_when_to_come_back_in_both_forms(
    cloud: SimulatedCloud, client: Client, hands: Hands
) -> None:
    cloud.faults.set("list_jobs", "throttle", retry_after=2)
    assert (await client.listing()).headers["Retry-After"] == "2"
    cloud.faults.set("list_jobs", "throttle", retry_after=30, date=True)
    date = parsedate_to_datetime((await client.listing()).headers["Retry-After"])
    assert date.timestamp() == hands.at + 30
    cloud.faults.clear()
    cloud.faults.set("list_jobs", "503", retry_after=5)
    assert (await client.listing()).headers["Retry-After"] == "5"


@pytest.mark.parametrize("fault", sorted(BODIES))
async def test_an_ok_can_be_anything(cloud: SimulatedCloud, client: Client, fault: str) -> None:
    cloud.faults.set("list_jobs", fault)
    reply = await client.listing()
    assert (reply.status, reply.raw) == (200, BODIES[fault])


@pytest.mark.parametrize(("fault", "status"), [("html", 200), ("502", 502)])
async def test_a_page_for_people_comes_instead_of_json(
    cloud: SimulatedCloud, client: Client, fault: str, status: int
) -> None:
    cloud.faults.set("list_jobs", fault)
    reply = await client.listing()
    assert reply.status == status
    assert reply.headers["Content-Type"].startswith("text/html")
    assert reply.raw.startswith(b"<!DOCTYPE html>")


async def test_a_redirect_leads_elsewhere(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("quotas", "redirect", location="http://127.0.0.1:1/elsewhere")
    reply = await client.send("GET", f"/v3/{cloud.project_id}/quotas", {}, allow_redirects=False)
    assert (reply.status, reply.headers["Location"]) == (302, "http://127.0.0.1:1/elsewhere")


async def test_nesting_is_deeper_than_a_parser_s_stack(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("quotas", "json_deep", depth=5_000)
    async with client.session.get(f"{cloud.url}/v3/{cloud.project_id}/quotas") as response:
        assert await response.read() == b'{"jobs":' + b"[" * 5_000 + b"]" * 5_000 + b"}"


async def test_numbers_can_be_nan(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("batch_progress", "json_nan")
    reply = await client.post("jobs/batch-progress", {"jobs": cloud.fleet.ids()[:3]})
    assert b"NaN" in reply.raw
    assert b"Infinity" in reply.raw
    assert [one["job_id"] for one in reply.json["results"]] == cloud.fleet.ids()[:3]


async def test_a_body_is_cut_or_is_no_utf8(cloud: SimulatedCloud, client: Client) -> None:
    whole = await client.listing()
    cloud.faults.set("list_jobs", "truncated")
    cut = await client.listing()
    assert cut.raw == whole.raw[: len(whole.raw) // 2]
    cloud.faults.clear()
    cloud.faults.set("list_jobs", "invalid_utf8")
    broken = await client.listing()
    assert broken.json is None
    with pytest.raises(UnicodeDecodeError):
        broken.raw.decode()


async def test_a_length_that_is_too_large_breaks_the_answer_off(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("list_jobs", "wrong_length", bytes=10)
    with pytest.raises(aiohttp.ClientPayloadError):
        await client.listing()


async def test_a_length_that_is_too_small_leaves_bytes_over(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("list_jobs", "wrong_length", bytes=-10)
    with pytest.raises(aiohttp.ClientResponseError):
        await client.listing()  # what is left over is no beginning of another answer


async def test_a_reset_connection_says_so(cloud: SimulatedCloud) -> None:
    cloud.faults.set("quotas", "reset")
    host, port = cloud.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET /v3/{cloud.project_id}/quotas HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()


async def test_a_closed_connection_ends_without_an_answer(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("list_jobs", "close")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.listing()


async def test_what_hangs_ends_when_the_cloud_stops(hands: Hands) -> None:
    cloud = SimulatedCloud(jobs=3, now=hands)
    await cloud.start()
    cloud.faults.set("list_jobs", "hang")
    cloud.faults.set("quotas", "slow", seconds=3600)
    cloud.faults.set("batch_status", "drip", interval=3600)
    async with aiohttp.ClientSession() as session:
        client = Client(cloud, session, token=cloud.identity.issue_token())
        hanging = [
            asyncio.ensure_future(one)
            for one in (
                client.listing(),
                client.get("v3/quotas"),
                client.post("jobs/batch-status", {"jobs": cloud.fleet.ids()}),
            )
        ]
        while sum(cloud.calls.values()) < 3:  # noqa: ASYNC110 - the cloud counts and sends no event
            await asyncio.sleep(0)
        began = time.monotonic()
        await cloud.stop()
        ends = await asyncio.gather(*hanging, return_exceptions=True)
    assert time.monotonic() - began < 3
    assert all(isinstance(end, aiohttp.ClientError) or getattr(end, "status", 0) == 200 for end in ends)


async def test_a_dripping_answer_breaks_off_when_the_cloud_stops(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("quotas", "drip", interval=3600)
    url = f"{cloud.url}/v3/{cloud.project_id}/quotas"
    async with client.session.get(url, headers=client.headers) as response:
        assert await response.content.readexactly(1) == b"{"
        await cloud.stop()
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()


async def test_a_client_that_gives_up_leaves_nothing_behind(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("list_jobs", "hang")
    before = len(asyncio.all_tasks())
    for _ in range(5):
        with pytest.raises(TimeoutError):
            await client.send("POST", f"/v3/{cloud.project_id}/jobs", {}, timeout=aiohttp.ClientTimeout(total=0.01))
    assert (await client.get("v3/quotas")).status == 200
    assert len(asyncio.all_tasks()) <= before + 2


async def test_a_slow_answer_is_right_all_the_same(cloud: SimulatedCloud, client: Client) -> None:
    whole = await client.listing()
    cloud.faults.set("list_jobs", "slow", seconds=0.01)
    assert (await client.listing()).json == whole.json
    cloud.faults.clear()
    cloud.faults.set("list_jobs", "drip", interval=0)
    assert (await client.listing()).json == whole.json


@pytest.mark.parametrize("declared", [True, False])
async def test_an_answer_can_be_larger_than_anyone_should_read(
    cloud: SimulatedCloud, client: Client, *, declared: bool
) -> None:
    cloud.faults.set("list_jobs", "oversize", mebibytes=2, declared=declared)
    reply = await client.listing()
    assert len(reply.raw) > 2 * 1024 * 1024
    assert reply.json["jobs"] == []
    assert ("Content-Length" in reply.headers) is declared


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


async def test_a_fault_can_befall_one_scenario_or_batches_with_one_id(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("list_jobs", "403_permission", match={"db_use_type": "sync"})
    assert (await client.listing("sync")).status == 403
    assert (await client.listing("migration")).status == 200
    good, bad = cloud.fleet.ids()[:2]
    cloud.faults.set("batch_status", "bad_id", match={"id": bad})
    assert (await client.post("jobs/batch-status", {"jobs": [good]})).status == 200
    assert (await client.post("jobs/batch-status", {"jobs": [good, bad]})).code == (400, "DRS.M05004")
    cloud.faults.set("batch_start", "500", match={"id": bad})
    assert (await client.post("jobs/batch-starting", {"jobs": [{"job_id": bad}]})).status == 500


async def test_an_array_can_be_null_with_a_total_or_without(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("list_jobs", "null_array", total=0)
    assert (await client.listing()).json == {"jobs": None, "total_record": 0}
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


async def test_a_fault_happens_as_often_as_it_is_told(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("list_jobs", "500", times=2)
    assert [(await client.listing()).status for _ in range(3)] == [500, 500, 200]
    assert cloud.faults.hits["list_jobs", "500"] == 2
    assert cloud.faults.active() == []
    cloud.faults.set("*", "503", rate=0.5)
    statuses = [(await client.listing()).status for _ in range(40)]
    assert {200, 503} == set(statuses)
    cloud.faults.set("*", "503")
    assert (await client.get("v3/quotas")).status == 503
    assert (await client.send("POST", "/v3/auth/tokens", {}, data=b"{}")).status == 400


async def test_one_kind_of_fault_is_switched_off_alone(cloud: SimulatedCloud) -> None:
    cloud.faults.set("list_jobs", "500")
    cloud.faults.set("list_jobs", "503")
    cloud.faults.set("quotas", "500")
    cloud.faults.clear("list_jobs", "500")
    assert [(one.operation, one.fault) for one in cloud.faults.active()] == [("list_jobs", "503"), ("quotas", "500")]
    cloud.faults.clear("quotas")
    assert [(one.operation, one.fault) for one in cloud.faults.active()] == [("list_jobs", "503")]


def test_every_fault_acts_at_one_point_and_says_what_it_means() -> None:
    for name, kind in KINDS.items():
        assert kind.meaning, name
        points = [kind.answer, kind.send, kind.change or kind.window]
        assert sum(point is not None for point in points) == 1, name


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("list_jobs=500", Setting("list_jobs", "500")),
        ("*=hang", Setting("*", "hang")),
        ("batch_status=throttle:retry_after=2", Setting("batch_status", "throttle", params={"retry_after": 2})),
        (
            "list_jobs=403_permission:db_use_type=sync,times=3,rate=0.5",
            Setting("list_jobs", "403_permission", 3, 0.5, {"db_use_type": "sync"}),
        ),
        (
            "batch_detail=wrong_type:field=alarm_notify.delay_time,value=[1]",
            Setting("batch_detail", "wrong_type", params={"field": "alarm_notify.delay_time", "value": "[1]"}),
        ),
        ("sign_in=401", Setting("sign_in", "401")),
    ],
)
def test_a_fault_is_read_from_a_command_line(text: str, setting: Setting) -> None:
    assert parse_fault(text) == setting


@pytest.mark.parametrize(
    "text",
    [
        "list_jobs",
        "list_jobs=",
        "=500",
        "list_job=500",
        "list_jobs=501",
        "list_jobs=500:retry_after=2",
        "list_jobs=500:often",
        "list_jobs=500:times=often",
        "list_jobs=500:rate=often",
    ],
)
def test_a_fault_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(FaultError):
        parse_fault(text)


async def test_a_match_on_something_unknown_is_refused(cloud: SimulatedCloud) -> None:
    with pytest.raises(FaultError, match="colour"):
        cloud.faults.set("list_jobs", "500", match={"colour": "red"})


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_every_operation_can_fail(cloud: SimulatedCloud, client: Client, operation: str) -> None:
    cloud.faults.set(operation, "500")
    paths = {
        "list_jobs": ("POST", "jobs"),
        "batch_status": ("POST", "jobs/batch-status"),
        "batch_progress": ("POST", "jobs/batch-progress"),
        "batch_rpo_rto": ("POST", "jobs/batch-rpo-and-rto"),
        "batch_detail": ("POST", "jobs/batch-detail"),
        "batch_start": ("POST", "jobs/batch-starting"),
        "quotas": ("GET", "quotas"),
    }
    other = {
        "list_async_jobs": ("GET", f"/v5/{cloud.project_id}/batch-async-jobs"),
        "async_job_detail": ("GET", f"/v5/{cloud.project_id}/batch-async-jobs/x"),
        "job_detail": ("GET", f"/v5/{cloud.project_id}/jobs/x"),
        "sign_in": ("POST", "/v3/auth/tokens"),
        "metadata_token": ("PUT", "/meta-data/latest/api/token"),
        "metadata_key": ("GET", "/openstack/latest/securitykey"),
    }
    under = {name: (method, f"/v3/{cloud.project_id}/{path}") for name, (method, path) in paths.items()}
    method, path = {**under, **other}[operation]
    assert (await client.send(method, path, {})).code == (500, "DRS.M00500")
    assert cloud.calls == {operation: 1}
    assert cloud.requests[-1].operation == operation
