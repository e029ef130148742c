"""The simulated Cloud Eye: strict, late at times, and consistent with what the jobs do."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from drs_exporter.simulator import SimulatedCloud
from drs_exporter.simulator.life import Life
from drs_exporter.simulator.machines import UNITS, Weakness, weakness
from tests.simulator.client import Client, Hands, Reply

LISTING = "/V1.0/{project}/metrics"
DATA = "/V1.0/{project}/batch-query-metric-data"


@pytest.fixture
async def second(hands: Hands) -> AsyncIterator[Client]:
    """A client of the second cloud, which takes 10 metrics a call."""
    async with SimulatedCloud(jobs=40, seed=7, now=hands, v5=False) as cloud, aiohttp.ClientSession() as session:
        yield Client(cloud, session, token=cloud.identity.issue_token())


async def listing(client: Client, query: str = "namespace=SYS.DRS&limit=1000") -> Reply:
    return await client.send("GET", f"{LISTING.format(project=client.cloud.project_id)}?{query}", {})


async def instances(client: Client) -> set[str]:
    found: set[str] = set()
    marker = ""
    while True:
        page = (await listing(client, f"namespace=SYS.DRS&limit=1000&start={marker}")).json
        found |= {metric["dimensions"][0]["value"] for metric in page["metrics"]}
        marker = page["meta_data"]["marker"]
        if page["meta_data"]["count"] < 1000:
            return found


def metric(instance: str, name: str = "cpu_util") -> dict[str, Any]:
    return {
        "namespace": "SYS.DRS",
        "metric_name": name,
        "dimensions": [{"name": "instance_id", "value": instance}],
    }


async def ask(client: Client, asked: list[dict[str, Any]], *, seconds: float = 600, **changes: Any) -> Reply:
    now = client.cloud.time.now()
    body = {
        "metrics": asked,
        "period": "1",
        "filter": "average",
        "from": int((now - seconds) * 1000),
        "to": int(now * 1000),
        **changes,
    }
    return await client.send("POST", DATA.format(project=client.cloud.project_id), {}, json=body)


def nested(reply: Reply) -> tuple[int, str]:
    assert reply.json["http_code"] == reply.status
    return reply.status, reply.json["message"]["code"]


def life_of(cloud: SimulatedCloud, status: str, *, weak: Weakness | None = None) -> Life:
    at = cloud.time.elapsed()
    return next(
        life
        for life in cloud.fleet.jobs(at)
        if cloud.fleet.state(life, at).status == status
        and (weak is None or weakness(life) is weak)
        and cloud.cloud_eye.instance_id(life) == life.job_id
    )


async def newest(client: Client, life: Life) -> dict[str, float]:
    """The newest value of every metric of a job's machine."""
    reply = await ask(client, [metric(client.cloud.cloud_eye.instance_id(life), name) for name in UNITS])
    return {
        one["metric_name"]: max(one["datapoints"], key=lambda point: point["timestamp"])["average"]
        for one in reply.json["metrics"]
        if one["datapoints"]
    }


async def test_every_running_job_has_a_machine_and_no_other(cloud: SimulatedCloud, client: Client) -> None:
    at = cloud.time.elapsed()
    found = await instances(client)
    for life in cloud.fleet.everyone(at):
        if cloud.fleet.machine(life, at) is not None:
            assert cloud.cloud_eye.instance_id(life) in found
    waiting = {job.id for job in cloud.truth() if job.status in ("CREATING", "CONFIGURATION", "WAITING_FOR_START")}
    assert waiting
    assert not waiting & found


async def test_pages_follow_the_marker_to_a_short_page(client: Client) -> None:
    whole = (await listing(client)).json["metrics"]
    found, marker, count = [], "", 7
    while count == 7:
        page = (await listing(client, f"namespace=SYS.DRS&limit=7&start={marker}")).json
        found += page["metrics"]
        marker, count = page["meta_data"]["marker"], page["meta_data"]["count"]
        assert page["meta_data"]["total"] >= len(whole)
    assert found[: len(whole)] == whole


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=ten", "start=2", "offset=0"])
async def test_a_wrong_query_is_refused_with_a_nested_code(client: Client, query: str) -> None:
    assert nested(await listing(client, query)) == (400, "ces.0013")


async def test_a_deleted_jobs_machine_stays_listed_for_hours(
    cloud: SimulatedCloud, client: Client, hands: Hands
) -> None:
    life = life_of(cloud, "INCRE_TRANSFER_STARTED")
    hands.at += 60
    cloud.fleet.delete(life.job_id)
    hands.at += 2 * 3600
    assert life.job_id in await instances(client)
    assert [one["datapoints"] for one in (await ask(client, [metric(life.job_id)])).json["metrics"]] == [[]]
    hands.at += 2 * 3600
    assert life.job_id not in await instances(client)


@pytest.mark.parametrize(
    "changes",
    [
        {"metrics": []},
        {"metrics": [metric("x")] * 501},
        {"metrics": [{**metric("x"), "namespace": "SYS.ECS"}]},
        {"metrics": [{**metric("x"), "metric_name": ""}]},
        {"metrics": [{**metric("x"), "dimensions": []}]},
        {"metrics": [{**metric("x"), "dimensions": [{"name": "node_id", "value": "x"}]}]},
        {"period": 1},
        {"period": "60"},
        {"filter": "mean"},
        {"from": 5},
        {"to": "1790000000000"},
        {"from": 1790000000001, "to": 1790000000000},
    ],
    ids=", ".join,
)
async def test_a_wrong_body_is_refused_with_a_nested_code(client: Client, changes: dict[str, Any]) -> None:
    assert nested(await ask(client, [metric("x")], **changes)) == (400, "ces.0014")


async def test_a_body_over_512_kilobytes_is_refused(client: Client) -> None:
    assert nested(await ask(client, [metric("x")], padding="x" * 512 * 1024)) == (400, "ces.0014")


async def test_the_second_cloud_takes_ten_metrics_a_call(second: Client) -> None:
    assert nested(await ask(second, [metric("x")] * 11)) == (400, "ces.0014")
    assert (await ask(second, [metric("x")] * 10)).status == 200


async def test_the_beginning_moves_without_a_word_where_that_would_be_too_much(
    cloud: SimulatedCloud, client: Client
) -> None:
    life = life_of(cloud, "INCRE_TRANSFER_STARTED")
    cloud.cloud_eye.late = False
    now = cloud.time.now()

    async def oldest(metrics: int) -> float:
        names = list(UNITS)
        asked = [metric(life.job_id, names[number % len(names)]) for number in range(metrics)]
        answers = (await ask(client, asked, seconds=3600)).json["metrics"]
        assert len(answers) == metrics
        return float(now - min(point["timestamp"] for one in answers for point in one["datapoints"]) / 1000)

    assert await oldest(10) > 3500
    assert 560 < await oldest(300) <= 660
    assert 320 < await oldest(500) <= 420


async def test_an_unknown_metric_or_machine_has_no_datapoints(client: Client) -> None:
    reply = await ask(client, [metric("nobody"), metric("nobody", "made_up")])
    assert [one["datapoints"] for one in reply.json["metrics"]] == [[], []]


async def test_data_are_a_minute_or_two_late_and_much_later_at_times(
    cloud: SimulatedCloud, client: Client, hands: Hands
) -> None:
    life = life_of(cloud, "INCRE_TRANSFER_STARTED")
    ages = []
    for _ in range(60):
        hands.at += 300
        points = (await ask(client, [metric(life.job_id)], seconds=900)).json["metrics"][0]["datapoints"]
        if points:
            ages.append(hands.at - max(point["timestamp"] for point in points) / 1000)
    assert min(ages) < 180
    assert any(age > 300 for age in ages)
    assert max(ages) < 720


async def test_some_datapoints_are_missing_and_the_newest_is_not_always_the_last(
    cloud: SimulatedCloud, client: Client
) -> None:
    cloud.cloud_eye.late = False
    life = life_of(cloud, "INCRE_TRANSFER_STARTED")
    reply = await ask(client, [metric(life.job_id, name) for name in UNITS], seconds=3600)
    counts = {len(one["datapoints"]) for one in reply.json["metrics"]}
    assert len(counts) > 1
    last = [
        one["datapoints"][-1] == max(one["datapoints"], key=lambda p: p["timestamp"]) for one in reply.json["metrics"]
    ]
    assert True in last
    assert False in last


async def test_more_than_500_calls_a_minute_are_refused(client: Client, hands: Hands) -> None:
    for _ in range(500):
        assert (await listing(client, "limit=1")).status == 200
    assert nested(await listing(client, "limit=1")) == (429, "ces.0429")
    assert (await ask(client, [metric("x")])).status == 200
    hands.at += 61
    assert (await listing(client, "limit=1")).status == 200


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("throttle", (429, "ces.0429")),
        ("403_permission", (403, "ces.0017")),
        ("bad_request", (400, "ces.0014")),
        ("500", (500, "ces.0007")),
    ],
)
async def test_faults_speak_the_language_of_cloud_eye(
    cloud: SimulatedCloud, client: Client, fault: str, expected: tuple[int, str]
) -> None:
    cloud.faults.set("ces_data", fault)
    assert nested(await ask(client, [metric("x")])) == expected


async def test_a_fault_of_all_of_drs_leaves_cloud_eye_alone(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("*", "500")
    assert (await listing(client)).status == 200


async def test_an_absent_cloud_eye_is_refused_by_the_gateway(cloud: SimulatedCloud, client: Client) -> None:
    cloud.faults.set("ces_list_metrics", "404_gateway")
    assert (await listing(client)).code == (404, "APIGW.0101")


async def test_a_wrong_project_is_refused(client: Client) -> None:
    reply = await client.send("GET", LISTING.format(project="f" * 32), {})
    assert nested(reply) == (403, "ces.0017")


@pytest.mark.parametrize("weak", Weakness)
async def test_a_job_that_falls_behind_shows_why(cloud: SimulatedCloud, client: Client, weak: Weakness) -> None:
    cloud.fleet.add(200)
    cloud.cloud_eye.late = False
    life = life_of(cloud, "INCRE_TRANSFER_STARTED", weak=weak)
    cloud.fleet.set_delay(life.job_id, 0)
    before = await newest(client, life)
    cloud.fleet.set_delay(life.job_id, 7200)
    behind = await newest(client, life)
    reading, writing = behind["extract_latency"] / 1000, behind["apply_latency"] / 1000
    assert 7200 <= reading + writing < 7202
    assert (reading > 7000) is (weak is Weakness.SOURCE)
    assert (writing > 7000) is (weak in (Weakness.TARGET, Weakness.DISK))
    assert (behind["cpu_util"] > before["cpu_util"] + 20) is (weak is Weakness.CPU)
    assert (behind["disk_util"] > before["disk_util"] + 40) is (weak is Weakness.DISK)
    slow = weak in (Weakness.TARGET, Weakness.DISK)
    assert (behind["apply_average_execute_time"] > before["apply_average_execute_time"] + 30) is slow


async def test_a_failed_job_is_abnormal_and_a_paused_one_idle(cloud: SimulatedCloud, client: Client) -> None:
    failed = await newest(client, life_of(cloud, "INCRE_TRANSFER_FAILED"))
    paused = await newest(client, life_of(cloud, "PAUSING"))
    running = await newest(client, life_of(cloud, "INCRE_TRANSFER_STARTED"))
    assert failed["apply_current_state"] == 10
    assert paused["apply_current_state"] == 1
    assert running["apply_current_state"] in (2, 3)
    assert paused["apply_rows_rate"] == 0 < running["apply_rows_rate"]


async def test_a_disk_can_be_told_to_fill(cloud: SimulatedCloud, client: Client, hands: Hands) -> None:
    cloud.cloud_eye.late = False
    life = life_of(cloud, "INCRE_TRANSFER_STARTED")
    reply = await client.send("PUT", f"/_control/jobs/{life.job_id}", {}, json={"disk": 0.5, "disk_full_in": 3600})
    assert reply.status == 200
    hands.at += 1800
    assert (await newest(client, life))["disk_util"] == pytest.approx(75, abs=3)
    hands.at += 3600
    assert (await newest(client, life))["disk_util"] == 100


async def test_v5_tells_the_same_of_a_machine(cloud: SimulatedCloud, client: Client) -> None:
    batch = next(batch for batch in cloud.async_batches() if batch.members)
    details = (await client.get(f"v5/batch-async-jobs/{batch.async_job_id}?limit=100")).json["jobs"]
    told = next(job["metrics"] for job in details if "metrics" in job)
    life = next(life for life in batch.members if life.job_id == told["job_id"])
    minute = cloud.time.elapsed() // 60 * 60
    machine = cloud.fleet.machine(life, minute)
    assert machine is not None
    assert float(told["cpu_util"]) == pytest.approx(machine.cpu_util, abs=0.06)
    assert float(told["apply_rows_rate"]) == pytest.approx(machine.apply_rows_rate, abs=0.6)
