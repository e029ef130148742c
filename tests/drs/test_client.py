"""Each operation: what is sent, and what each answer that is known or published becomes."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import aioresponses
import pytest
from aioresponses import CallbackResult
from yarl import URL

from drs_exporter.drs import wire
from drs_exporter.drs.client import DrsClient
from drs_exporter.drs.pages import Page
from drs_exporter.errors import ApiSchemaError, ApiStatusError
from tests.cloud.doubles import Bodies, Seen, ids

API = "https://drs.example.test"
JOBS = f"{API}/v3/p1/jobs"
STATUS = f"{API}/v3/p1/jobs/batch-status"
ASYNC = f"{API}/v5/p1/batch-async-jobs"
Mock = aioresponses.aioresponses


async def list_jobs(client: DrsClient, **options: Any) -> list[Any]:
    """The listed jobs as they were sent."""
    return (await client.list_jobs("sync", **options)).items


async def test_a_listing_asks_for_every_engine_and_every_page(api: Mock, client: DrsClient) -> None:
    """Filters left out would have defaults of the service's own."""

    def answer(body: dict[str, Any]) -> object:
        begin = (body["cur_page"] - 1) * 100
        return {"total_record": 130, "jobs": [{"id": f"j{n}"} for n in range(begin, min(130, begin + 100))]}

    bodies = Bodies(answer)
    api.post(JOBS, callback=bodies, repeat=True)
    assert len(await list_jobs(client)) == 130
    assert bodies[0] == {
        "cur_page": 1,
        "per_page": 100,
        "db_use_type": "sync",
        "engine_type": "",
        "name": "",
        "net_type": "",
        "status": "",
    }
    assert [body["cur_page"] for body in bodies] == [1, 2]


async def test_an_enterprise_project_is_sent_only_when_there_is_one(api: Mock, client: DrsClient) -> None:
    bodies = Bodies(lambda _: {"total_record": 0, "jobs": []})
    api.post(JOBS, callback=bodies, repeat=True)
    await list_jobs(client, enterprise_project_id="ep-1")
    await list_jobs(client, enterprise_project_id="")
    assert bodies[0]["enterprise_project_id"] == "ep-1"
    assert "enterprise_project_id" not in bodies[1]


async def test_the_published_listing_is_read(api: Mock, client: DrsClient) -> None:
    """Its shape, with subtasks and with fields that are not read."""
    job = {
        "id": "5f0a1c3e-11d2-47aa-9c1b-8a77e0c4jb10",
        "name": "DRS-7001-orders",
        "status": "INCRE_TRANSFER_FAILED",
        "description": "",
        "create_time": "2021-03-04 09:08:07",
        "error_msg": "cannot reach jdbc:mysql://192.0.2.7:3306?password=hidden",
        "engine_type": "mysql",
        "net_type": "vpn",
        "billing_tag": False,
        "job_direction": "up",
        "db_use_type": "sync",
        "task_type": "FULL_INCR_TRANS",
        "node_newFramework": True,
        "children": [{"id": "c1", "status": "CHILD_TRANSFER_STARTED"}],
    }
    api.post(JOBS, payload={"jobs": [job], "total_record": 1})
    (listed,) = await list_jobs(client)
    assert isinstance(listed, wire.ListedJob)
    assert (listed.id, listed.status, listed.billing_tag) == (job["id"], "INCRE_TRANSFER_FAILED", False)
    assert isinstance(listed.children, list)
    assert ids(listed.children) == ["c1"]
    assert "hidden" not in repr(listed)


async def test_jobs_of_null_with_a_total_of_0_are_none(api: Mock, client: DrsClient) -> None:
    api.post(JOBS, payload={"jobs": None, "total_record": 0})
    assert await list_jobs(client) == []


@pytest.mark.parametrize("answer", [{"jobs": None}, {}, {"jobs": None, "total_record": 3}, {"jobs": "many"}])
async def test_jobs_missing_without_a_total_of_0_are_a_broken_answer(
    api: Mock, client: DrsClient, seen: Seen, answer: object
) -> None:
    api.post(JOBS, payload=answer)
    with pytest.raises(ApiSchemaError, match="lacks what the operation promises"):
        await list_jobs(client)
    assert seen.attempts == [("list_jobs", "schema")]


@pytest.mark.parametrize("jobs", [None, []])
async def test_an_error_told_beside_no_jobs_is_a_failure_and_no_empty_listing(
    api: Mock, client: DrsClient, seen: Seen, jobs: object
) -> None:
    body = {"error_code": "DRS.M00400", "error_msg": "hidden", "jobs": jobs, "results": jobs}
    api.post(JOBS, payload={**body, "total_record": 0})
    api.get(f"{ASYNC}?limit=100&offset=0", payload={**body, "total_count": 0})
    api.post(STATUS, payload={**body, "count": 0})
    asked: dict[str, Callable[[], Awaitable[object]]] = {
        "list_jobs": lambda: list_jobs(client),
        "list_async_jobs": client.list_async_jobs,
        "batch_status": lambda: client.batch_status(["j1"]),
    }
    for ask in asked.values():
        with pytest.raises(ApiStatusError, match=r"HTTP 200 DRS\.M00400"):
            await ask()
    assert seen.attempts == [(operation, "error") for operation in asked]


async def test_throttling_told_in_a_success_is_throttling(api: Mock, client: DrsClient, seen: Seen) -> None:
    api.post(STATUS, payload={"error_code": "DRS.M01503", "results": None, "count": 0})
    api.post(STATUS, payload={"results": [{"id": "j1", "status": "CREATING"}], "count": 1})
    assert ids(await client.batch_status(["j1"])) == ["j1"]
    assert seen.attempts == [("batch_status", "error"), ("batch_status", "200")]


@pytest.mark.parametrize("code", [None, "", "0", 0])
async def test_no_error_told_beside_no_jobs_is_an_empty_listing(api: Mock, client: DrsClient, code: object) -> None:
    api.post(JOBS, payload={"error_code": code, "jobs": [], "total_record": 0})
    assert await list_jobs(client) == []


async def test_an_empty_result_said_with_an_error_status_is_empty(api: Mock, client: DrsClient) -> None:
    body = {"error_code": "DRS.M00002", "error_msg": "nothing"}
    api.post(JOBS, status=422, payload=body)
    api.post(STATUS, status=422, payload=body)
    api.get(f"{ASYNC}?limit=100&offset=0", status=422, payload=body)
    api.get(f"{ASYNC}/a1?limit=100&offset=0", status=422, payload=body)
    api.get(f"{API}/v3/p1/quotas", status=422, payload=body)
    api.get(f"{API}/v5/p1/jobs/j1?type=detail", status=422, payload=body)
    assert await list_jobs(client) == []
    assert await client.batch_status(["j1"]) == []
    assert await client.list_async_jobs() == []
    assert await client.async_job_detail("a1") == Page([], 0)
    assert await client.quotas() == []
    assert await client.job_detail("j1", "detail") == wire.JobDetail()


async def test_asynchronous_batches_are_listed_by_offset(api: Mock, client: DrsClient) -> None:
    batches = [{"async_job_id": f"a{n}", "status": "COMMIT_SUCCESS", "user_name": "person"} for n in range(130)]
    api.get(f"{ASYNC}?limit=100&offset=0", payload={"jobs": batches[:100], "total_count": 130})
    api.get(f"{ASYNC}?limit=100&offset=100", payload={"jobs": batches[100:], "total_count": 130})
    listed = await client.list_async_jobs()
    assert [batch.async_job_id for batch in listed if isinstance(batch, wire.AsyncJob)] == [f"a{n}" for n in range(130)]
    assert "person" not in repr(listed)


async def test_jobs_are_listed_over_v5_by_offset_however_long_its_pages_are(api: Mock, client: DrsClient) -> None:
    """The range of its limit is published nowhere."""
    query = "job_type=replay&limit=100&offset={}&sort_key=create_time"
    jobs = [{"id": f"j{n}", "job_type": "replay"} for n in range(70)]
    api.get(f"{API}/v5/p1/jobs?{query.format(0)}", payload={"jobs": jobs[:50], "total_count": 70})
    api.get(f"{API}/v5/p1/jobs?{query.format(50)}", payload={"jobs": jobs[50:], "total_count": 70})
    listing = await client.list_jobs_v5("replay")
    assert ids(listing.items) == [f"j{n}" for n in range(70)]
    assert listing.complete


async def test_an_enterprise_project_is_sent_over_v5_only_when_there_is_one(api: Mock, client: DrsClient) -> None:
    query = "enterprise_project_id=ep-1&job_type=sync&limit=100&offset=0&sort_key=create_time"
    api.get(f"{API}/v5/p1/jobs?{query}", payload={"jobs": [], "total_count": 0})
    assert (await client.list_jobs_v5("sync", enterprise_project_id="ep-1")).items == []


async def test_the_progress_of_one_job_is_asked_over_v5(api: Mock, client: DrsClient, seen: Seen) -> None:
    job = {"id": "j1", "progress_info": {"incr_trans_delay": 3}}
    api.get(f"{API}/v5/p1/jobs/j1?type=progress", payload={"job": job})
    assert (await client.job_progress("j1")).progress_info == wire.Progress(incr_trans_delay=3)
    assert seen.attempts == [("job_progress", "200")]


async def test_a_batch_among_the_listed_that_is_none_is_kept_for_parse(api: Mock, client: DrsClient) -> None:
    api.get(f"{ASYNC}?limit=100&offset=0", payload={"jobs": [None, {"async_job_id": 5}], "total_count": 2})
    assert await client.list_async_jobs() == [None, wire.AsyncJob(async_job_id=5)]


async def test_the_members_of_a_batch_are_merged_under_the_first_total(api: Mock, client: DrsClient) -> None:
    members = [{"id": f"j{n}"} for n in range(101)]
    url = f"{ASYNC}/a%3F1"
    api.get(URL(f"{url}?limit=100&offset=0", encoded=True), payload={"jobs": members[:100], "total_count": 101})
    api.get(URL(f"{url}?limit=100&offset=100", encoded=True), payload={"jobs": members[100:], "total_count": "102"})
    api.get(URL(f"{url}?limit=100&offset=101", encoded=True), payload={"jobs": [], "total_count": 102})
    detail = await client.async_job_detail("a?1")
    assert ids(detail.items) == [f"j{n}" for n in range(101)]
    assert detail.total == 101


async def test_members_that_come_again_with_other_readings_do_not_go_on_for_ever(api: Mock, client: DrsClient) -> None:
    """A service that does not heed the offset sends the same members each time, and their metrics move on."""
    answers = 0

    def answer(_: URL, **__: object) -> CallbackResult:
        nonlocal answers
        answers += 1
        members = [{"id": f"j{n}", "metrics": {"time_stamp": answers}} for n in range(100)]
        return CallbackResult(payload={"jobs": members, "total_count": 100})

    for offset in (0, 100):
        api.get(f"{ASYNC}/a1?limit=100&offset={offset}", callback=answer)
    detail = await client.async_job_detail("a1")
    assert set(ids(detail.items)) == {f"j{n}" for n in range(100)}
    assert answers == 2


async def test_no_more_batches_are_read_at_once_than_requests_are_under_way(api: Mock, client: DrsClient) -> None:
    """Or a project with many of them would hold the first pages of all until the last page of the last."""
    begun: list[str] = []
    ended: list[str] = []
    most = 0

    def answer(url: URL, **_: Any) -> CallbackResult:
        nonlocal most
        batch, offset = url.path.rpartition("/")[2], int(url.query["offset"])
        (begun if offset == 0 else ended).append(batch)
        most = max(most, len(begun) - len(ended))
        jobs = [{"id": f"{batch}-{number}"} for number in range(offset, min(101, offset + 100))]
        return CallbackResult(payload={"jobs": jobs, "total_count": 101})

    api.get(re.compile(rf"^{ASYNC}/"), callback=answer, repeat=True)
    details = await asyncio.gather(*(client.async_job_detail(f"a{number}") for number in range(20)))
    assert {len(detail.items) for detail in details} == {101}
    assert len(ended) == 20
    assert most <= 4


async def test_one_kind_of_a_jobs_detail_is_asked(api: Mock, client: DrsClient) -> None:
    api.get(
        f"{API}/v5/p1/jobs/j1?type=progress",
        payload={"job": {"id": "j1", "progress_info": {"incr_trans_delay_millis": 1500}}},
    )
    detail = await client.job_detail("j1", "progress")
    assert detail.progress_info == wire.Progress(incr_trans_delay_millis=1500)


async def test_a_detail_without_a_job_is_broken(api: Mock, client: DrsClient) -> None:
    api.get(f"{API}/v5/p1/jobs/j1?type=detail", payload={"job": None})
    with pytest.raises(ApiSchemaError):
        await client.job_detail("j1", "detail")


@pytest.mark.parametrize(
    "resource", [{"type": "instance", "quota": 9, "used": 2}, [{"type": "instance", "quota": 9, "used": 2}]]
)
async def test_quotas_come_as_one_or_as_a_list(api: Mock, client: DrsClient, resource: object) -> None:
    api.get(f"{API}/v3/p1/quotas", payload={"quotas": {"resource": resource}})
    assert await client.quotas() == [wire.QuotaResource(type="instance", quota=9, used=2)]


@pytest.mark.parametrize("answer", [{}, {"quotas": None}, {"quotas": {"resource": None}}])
async def test_quotas_without_a_resource_are_broken(api: Mock, client: DrsClient, answer: object) -> None:
    api.get(f"{API}/v3/p1/quotas", payload=answer)
    with pytest.raises(ApiSchemaError):
        await client.quotas()


async def test_signing_in_with_a_given_token_asks_nobody(api: Mock, client: DrsClient, seen: Seen) -> None:
    await client.sign_in()
    assert seen.attempts == []
    assert api.requests == {}
