"""Asynchronous batches and job details, where the region has them."""

import pytest

from drs_exporter.simulator import SimulatedCloud
from tests.simulator.client import Client, Hands


async def test_batches_are_newest_first_and_paged(cloud: SimulatedCloud, client: Client) -> None:
    whole = (await client.get("v5/batch-async-jobs?limit=100")).json
    assert len(whole["jobs"]) == whole["total_count"] == len(cloud.async_batches())
    times = [job["create_time"] for job in whole["jobs"]]
    assert times == sorted(times, reverse=True)
    page = (await client.get("v5/batch-async-jobs?offset=2&limit=2")).json
    assert page["jobs"] == whole["jobs"][2:4]
    assert page["total_count"] == whole["total_count"]
    ascending = (await client.get("v5/batch-async-jobs?limit=100&sort_dir=asc&status=&async_job_id=")).json
    assert ascending["jobs"] == whole["jobs"][::-1]
    one = (await client.get("v5/batch-async-jobs?status=COMMIT_SUCCESS")).json
    assert {job["status"] for job in one["jobs"]} == {"COMMIT_SUCCESS"}


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "offset=-1", "limit=ten", "sort_dir=up"])
async def test_a_wrong_query_is_refused(client: Client, query: str) -> None:
    assert (await client.get(f"v5/batch-async-jobs?{query}")).code == (400, "DRS.M00202")


async def test_a_batch_is_validated_in_time(cloud: SimulatedCloud, hands: Hands) -> None:
    assert cloud.async_batches()[0].status == "ASYNC_JOB_VALIDATING"
    hands.at += 3600
    assert cloud.async_batches()[0].status == "AUTO_PARAM_VALIDATE_SUCCESS"


async def test_a_committed_batch_has_listed_jobs_with_everything_v5_tells(
    cloud: SimulatedCloud, client: Client
) -> None:
    batch = next(batch for batch in cloud.async_batches() if batch.members)
    members = (await client.get(f"v5/batch-async-jobs/{batch.async_job_id}?limit=100")).json["jobs"]
    truth = {job.id: job for job in cloud.truth()}
    assert {member["status"] == truth[member["id"]].status for member in members} == {True}
    running = next(member for member in members if "metrics" in member)
    assert running["metrics"]["job_id"] == running["id"]
    assert running["base_info"]["expired_days"] in (14, 30, 100)
    assert {"precheck_result", "progress_info", "migration_object_progress_info"} <= set(running)
    assert "incre_trans_delay" not in running["progress_info"]
    first = (await client.get(f"v5/batch-async-jobs/{batch.async_job_id}?offset=1&limit=2")).json
    assert first["jobs"] == members[1:3]
    assert first["total_count"] == len(members)


async def test_a_batch_or_job_that_is_not_there_is_gone_rather_than_unsupported(client: Client) -> None:
    assert (await client.get("v5/batch-async-jobs/nobody")).code == (404, "DRS.M05004")
    assert (await client.get("v5/jobs/nobody?type=detail")).code == (404, "DRS.M05004")


async def test_a_job_detail_is_for_some_engines_and_one_type_a_call(cloud: SimulatedCloud, client: Client) -> None:
    jobs = {job.engine_type: job.id for job in cloud.truth() if not job.parent_id}
    detail = (await client.get(f"v5/jobs/{jobs['oracle-to-gaussdbv5']}?type=detail")).json["job"]
    assert "base_info" in detail
    assert "progress_info" not in detail
    assert (await client.get(f"v5/jobs/{jobs['oracle-to-gaussdbv5']}")).code == (400, "DRS.M00201")
    assert (await client.get(f"v5/jobs/{jobs['oracle-to-gaussdbv5']}?type=all")).code == (400, "DRS.M00202")
    assert (await client.get(f"v5/jobs/{jobs['mongodb']}?type=detail")).code == (400, "DRS.M00202")


async def test_a_region_without_v5_has_none_of_its_operations(cloud: SimulatedCloud, client: Client) -> None:
    batch = cloud.async_batches()[-1].async_job_id
    cloud.v5 = False
    for path in ("v5/batch-async-jobs", f"v5/batch-async-jobs/{batch}", "v5/jobs/x?type=detail", "v5/anything"):
        assert (await client.get(path)).code == (404, "APIGW.0101")
    assert cloud.v5 is False
    assert (await client.get("v3/quotas")).status == 200
