"""The batch operations check ids and pages as the service does, and answer in its odd words."""

from typing import Any

import pytest

from drs_exporter.simulator import SimulatedCloud
from tests.simulator.client import Client, Hands

BATCHES = ("batch-status", "batch-progress", "batch-detail", "batch-rpo-and-rto")


def ids_of(cloud: SimulatedCloud, scenario: str = "cloudDataGuard") -> list[str]:
    return [job.id for job in cloud.truth() if job.db_use_type == scenario]


@pytest.mark.parametrize("operation", BATCHES)
@pytest.mark.parametrize(
    ("jobs", "code"),
    [
        (None, "DRS.M00201"),
        ([], "DRS.M00201"),
        ([17], "DRS.M00202"),
        ([""], "DRS.M00202"),
        ([f"job-{number}" for number in range(101)], "DRS.M00202"),
        (["twice", "twice"], "DRS.M00301"),
        (["9a470239-2308-4bb5-a6bc-1040402fjb21"], "DRS.M05004"),
    ],
)
async def test_a_wrong_list_of_ids_is_refused(client: Client, operation: str, jobs: object, code: str) -> None:
    assert (await client.post(f"jobs/{operation}", {"jobs": jobs})).code == (400, code)


@pytest.mark.parametrize("operation", BATCHES)
async def test_one_deleted_job_refuses_the_whole_batch(cloud: SimulatedCloud, client: Client, operation: str) -> None:
    ids = ids_of(cloud)
    assert (await client.post(f"jobs/{operation}", {"jobs": ids})).status in (200, 202)
    cloud.fleet.delete(ids[1])
    assert (await client.post(f"jobs/{operation}", {"jobs": ids})).code == (400, "DRS.M05004")
    cloud.fleet.release(ids[1])
    assert (await client.post(f"jobs/{operation}", {"jobs": ids})).status in (200, 202)


@pytest.mark.parametrize("operation", ["batch-status", "batch-detail"])
async def test_a_batch_without_a_page_request_answers_five(
    cloud: SimulatedCloud, client: Client, operation: str
) -> None:
    ids = ids_of(cloud, "sync")[:12]
    for spelt in ({}, {"pageReq": {"cur_page": 1, "per_page": 100}}):
        reply = await client.post(f"jobs/{operation}", {"jobs": ids, **spelt})
        assert [one["id"] for one in reply.json["results"]] == ids[:5]
        assert reply.json["count"] == 12
    third = await client.post(f"jobs/{operation}", {"jobs": ids, "page_req": {"cur_page": 3}})
    assert [one["id"] for one in third.json["results"]] == ids[10:]
    whole = await client.post(f"jobs/{operation}", {"jobs": ids, "page_req": {"cur_page": 1, "per_page": 100}})
    assert [one["id"] for one in whole.json["results"]] == ids


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ({"cur_page": 1, "per_page": 101}, "DRS.M00211"),
        ({"cur_page": "1", "per_page": 5}, "DRS.M00202"),
        ([1, 100], "DRS.M00202"),
    ],
)
async def test_a_wrong_page_request_is_refused(cloud: SimulatedCloud, client: Client, page: object, code: str) -> None:
    reply = await client.post("jobs/batch-status", {"jobs": ids_of(cloud), "page_req": page})
    assert reply.code == (400, code)


@pytest.mark.parametrize("operation", ["batch-status", "batch-starting"])
async def test_the_language_is_mandatory_where_the_page_says_so(
    cloud: SimulatedCloud, client: Client, operation: str
) -> None:
    reply = await client.post(f"jobs/{operation}", {"jobs": ids_of(cloud)}, X_Language=None)
    assert reply.code == (400, "DRS.M00201")


async def test_progress_and_lags_are_accepted_rather_than_ok(cloud: SimulatedCloud, client: Client) -> None:
    for operation in ("batch-progress", "batch-rpo-and-rto"):
        assert (await client.post(f"jobs/{operation}", {"jobs": ids_of(cloud)})).status == 202


async def test_only_disaster_recovery_has_rpo_and_rto(cloud: SimulatedCloud, client: Client) -> None:
    ids = [*ids_of(cloud), ids_of(cloud, "sync")[0]]
    assert (await client.post("jobs/batch-rpo-and-rto", {"jobs": ids})).code == (400, "DRS.M00202")


async def progress_of(client: Client, job_id: str) -> dict[str, Any]:
    reply = await client.post("jobs/batch-progress", {"jobs": [job_id]})
    found: dict[str, Any] = reply.json["results"][0]
    return found


async def test_progress_comes_in_the_service_s_odd_words(cloud: SimulatedCloud, client: Client) -> None:
    fleet = cloud.fleet
    transferring = await progress_of(client, fleet.ids(status="FULL_TRANSFER_STARTED")[0])
    assert transferring["progress_map"]["struct"]["completed"] == "100%"
    assert transferring["incre_trans_delay"] == "-1"
    assert transferring["apply_rows_rate"] == -1
    assert int(transferring["remaining_time"]) > 0
    assert transferring["process_time"].isdigit()
    assert (await progress_of(client, fleet.ids(status="FULL_TRANSFER_COMPLETE")[0]))["progress"] == "0"
    assert (await progress_of(client, fleet.ids(status="CONFIGURATION")[0]))["progress"] == ""
    failed = await progress_of(client, fleet.ids(status="INCRE_TRANSFER_FAILED")[0])
    assert failed["error_code"].startswith("DRS.")
    assert "jdbc:" in failed["error_msg"]


async def test_an_override_is_told_by_every_operation_until_it_is_released(
    cloud: SimulatedCloud, client: Client
) -> None:
    job_id = cloud.fleet.ids(status="INCRE_TRANSFER_STARTED", scenario="cloudDataGuard")[0]
    before = next(job for job in cloud.truth() if job.id == job_id)
    cloud.fleet.set_status(job_id, "INCRE_TRANSFER_FAILED", "DRS.M05999")
    cloud.fleet.set_delay(job_id, 1234.5)
    cloud.fleet.set_rpo_rto(job_id, 7, 8.25)
    cloud.fleet.set_progress(job_id, 42)
    cloud.fleet.rename(job_id, "other-name")
    status = (await client.post("jobs/batch-status", {"jobs": [job_id]})).json["results"][0]
    assert (status["status"], status["error_code"]) == ("INCRE_TRANSFER_FAILED", "DRS.M05999")
    progress = await progress_of(client, job_id)
    assert (progress["incre_trans_delay"], progress["progress"]) == ("1234", "42")
    lag = (await client.post("jobs/batch-rpo-and-rto", {"jobs": [job_id]})).json["results"][0]
    assert (lag["rpo_info"]["delay"], lag["rto_info"]["delay"]) == ("7000", "8250")
    listed = (await client.listing("cloudDataGuard", name="other-name")).json["jobs"]
    assert [job["id"] for job in listed] == [job_id]
    now = next(job for job in cloud.truth() if job.id == job_id)
    assert (now.delay, now.rpo, now.rto, now.progress) == (1234.5 if now.delay != 1234 else 1234, 7, 8.25, 0.42)
    cloud.fleet.release(job_id)
    assert next(job for job in cloud.truth() if job.id == job_id) == before


async def test_a_status_set_by_hand_may_be_one_nobody_knows(cloud: SimulatedCloud, client: Client) -> None:
    job_id = cloud.fleet.ids()[0]
    cloud.fleet.set_status(job_id, "ROLLBACK_JOB_STARTED")
    status = (await client.post("jobs/batch-status", {"jobs": [job_id]})).json["results"][0]
    assert status == {"id": job_id, "status": "ROLLBACK_JOB_STARTED"}


async def test_a_full_transfer_set_by_hand_advances(cloud: SimulatedCloud, hands: Hands) -> None:
    job_id = cloud.fleet.ids(status="CONFIGURATION")[0]
    cloud.fleet.set_status(job_id, "FULL_TRANSFER_STARTED")
    hands.at += 3600
    now = next(job for job in cloud.truth() if job.id == job_id)
    assert (now.progress, now.remaining) == (0.25, 3 * 3600)


async def test_what_is_not_there_cannot_be_changed(cloud: SimulatedCloud) -> None:
    with pytest.raises(KeyError):
        cloud.fleet.set_delay("nobody", 1)


async def test_batch_details_tell_owner_thresholds_and_epoch_times(cloud: SimulatedCloud, client: Client) -> None:
    jobs = {job.id: job for job in cloud.truth() if job.db_use_type == "cloudDataGuard"}
    body = {"jobs": list(jobs), "page_req": {"cur_page": 1, "per_page": 10}}
    for detail in (await client.post("jobs/batch-detail", body)).json["results"]:
        assert detail["create_time"] == str(round(jobs[detail["id"]].created * 1000))
        assert detail["alarm_notify"]["delay_time"] == (jobs[detail["id"]].delay_threshold or 0)
        assert detail["alarm_notify"]["rpo_delay"] > 0
        assert detail["source_endpoint"]["db_password"] in cloud.secrets()


async def test_quotas_count_the_jobs_that_run(cloud: SimulatedCloud, client: Client) -> None:
    resource = (await client.get("v3/quotas")).json["quotas"]["resource"]
    running = [job for job in cloud.truth() if not job.parent_id and job.status != "RELEASE_RESOURCE_COMPLETE"]
    assert resource == {"type": "instances", "min": 0, "max": 500, "quota": 50, "used": len(running)}
