"""A cloud with one generation of the API gives a complete listing, statuses and delays; the vendor's SDK says which."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkdrs.v3 import DrsClient as ClientV3
from huaweicloudsdkdrs.v3 import model as v3
from huaweicloudsdkdrs.v5 import DrsClient as ClientV5
from huaweicloudsdkdrs.v5 import model as v5
from structlog.testing import capture_logs

from drs_exporter.simulator.cloud import SimulatedCloud
from drs_exporter.simulator.plans import REPLAY
from drs_exporter.snapshot import Job, Project
from drs_exporter.status import DELAY_PHASES, PROGRESS_PHASES, Phase
from tests.poll.test_pace import INTERVAL, Scene, scene
from tests.simulator.vendor import call, connect

pytestmark = [
    pytest.mark.filterwarnings("ignore:Unable to convert string to date"),  # the SDK wants dateutil for that
    pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow"),
    pytest.mark.filterwarnings("ignore:Method .* of DrsClient is deprecated"),
]
SCENARIOS: Final = ("migration", "sync", "cloudDataGuard")
_COLLECTORS: Final = ("jobs", "status", "progress", "rpo_rto", "async_jobs", "details", "quotas")


class Told(NamedTuple):
    """What the SDK reads of the cloud."""

    statuses: Mapping[str, str]
    delays: Mapping[str, float]


async def told_by_v3(cloud: SimulatedCloud) -> Told:
    """With the SDK's client of v3."""
    client, statuses = connect(ClientV3, cloud), dict[str, str]()
    for scenario in SCENARIOS:
        body = v3.QueryJobsReq(cur_page=1, per_page=100, db_use_type=scenario, engine_type="")
        statuses |= _statuses((await call(client.show_job_list, v3.ShowJobListRequest(body=body))).jobs)
    body = v3.BatchQueryProgressReq(jobs=sorted(statuses))
    answer = await call(client.batch_list_progresses, v3.BatchListProgressesRequest(body=body))
    delays = {one.job_id: one.incre_trans_delay_millis or one.incre_trans_delay for one in answer.results}
    seconds = {one.job_id: bool(one.incre_trans_delay_millis) for one in answer.results}
    return Told(statuses, _delays({job_id: (text, seconds[job_id]) for job_id, text in delays.items()}))


async def told_by_v5(cloud: SimulatedCloud) -> Told:
    """With the SDK's client of v5, one job after the other; some engines it has no detail of."""
    client, statuses, found = connect(ClientV5, cloud), dict[str, str](), dict[str, tuple[Any, bool]]()
    for scenario in (*SCENARIOS, "replay"):
        request = v5.ListJobsRequest(job_type=scenario, limit=100)
        statuses |= _statuses((await call(client.list_jobs, request)).jobs)
    for job_id in statuses:
        try:
            answer = await call(client.show_job_detail, v5.ShowJobDetailRequest(job_id=job_id, type="progress"))
        except ClientRequestException:
            continue
        progress = answer.job.progress_info
        millis = progress.incr_trans_delay_millis
        found[job_id] = (millis or progress.incr_trans_delay, bool(millis))
    return Told(statuses, _delays(found))


def _statuses(jobs: Sequence[Any]) -> dict[str, str]:
    return {job.id: job.status for parent in jobs for job in (parent, *(parent.children or ()))}


def _delays(found: Mapping[str, tuple[Any, bool]]) -> dict[str, float]:
    read = {
        job_id: float(text) / (1000 if millis else 1) for job_id, (text, millis) in found.items() if text is not None
    }
    return {job_id: delay for job_id, delay in read.items() if delay >= 0}


def jobs_of(stage: Scene) -> dict[str, Job]:
    """As last published."""
    return {job.id: job for job in stage.published[-1].jobs or ()}


def agree(stage: Scene, told: Told) -> None:
    """The exporter and the SDK have read the same of every job."""
    jobs = jobs_of(stage)
    assert {job_id: job.state.status for job_id, job in jobs.items() if job.state is not None} == told.statuses
    delayed = {
        job_id
        for job_id, job in jobs.items()
        if job.state is not None
        and (job.state.phase in DELAY_PHASES or job.state.status == "INCRE_TRANSFER_FAILED")
        and job_id in told.delays
    }
    assert delayed
    delays = {job_id: job.progress.delay for job_id, job in jobs.items() if job.progress.delay is not None}
    assert delays == {job_id: told.delays[job_id] for job_id in delayed}


def supported(project: Project) -> dict[str, bool | None]:
    """By collector."""
    return {state.collector: state.supported for state in project.collectors}


async def test_a_cloud_without_v3_gives_a_complete_listing_statuses_and_delays() -> None:
    async with scene(jobs=40, collectors=_COLLECTORS, scenarios=(*SCENARIOS, "replay"), wall=time.time()) as stage:
        stage.cloud.v3 = False
        stage.cloud.fleet.add(2, engine=REPLAY)
        await stage.pace.once()
        agree(stage, await told_by_v5(stage.cloud))
        assert stage.cloud.calls["list_jobs"] == len(SCENARIOS)
        assert stage.cloud.calls["batch_progress"] == stage.cloud.calls["batch_status"] == 1
        snapshot = stage.published[-1]
        assert snapshot.up
        lacking = {"status", "rpo_rto", "details", "quotas"}
        assert {name for name, there in supported(snapshot).items() if there is False} == lacking


async def test_a_cloud_without_v5_gives_a_complete_listing_statuses_and_delays() -> None:
    async with scene(jobs=40, collectors=_COLLECTORS, wall=time.time()) as stage:
        stage.cloud.v5 = False
        await stage.pace.once()
        agree(stage, await told_by_v3(stage.cloud))
        assert stage.cloud.calls["list_jobs_v5"] == stage.cloud.calls["job_detail"] == 0
        assert {name for name, there in supported(stage.published[-1]).items() if there is False} == {"async_jobs"}


async def test_a_batch_member_tells_what_v3_would_have_told() -> None:
    """Thresholds, tags, databases and times of the owner's jobs come from the details of their batch."""
    async with scene(jobs=60, collectors=_COLLECTORS, job_tags={"owner": "tag_owner"}) as stage:
        stage.cloud.v3 = False
        await stage.pace.once()
        jobs = jobs_of(stage)
        members = [life for batch in stage.cloud.async_batches() for life in batch.members if life.job_id in jobs]
        running = [life for life in members if _phase(jobs[life.job_id]) in PROGRESS_PHASES]
        assert running
        for life in running:
            job = jobs[life.job_id]
            assert job.tags == (("tag_owner", life.plan.owner),)
            assert [database.role for database in job.databases] == ["source", "target"]
            assert job.thresholds.delay == (life.plan.delay_threshold or None)


async def test_jobs_that_a_batch_tells_of_are_not_asked_about_one_by_one() -> None:
    async with scene(jobs=60, collectors=("jobs", "progress", "async_jobs")) as stage:
        stage.cloud.v3 = False
        await stage.pace.once()
        members = {life.job_id for batch in stage.cloud.async_batches() for life in batch.members}
        stage.cloud.requests.clear()
        stage.clock.go_on(INTERVAL)
        await stage.pace.once()
        asked = {request.path.split("/")[4].split("?")[0] for request in _asked(stage, "job_detail")}
        assert not asked & members
        jobs = jobs_of(stage)
        moving = {job_id for job_id in members & jobs.keys() if _phase(jobs[job_id]) is Phase.INCREMENTAL}
        assert moving
        assert all(jobs[job_id].progress.delay is not None for job_id in moving)


async def polled_twice(**plan: Any) -> dict[str, Job]:
    """The jobs of a cloud without v3, once it is known which of them batches tell of."""
    async with scene(jobs=60, collectors=_COLLECTORS, **plan) as stage:
        stage.cloud.v3 = False
        for _ in range(2):
            await stage.pace.once()
            stage.clock.go_on(INTERVAL)
        return jobs_of(stage)


@pytest.mark.parametrize("part", ["progress", "thresholds", "databases", "tags"])
async def test_shards_of_a_cloud_without_v3_tell_each_thing_once(part: str) -> None:
    """A member belongs to the shard of its id, its batch perhaps to another."""
    tags = {"owner": "tag_owner"}
    whole = await polled_twice(job_tags=tags)
    shards = [await polled_twice(job_tags=tags, shard=shard, total_shards=2) for shard in (0, 1)]
    first, second = (told(part, jobs) for jobs in shards)
    assert not first & second
    assert first | second == told(part, whole)


def told(part: str, jobs: Mapping[str, Job]) -> set[str]:
    """Ids of the jobs of which that part is known."""
    nothing = getattr(Job(id="", name=""), part)
    return {job_id for job_id, job in jobs.items() if getattr(job, part) != nothing}


async def test_replays_are_listed_beside_what_v3_lists() -> None:
    async with scene(jobs=12, collectors=("jobs", "status", "progress"), scenarios=(*SCENARIOS, "replay")) as stage:
        replays = set(stage.cloud.fleet.add(2, engine=REPLAY))
        await stage.pace.once()
        assert stage.cloud.calls["list_jobs_v5"] == 1
        assert {
            job_id for job_id, job in jobs_of(stage).items() if job.info and job.info.db_use_type == "replay"
        } == replays


async def test_one_refusal_of_a_listing_that_worked_is_a_failure_and_two_in_a_row_a_missing_generation() -> None:
    async with scene(jobs=12, collectors=("jobs",)) as stage:
        await stage.pace.once()
        stage.cloud.v3 = False
        stage.clock.go_on(INTERVAL)
        await stage.pace.once()
        assert not stage.published[-1].up
        assert stage.cloud.calls["list_jobs_v5"] == 0
        stage.clock.go_on(INTERVAL)
        await stage.pace.once()
        assert stage.published[-1].up
        assert len(jobs_of(stage)) == len(stage.cloud.truth())
        asked = stage.cloud.calls["list_jobs"]
        stage.clock.go_on(INTERVAL)
        await stage.pace.once()
        assert stage.cloud.calls["list_jobs"] == asked
        stage.cloud.v3 = True
        stage.clock.go_on(3600)
        await stage.pace.once()
        stage.clock.go_on(INTERVAL)
        newer = stage.cloud.calls["list_jobs_v5"]
        await stage.pace.once()
        assert stage.cloud.calls["list_jobs_v5"] == newer


async def test_the_listing_that_takes_the_others_place_is_told_once() -> None:
    with capture_logs() as logs:
        async with scene(jobs=12, collectors=("jobs",)) as stage:
            stage.cloud.v3 = False
            for _ in range(2):
                await stage.pace.once()
                stage.clock.go_on(INTERVAL)
    told = {"operation": "list_jobs", "by": "list_jobs_v5", "project": "prod", "log_level": "info"}
    assert logs == [{"event": "listing.replaced", **told}]


async def test_without_either_listing_the_project_is_down_and_the_older_one_is_named() -> None:
    with capture_logs() as logs:
        async with scene(jobs=12, collectors=("jobs",)) as stage:
            stage.cloud.v3 = stage.cloud.v5 = False
            await stage.pace.once()
            assert not stage.published[-1].up
    assert [(event["event"], event["operation"]) for event in logs] == [("collector.failed", "list_jobs")]


def _phase(job: Job) -> Phase | None:
    return None if job.state is None else job.state.phase


def _asked(stage: Scene, operation: str) -> list[Any]:
    return [request for request in stage.cloud.requests if request.operation == operation]
