"""Ends that go away, rows that fail, components that stop, orders that expire, a switch-over."""

from datetime import datetime
from typing import Any

import pytest

from drs_exporter.simulator import SimulatedCloud
from drs_exporter.simulator.health import Ailment
from tests.simulator.client import Client, Hands

DAY = 86_400


async def detail(client: Client, job_id: str) -> Any:
    """The batch detail of one job."""
    reply = await client.post("jobs/batch-detail", {"jobs": [job_id]})
    return reply.json["results"][0]


async def monitored(client: Client, job_id: str) -> Any:
    """What its monitoring says."""
    return (await client.get(f"v5/jobs/{job_id}/monitor-data")).json


@pytest.mark.parametrize(
    ("code", "ends"), [("DRS.M05401", (False, True)), ("DRS.M05402", (True, False)), ("DRS.M05403", (True, True))]
)
async def test_a_failure_has_the_cause_that_its_code_says(
    cloud: SimulatedCloud, client: Client, hands: Hands, code: str, ends: tuple[bool, bool]
) -> None:
    job_id = cloud.fleet.ids(status="INCRE_TRANSFER_STARTED")[0]
    cloud.fleet.set_status(job_id, "INCRE_TRANSFER_FAILED", code)
    found = await monitored(client, job_id)
    assert (found["is_src_normal"], found["is_dst_normal"]) == ends
    rows = (await client.get(f"v5/jobs/{job_id}/dirty-data?limit=1")).json["count"]
    hands.at += 600
    later = (await client.get(f"v5/jobs/{job_id}/dirty-data?limit=1")).json["count"]
    assert (later > rows > 0) == (code == "DRS.M05403")


async def test_more_is_transferred_as_time_passes(cloud: SimulatedCloud, client: Client, hands: Hands) -> None:
    job_id = cloud.fleet.ids(status="INCRE_TRANSFER_STARTED")[0]
    before = await monitored(client, job_id)
    hands.at += 3600
    assert int((await monitored(client, job_id))["trans_lines"]) > int(before["trans_lines"]) > 0


async def test_components_are_told_of_engines_that_v5_knows_and_in_the_incremental_phase(
    cloud: SimulatedCloud, client: Client
) -> None:
    engines = {life.job_id: life.plan.engine.v5 for life in cloud.fleet.jobs(0)}
    offered = next(job_id for job_id, known in engines.items() if known)
    cloud.fleet.set_status(offered, "PAUSING")
    reply = await client.get(f"v5/jobs/{offered}/increment-components-detail")
    found = {one["type"]: one["status"] for one in reply.json["increment_components_list"]}
    assert found == {"capture": "STOPPED", "apply": "STOPPED"}
    cloud.fleet.set_status(offered, "CONFIGURATION")
    reply = await client.get(f"v5/jobs/{offered}/increment-components-detail")
    assert reply.json["increment_components_list"] == []
    other = next(job_id for job_id, known in engines.items() if not known)
    assert (await client.get(f"v5/jobs/{other}/increment-components-detail")).status == 400


async def test_an_order_ends_when_it_is_told_to(cloud: SimulatedCloud, client: Client, hands: Hands) -> None:
    orders = [await detail(client, job_id) for job_id in cloud.fleet.ids()[:20]]
    ordered = [one for one in orders if "period_order" in one]
    assert 0 < len(ordered) < len(orders)
    assert all(int(one["period_order"]["exp_time"]) / 1000 > hands.at for one in ordered)
    job_id = ordered[0]["id"]
    cloud.fleet.set_health(job_id, Ailment(order_ends_in=3 * DAY, order_status="FROZEN_CAN_RENEW"))
    order = (await detail(client, job_id))["period_order"]
    assert order["status"] == "FROZEN_CAN_RENEW"
    assert int(order["exp_time"]) / 1000 == pytest.approx(hands.at + 3 * DAY, abs=1)


async def test_a_comparison_has_the_result_it_is_told_to(cloud: SimulatedCloud, client: Client, hands: Hands) -> None:
    job_id = next(life.job_id for batch in cloud.async_batches() for life in batch.members)
    cloud.fleet.set_health(job_id, Ailment(compared="INCONSISTENT", compared_ago=3600))
    found = (await client.get(f"v5/jobs/{job_id}?type=compare")).json["job"]["compare_result"]
    overview, tasks = found["objects_compare_overview_info"], found["data_compare_task_list"]
    assert {one["status"] for one in overview["compare_results"]} == {"INCONSISTENT"}
    assert {one["status"] for one in tasks} == {"SUCCESSFUL"}
    begun = datetime.fromisoformat(overview["start_time"]).timestamp()
    assert begun == pytest.approx(hands.at - 3600, abs=1)


async def test_a_job_is_switched_over(cloud: SimulatedCloud, client: Client) -> None:
    job_id = cloud.fleet.ids(scenario="cloudDataGuard")[0]
    cloud.fleet.set_health(job_id, Ailment(switched_over=False, switching_over=True))
    found = await detail(client, job_id)
    assert found["original_job_direction"] == found["job_direction"] != found["job_kernel_direction"]
    listed = (await client.listing("cloudDataGuard")).json["jobs"]
    assert next(job for job in listed if job["id"] == job_id)["job_action"]["current_action"] == "SWITCH_OVER"
    cloud.fleet.set_health(job_id, Ailment(switched_over=True))
    found = await detail(client, job_id)
    assert found["original_job_direction"] != found["job_direction"] == found["job_kernel_direction"]


async def test_health_and_generations_are_set_over_the_control_endpoint(cloud: SimulatedCloud, client: Client) -> None:
    job_id = cloud.fleet.ids(status="INCRE_TRANSFER_STARTED")[0]
    change = {"health": {"target_connected": False, "restart_needed": True}}
    assert (await client.send("PUT", f"/_control/jobs/{job_id}", {}, json=change)).status == 200
    assert not (await monitored(client, job_id))["is_dst_normal"]
    assert (await detail(client, job_id))["need_restart"]
    reply = await client.send("PUT", "/_control/generations", {}, json={"v3": False})
    assert reply.json == {"v3": False, "v5": True}
    assert (await client.listing()).code == (404, "APIGW.0101")
    added = (await client.send("POST", "/_control/jobs", {}, json={"count": 1, "replay": True})).json
    reply = await client.get("v5/jobs?job_type=replay&limit=10")
    assert [job["id"] for job in reply.json["jobs"]] == added
    unknown = {"health": {"heart_rate": 60}}
    assert (await client.send("PUT", f"/_control/jobs/{job_id}", {}, json=unknown)).status == 400
