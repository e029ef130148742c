"""The vendor's own SDK, a client that nobody here wrote, takes the simulated cloud for the cloud."""

from collections.abc import AsyncIterator

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkdrs.v3 import DrsClient as ClientV3
from huaweicloudsdkdrs.v3 import model as v3
from huaweicloudsdkdrs.v5 import DrsClient as ClientV5
from huaweicloudsdkdrs.v5 import model as v5

from drs_exporter.simulator import SimulatedCloud, SimulatedJob
from tests.simulator.vendor import all_read, call, connect, unread

pytestmark = [
    pytest.mark.filterwarnings("ignore:Unable to convert string to date"),  # the SDK wants dateutil for that
    pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow"),
    pytest.mark.filterwarnings("ignore:Method .* of DrsClient is deprecated"),  # by v5 operations not in every region
]


@pytest.fixture
async def cloud() -> AsyncIterator[SimulatedCloud]:
    """A cloud on the real clock: the SDK signs with it."""
    async with SimulatedCloud(jobs=60, seed=3) as running:
        yield running


def jobs_of(cloud: SimulatedCloud, *scenarios: str) -> list[SimulatedJob]:
    return [job for job in cloud.truth() if job.db_use_type in scenarios or not scenarios]


def test_a_field_the_sdk_does_not_know_would_be_noticed() -> None:
    model = v3.QueryJobStatusResp(id="a", status=None)
    assert list(unread({"id": "a", "status": "b", "other": 1}, model)) == [".status = 'b'", ".other"]


async def test_the_sdk_lists_every_job(cloud: SimulatedCloud) -> None:
    client = connect(ClientV3, cloud)
    for scenario in ("migration", "sync", "cloudDataGuard"):
        body = v3.QueryJobsReq(cur_page=1, per_page=100, db_use_type=scenario, engine_type="")
        answer = await call(client.show_job_list, v3.ShowJobListRequest(x_language="en-us", body=body))
        all_read(answer)
        truth = {job.id: job for job in jobs_of(cloud, scenario)}
        listed = [*answer.jobs, *(child for job in answer.jobs for child in job.children or [])]
        assert {job.id for job in listed} == set(truth)
        assert all(job.name == truth[job.id].name and job.engine_type == truth[job.id].engine_type for job in listed)


async def test_the_sdk_reads_statuses(cloud: SimulatedCloud) -> None:
    truth = {job.id: job for job in jobs_of(cloud)}
    ids = sorted(truth)[:40]
    body = v3.BatchQueryJobReqPage(jobs=ids, page_req=v3.PageReq(cur_page=1, per_page=100))
    request = v3.BatchListJobStatusRequest(x_language="en-us", body=body)
    answer = await call(connect(ClientV3, cloud).batch_list_job_status, request)
    all_read(answer)
    assert {one.id: one.status for one in answer.results} == {job_id: truth[job_id].status for job_id in ids}


async def test_the_sdk_reads_progress(cloud: SimulatedCloud) -> None:
    truth = {job.id: job for job in jobs_of(cloud)}
    ids = sorted(truth)[:60]
    request = v3.BatchListProgressesRequest(x_language="en-us", body=v3.BatchQueryProgressReq(jobs=ids))
    answer = await call(connect(ClientV3, cloud).batch_list_progresses, request)
    all_read(answer)
    full = [one for one in answer.results if truth[one.job_id].status == "FULL_TRANSFER_STARTED"]
    assert full
    assert all(one.progress_map["data"].completed.endswith("%") for one in full if one.progress_map)


async def test_the_sdk_reads_rpo_and_rto(cloud: SimulatedCloud) -> None:
    ids = [job.id for job in jobs_of(cloud, "cloudDataGuard")]
    request = v3.BatchListRposAndRtosRequest(x_language="en-us", body=v3.BatchQueryRpoAndRtoReq(jobs=ids))
    answer = await call(connect(ClientV3, cloud).batch_list_rpos_and_rtos, request)
    all_read(answer)
    assert {one.job_id for one in answer.results} == set(ids)
    assert any(int(one.rpo_info.delay) > 0 for one in answer.results)


async def test_the_sdk_reads_batch_details(cloud: SimulatedCloud) -> None:
    truth = {job.id: job for job in jobs_of(cloud)}
    ids = sorted(truth)[:10]
    body = v3.BatchQueryJobReqPage(jobs=ids, page_req=v3.PageReq(cur_page=1, per_page=10))
    request = v3.BatchListJobDetailsRequest(x_language="en-us", body=body)
    answer = await call(connect(ClientV3, cloud).batch_list_job_details, request)
    all_read(answer)
    assert {one.id: one.parent_id for one in answer.results} == {job_id: truth[job_id].parent_id for job_id in ids}
    assert all(int(one.create_time) == round(truth[one.id].created * 1000) for one in answer.results)


async def test_the_sdk_reads_async_batches_and_their_details(cloud: SimulatedCloud) -> None:
    client = connect(ClientV5, cloud)
    answer = await call(client.list_async_jobs, v5.ListAsyncJobsRequest(x_language="en-us", offset=0, limit=10))
    all_read(answer)
    assert {job.status for job in answer.jobs} == {
        "ASYNC_JOB_VALIDATING",
        "ASYNC_JOB_VALIDATE_FAILED",
        "AUTO_PARAM_VALIDATE_SUCCESS",
        "COMMIT_SUCCESS",
    }
    committed = next(job for job in answer.jobs if job.status == "COMMIT_SUCCESS")
    request = v5.ListAsyncJobDetailRequest(async_job_id=committed.async_job_id, offset=0, limit=50)
    detail = await call(client.list_async_job_detail, request)
    all_read(detail)
    assert len(detail.jobs) == detail.total_count == 12
    assert any(job.metrics and float(job.metrics.cpu_util) > 0 for job in detail.jobs)
    assert any(job.compare_result for job in detail.jobs)


async def test_the_sdk_reads_every_part_of_a_job_detail(cloud: SimulatedCloud) -> None:
    client = connect(ClientV5, cloud)
    members = next(batch.members for batch in cloud.async_batches() if batch.members)
    for kind in ("overview", "detail", "progress", "precheck", "compare"):
        for life in members:
            request = v5.ShowJobDetailRequest(job_id=life.job_id, x_language="en-us", type=kind)
            answer = await call(client.show_job_detail, request)
            all_read(answer)
            assert answer.job.id == life.job_id


async def test_the_sdk_reads_quotas(cloud: SimulatedCloud) -> None:
    answer = await call(connect(ClientV3, cloud).show_quotas, v3.ShowQuotasRequest())
    all_read(answer)
    assert 0 < answer.quotas.resource.used <= answer.quotas.resource.quota


async def test_the_sdk_starts_a_waiting_job(cloud: SimulatedCloud) -> None:
    waiting = next(job.id for job in cloud.truth() if job.status == "WAITING_FOR_START")
    running = next(job.id for job in cloud.truth() if job.status == "INCRE_TRANSFER_STARTED")
    starts = [v3.StartInfo(job_id=waiting), v3.StartInfo(job_id=running)]
    request = v3.BatchStartJobsRequest(x_language="en-us", body=v3.BatchStartJobReq(jobs=starts))
    answer = await call(connect(ClientV3, cloud).batch_start_jobs, request)
    all_read(answer)
    assert [(one.id, one.status, one.error_code) for one in answer.results] == [
        (waiting, "success", None),
        (running, "failed", "DRS.M00304"),
    ]
    assert next(job.status for job in cloud.truth() if job.id == waiting) == "STARTJOBING"


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [({"secret": "not-the-key"}, 401, "APIGW.0301"), ({"project_id": "f" * 32}, 403, "DRS.M00261")],
)
async def test_the_sdk_is_refused_with_a_wrong_key_or_project(
    cloud: SimulatedCloud, wrong: dict[str, str], status: int, code: str
) -> None:
    client = connect(ClientV3, cloud, **wrong)
    with pytest.raises(ClientRequestException) as refused:
        await call(client.show_quotas, v3.ShowQuotasRequest())
    assert (refused.value.status_code, refused.value.error_code) == (status, code)
