"""Every fault does what it says, and nothing else does."""

from email.utils import parsedate_to_datetime

import pytest

from drs_exporter.simulator import OPERATIONS, FaultError, Setting, SimulatedCloud, parse_fault
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
        "dr_monitor": ("POST", "jobs/disaster-recovery-monitoring-data"),
        "quotas": ("GET", "quotas"),
    }
    other = {
        "sign_in_oidc": ("POST", "/v3.0/OS-AUTH/id-token/tokens"),
        "keys_by_token": ("POST", "/v3.0/OS-CREDENTIAL/securitytokens"),
        "pod_identity": ("POST", "/v1/credentials"),
        "list_projects": ("GET", "/v3/auth/projects"),
        "list_async_jobs": ("GET", f"/v5/{cloud.project_id}/batch-async-jobs"),
        "async_job_detail": ("GET", f"/v5/{cloud.project_id}/batch-async-jobs/x"),
        "job_detail": ("GET", f"/v5/{cloud.project_id}/jobs/x"),
        "list_jobs_v5": ("GET", f"/v5/{cloud.project_id}/jobs"),
        "monitor_data": ("GET", f"/v5/{cloud.project_id}/jobs/x/monitor-data"),
        "dirty_data": ("GET", f"/v5/{cloud.project_id}/jobs/x/dirty-data"),
        "components": ("GET", f"/v5/{cloud.project_id}/jobs/x/increment-components-detail"),
        "ces_list_metrics": ("GET", f"/V1.0/{cloud.project_id}/metrics"),
        "ces_data": ("POST", f"/V1.0/{cloud.project_id}/batch-query-metric-data"),
        "sign_in": ("POST", "/v3/auth/tokens"),
        "metadata_token": ("PUT", "/meta-data/latest/api/token"),
        "metadata_key": ("GET", "/openstack/latest/securitykey"),
    }
    under = {name: (method, f"/v3/{cloud.project_id}/{path}") for name, (method, path) in paths.items()}
    method, path = {**under, **other}[operation]
    reply = await client.send(method, path, {})
    if operation.startswith("ces_"):
        assert (reply.status, reply.json["message"]["code"]) == (500, "ces.0007")
    else:
        assert reply.code == (500, "DRS.M00500")
    assert cloud.calls == {operation: 1}
    assert cloud.requests[-1].operation == operation
