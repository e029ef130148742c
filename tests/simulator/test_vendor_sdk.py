"""The vendor's own SDK, a client that nobody here wrote, takes the simulated cloud for the cloud."""

from collections.abc import AsyncIterator

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkdrs.v3 import DrsClient as ClientV3
from huaweicloudsdkdrs.v3 import model as v3
from huaweicloudsdkdrs.v5 import DrsClient as ClientV5
from huaweicloudsdkdrs.v5 import model as v5

from drs_exporter.simulator import SimulatedCloud, SimulatedJob
from drs_exporter.simulator.health import Ailment
from drs_exporter.simulator.plans import REPLAY
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


async def test_the_sdk_lists_every_job_over_v5_replays_too(cloud: SimulatedCloud) -> None:
    client = connect(ClientV5, cloud)
    replays = cloud.fleet.add(2, engine=REPLAY)
    for scenario in ("migration", "sync", "cloudDataGuard", "replay"):
        request = v5.ListJobsRequest(x_language="en-us", job_type=scenario, limit=100, sort_key="create_time")
        answer = await call(client.list_jobs, request)
        all_read(answer)
        truth = {job.id: job for job in jobs_of(cloud, scenario)}
        listed = [*answer.jobs, *(child for job in answer.jobs for child in job.children or [])]
        assert {job.id: job.status for job in listed} == {job_id: job.status for job_id, job in truth.items()}
        assert answer.total_count == len(answer.jobs)
    assert {job.id for job in answer.jobs} == set(replays)


async def test_the_sdk_reads_what_diagnoses_a_job(cloud: SimulatedCloud) -> None:
    job_id = next(life.job_id for batch in cloud.async_batches() for life in batch.members)
    cloud.fleet.set_status(job_id, "INCRE_TRANSFER_STARTED")
    cloud.fleet.set_health(job_id, Ailment(source_connected=False, abnormal_rows=3, apply="STOPPED"))
    client = connect(ClientV5, cloud)
    monitored = await call(client.show_monitor_data, v5.ShowMonitorDataRequest(job_id=job_id))
    all_read(monitored)
    assert (monitored.is_src_normal, monitored.is_dst_normal, monitored.node_volume_size) == (False, True, 100)
    rows = await call(client.show_dirty_data, v5.ShowDirtyDataRequest(job_id=job_id, offset=0, limit=1))
    all_read(rows)
    assert (rows.count, len(rows.dirty_data_list)) == (3, 1)
    request = v5.ShowIncrementComponentsDetailRequest(job_id=job_id)
    components = await call(client.show_increment_components_detail, request)
    all_read(components)
    found = {one.type: one.status for one in components.increment_components_list}
    assert found == {"capture": "STARTED", "apply": "STOPPED"}


async def test_the_sdk_reads_the_monitoring_of_disaster_recovery(cloud: SimulatedCloud) -> None:
    ids = [job.id for job in jobs_of(cloud, "cloudDataGuard")][:10]
    cloud.fleet.set_health(ids[0], Ailment(target_connected=False))
    body = v3.BatchQueryRpoAndRtoReq(jobs=ids)
    answer = await call(connect(ClientV3, cloud).show_monitoring_data, v3.ShowMonitoringDataRequest(body=body))
    all_read(answer)
    found = {one.id: one.data_guard_minitor.dst_normal for one in answer.results}
    assert found.keys() == set(ids)
    assert not found[ids[0]]


@pytest.mark.parametrize("missing", ["v3", "v5"])
async def test_a_region_without_a_generation_of_the_api_says_so_to_the_sdk(cloud: SimulatedCloud, missing: str) -> None:
    setattr(cloud, missing, False)
    quotas, listing = connect(ClientV3, cloud).show_quotas, connect(ClientV5, cloud).list_jobs
    question = (quotas, v3.ShowQuotasRequest()) if missing == "v3" else (listing, v5.ListJobsRequest(job_type="sync"))
    with pytest.raises(ClientRequestException) as refused:
        await call(*question)
    assert (refused.value.status_code, refused.value.error_code) == (404, "APIGW.0101")


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
