"""Operations on many jobs at once, whose answers have two shapes and pages of their own."""

from typing import Any

import aioresponses
import pytest

from drs_exporter.drs import wire
from drs_exporter.drs.client import DrsClient, Start
from drs_exporter.errors import ApiStatusError, Refusal
from tests.cloud.doubles import Bodies, Seen, ids

API = "https://drs.example.test"
STATUS = f"{API}/v3/p1/jobs/batch-status"
PROGRESS = f"{API}/v3/p1/jobs/batch-progress"
START = f"{API}/v3/p1/jobs/batch-starting"
Mock = aioresponses.aioresponses


async def test_a_batch_of_statuses_asks_for_100_a_page(api: Mock, client: DrsClient) -> None:
    bodies = Bodies(lambda body: {"results": [{"id": name} for name in body["jobs"]], "count": len(body["jobs"])})
    api.post(STATUS, callback=bodies)
    names = [f"j{n}" for n in range(100)]
    assert ids(await client.batch_status(names)) == names
    assert bodies == [{"jobs": names, "page_req": {"cur_page": 1, "per_page": 100}}]


def paged_by(size: int, body: dict[str, Any], *, known: int = 1000) -> object:
    """What a service answers that gives pages of its own size."""
    names = [name for name in body["jobs"] if int(name[1:]) < known]
    begin = (body["page_req"]["cur_page"] - 1) * size
    return {"results": [{"id": name} for name in names[begin : begin + size]], "count": len(names)}


async def test_a_batch_that_is_paged_by_five_nonetheless_is_read_to_the_end(api: Mock, client: DrsClient) -> None:
    bodies = Bodies(lambda body: paged_by(5, body))
    api.post(STATUS, callback=bodies, repeat=True)
    names = [f"j{n}" for n in range(12)]
    assert ids(await client.batch_status(names)) == names
    assert [body["page_req"]["cur_page"] for body in bodies] == [1, 2, 3]


async def test_a_service_that_ignores_the_page_request_is_asked_for_the_rest(api: Mock, client: DrsClient) -> None:
    """Five answers come, whatever page is asked for."""
    bodies = Bodies(lambda body: {"results": [{"id": n} for n in body["jobs"][:5]], "count": len(body["jobs"])})
    api.post(STATUS, callback=bodies, repeat=True)
    names = [f"j{n}" for n in range(18)]
    assert ids(await client.batch_status(names)) == names
    assert [len(body["jobs"]) for body in bodies] == [18, 18, 13, 8, 3]


async def test_ids_that_the_service_does_not_know_cost_no_further_call(api: Mock, client: DrsClient) -> None:
    bodies = Bodies(lambda body: paged_by(100, body, known=7))
    api.post(STATUS, callback=bodies, repeat=True)
    assert len(await client.batch_status([f"j{n}" for n in range(10)])) == 7
    assert len(bodies) == 1


async def test_a_count_that_lies_ends_when_nothing_new_comes(api: Mock, client: DrsClient) -> None:
    bodies = Bodies(lambda body: {"results": [{"id": n} for n in body["jobs"] if n < "j3"], "count": 50})
    api.post(STATUS, callback=bodies, repeat=True)
    assert ids(await client.batch_status([f"j{n}" for n in range(5)])) == ["j0", "j1", "j2"]
    assert len(bodies) == 3


async def test_a_batch_without_a_count_and_without_answers_ends(api: Mock, client: DrsClient) -> None:
    bodies = Bodies(lambda _: {"results": []})
    api.post(STATUS, callback=bodies, repeat=True)
    assert await client.batch_status(["j1"]) == []
    assert len(bodies) == 1


async def test_the_published_example_with_the_other_name_and_without_ids_is_read(api: Mock, client: DrsClient) -> None:
    statuses = [{"status": "INCRE_TRANSFER_STARTED"}, {"status": "CREATE_FAILED"}]
    api.post(STATUS, payload={"jobs": statuses, "count": 2})
    results = await client.batch_status(["j1", "j2"])
    assert [result.status for result in results if isinstance(result, wire.JobStatus)] == [
        "INCRE_TRANSFER_STARTED",
        "CREATE_FAILED",
    ]


async def test_progress_comes_with_a_202(api: Mock, client: DrsClient, seen: Seen) -> None:
    api.post(
        PROGRESS, status=202, payload={"results": [{"job_id": "j1", "progress": "17", "extra": {}}, None], "count": 1}
    )
    first, second = await client.batch_progress(["j1"])
    assert isinstance(first, wire.Progress)
    assert (first.progress, second) == ("17", None)
    assert seen.attempts == [("batch_progress", "202")]


async def test_rpo_and_rto_and_details_are_asked_where_they_live(api: Mock, client: DrsClient) -> None:
    rpo = Bodies(lambda _: {"results": [{"job_id": "j1", "rpo_info": {"delay": "120"}}], "count": 1}, status=202)
    detail = Bodies(lambda _: {"results": [{"id": "j1", "alarm_notify": {"delay_time": 60}}], "count": 1})
    api.post(f"{API}/v3/p1/jobs/batch-rpo-and-rto", callback=rpo)
    api.post(f"{API}/v3/p1/jobs/batch-detail", callback=detail)
    (lag,) = await client.batch_rpo_rto(["j1"])
    (job,) = await client.batch_detail(["j1"])
    assert isinstance(lag, wire.RpoRto)
    assert isinstance(job, wire.BatchDetail)
    assert lag.rpo_info == wire.Lag(delay="120")
    assert job.alarm_notify == wire.AlarmNotify(delay_time=60)
    assert rpo == [{"jobs": ["j1"]}]
    assert detail == [{"jobs": ["j1"], "page_req": {"cur_page": 1, "per_page": 100}}]


async def test_an_error_body_in_a_202_is_an_error(api: Mock, client: DrsClient, seen: Seen) -> None:
    body = {"error_code": "DRS.M01504", "error_msg": "another operation of user hidden is in progress"}
    api.post(PROGRESS, status=202, payload=body, headers={"X-Request-Id": "req-1"})
    with pytest.raises(ApiStatusError) as caught:
        await client.batch_progress(["j1"])
    error = caught.value
    assert (error.refusal, error.status, error.error_code) == (Refusal.REQUEST, 202, "DRS.M01504")
    assert (error.reason, error.request_id) == ("4xx", "req-1")
    assert "hidden" not in str(error)
    assert seen.attempts == [("batch_progress", "error")]


async def test_a_refusal_with_a_long_message_for_each_of_a_hundred_jobs_tells_its_code(
    api: Mock, client: DrsClient, seen: Seen
) -> None:
    job_ids = [f"9a470239-2308-4bb5-a6bc-10404020{n:02}jb" for n in range(100)]
    results = [{"id": job_id, "error_code": "DRS.M01503", "error_message": "x" * 1000} for job_id in job_ids]
    api.post(STATUS, status=400, payload={"count": 100, "results": results})
    api.post(STATUS, payload={"results": [{"id": job_id} for job_id in job_ids], "count": 100})
    assert ids(await client.batch_status(job_ids)) == job_ids
    assert seen.attempts == [("batch_status", "400"), ("batch_status", "200")]


async def test_jobs_are_started_with_their_times_as_text(api: Mock, client: DrsClient) -> None:
    bodies = Bodies(lambda _: {"jobs": [{"id": "j1", "status": "success"}], "count": 1})
    api.post(START, callback=bodies)
    (result,) = await client.batch_start([Start("j1"), Start("j2", 1_700_000_000_123)])
    assert isinstance(result, wire.StartResult)
    assert result.status == "success"
    assert bodies == [{"jobs": [{"job_id": "j1"}, {"job_id": "j2", "start_time": "1700000000123"}]}]


@pytest.mark.parametrize("status", [401, 429, 500, 503])
async def test_a_start_is_never_sent_twice(api: Mock, client: DrsClient, seen: Seen, status: int) -> None:
    api.post(START, status=status, repeat=True)
    with pytest.raises(ApiStatusError):
        await client.batch_start([Start("j1")])
    assert seen.attempts == [("batch_start", str(status))]
