"""Starting really starts, and only what can be started."""

import pytest

from drs_exporter.simulator import SimulatedCloud, SimulatedJob
from tests.simulator.client import Client, Hands


def job(cloud: SimulatedCloud, job_id: str) -> SimulatedJob:
    return next(job for job in cloud.truth() if job.id == job_id)


async def test_a_waiting_job_starts_and_lives_on(cloud: SimulatedCloud, client: Client, hands: Hands) -> None:
    job_id = cloud.fleet.ids(status="WAITING_FOR_START")[0]
    reply = await client.post("jobs/batch-starting", {"jobs": [{"job_id": job_id}]})
    assert reply.json == {"results": [{"id": job_id, "status": "success"}], "count": 1}
    assert job(cloud, job_id).status == "STARTJOBING"
    seen: set[str] = set()
    for _ in range(600):
        hands.at += 1800
        seen.update(one.status for one in cloud.truth() if one.id == job_id)
    assert {"FULL_TRANSFER_STARTED", "RELEASE_RESOURCE_COMPLETE"} <= seen


async def test_a_configured_job_started_for_later_waits_until_then(
    cloud: SimulatedCloud, client: Client, hands: Hands
) -> None:
    job_id = cloud.fleet.ids(status="CONFIGURATION")[0]
    start_time = str(int(hands.at * 1000) + 600_000)
    reply = await client.post("jobs/batch-starting", {"jobs": [{"job_id": job_id, "start_time": start_time}]})
    assert reply.json["results"][0]["status"] == "success"
    assert job(cloud, job_id).status == "WAITING_FOR_START"
    detail = (await client.post("jobs/batch-detail", {"jobs": [job_id]})).json["results"][0]
    assert detail["inst_info"]["start_time"] == start_time
    assert detail["actual_start_time"] == "0"
    hands.at += 601
    assert job(cloud, job_id).status == "STARTJOBING"
    detail = (await client.post("jobs/batch-detail", {"jobs": [job_id]})).json["results"][0]
    assert detail["actual_start_time"] == start_time


async def test_what_cannot_be_started_fails_alone(cloud: SimulatedCloud, client: Client, hands: Hands) -> None:
    waiting = cloud.fleet.ids(status="WAITING_FOR_START")[0]
    running = cloud.fleet.ids(status="INCRE_TRANSFER_STARTED")[0]
    configured = cloud.fleet.ids(status="CONFIGURATION")[0]
    past = str(int(hands.at * 1000) - 60_000)
    starts = [
        {"job_id": waiting},
        {"job_id": running},
        {"job_id": "nobody"},
        {"job_id": configured, "start_time": past},
    ]
    results = (await client.post("jobs/batch-starting", {"jobs": starts})).json["results"]
    assert [(one["status"], one.get("error_code")) for one in results] == [
        ("success", None),
        ("failed", "DRS.M00304"),
        ("failed", "DRS.M05004"),
        ("failed", "DRS.M00202"),
    ]
    again = (await client.post("jobs/batch-starting", {"jobs": starts[:1]})).json["results"]
    assert again[0]["error_code"] == "DRS.M00304"


@pytest.mark.parametrize(
    ("jobs", "code"),
    [
        (None, "DRS.M00201"),
        ([], "DRS.M00201"),
        (["id"], "DRS.M00201"),
        ([{"start_time": "1"}], "DRS.M00201"),
        ([{"job_id": "a"}, {"job_id": "a"}], "DRS.M00301"),
        ([{"job_id": f"job-{number}"} for number in range(11)], "DRS.M00202"),
    ],
)
async def test_a_wrong_start_is_refused_as_a_whole(client: Client, jobs: object, code: str) -> None:
    assert (await client.post("jobs/batch-starting", {"jobs": jobs})).code == (400, code)


@pytest.mark.parametrize("start_time", [1599202771816, "soon", ""])
async def test_a_start_time_is_milliseconds_in_a_string(
    cloud: SimulatedCloud, client: Client, start_time: object
) -> None:
    job_id = cloud.fleet.ids(status="CONFIGURATION")[0]
    reply = await client.post("jobs/batch-starting", {"jobs": [{"job_id": job_id, "start_time": start_time}]})
    assert reply.code == (400, "DRS.M00202")


async def test_a_job_that_waits_by_hand_can_be_started(cloud: SimulatedCloud, client: Client) -> None:
    job_id = cloud.fleet.ids(status="INCRE_TRANSFER_STARTED")[0]
    cloud.fleet.set_status(job_id, "WAITING_FOR_START")
    await client.post("jobs/batch-starting", {"jobs": [{"job_id": job_id}]})
    assert job(cloud, job_id).status == "STARTJOBING"
