"""Faults and jobs are changed from outside, from this machine only."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web

from drs_exporter.simulator import SimulatedCloud, control
from tests.simulator.client import Client


async def ask(client: Client, method: str, path: str, **more: Any) -> Any:
    reply = await client.send(method, f"/_control/{path}", {"X-Auth-Token": None}, **more)
    return reply.json if reply.status == 200 else (reply.status, reply.json["error"])


async def test_faults_are_switched_from_outside(cloud: SimulatedCloud, client: Client) -> None:
    assert await ask(client, "GET", "faults") == []
    fault = {"operation": "list_jobs", "fault": "500", "match": {"db_use_type": "sync"}, "times": 1}
    active = await ask(client, "PUT", "faults", json=fault)
    assert [(one["operation"], one["fault"], one["times"]) for one in active] == [("list_jobs", "500", 1)]
    assert (await client.listing("migration")).status == 200
    assert (await client.listing("sync")).status == 500
    assert await ask(client, "GET", "faults") == []
    await ask(client, "PUT", "faults", json={"operation": "quotas", "fault": "500"})
    await ask(client, "PUT", "faults", json={"operation": "list_jobs", "fault": "500"})
    left = await ask(client, "DELETE", "faults?operation=quotas")
    assert [one["operation"] for one in left] == ["list_jobs"]
    assert await ask(client, "DELETE", "faults") == []
    assert cloud.calls == {"list_jobs": 2}


@pytest.mark.parametrize("body", [{"operation": "list_jobs", "fault": "501"}, {"operation": "list_jobs"}, [], {}])
async def test_a_fault_that_is_none_is_refused_with_the_reason(client: Client, body: object) -> None:
    status, error = await ask(client, "PUT", "faults", json=body)
    assert status == 400
    assert error


async def test_jobs_are_changed_added_released_and_deleted_from_outside(cloud: SimulatedCloud, client: Client) -> None:
    truth = {job["id"]: job for job in await ask(client, "GET", "truth")}
    assert len(truth) == len(cloud.truth())
    job_id = cloud.fleet.ids(status="INCRE_TRANSFER_STARTED")[0]
    change = {"status": "PAUSING", "error_code": "", "delay": 99, "progress": 12, "name": "new-name"}
    assert await ask(client, "PUT", f"jobs/{job_id}", json=change) == {}
    now = next(job for job in await ask(client, "GET", "truth") if job["id"] == job_id)
    assert (now["status"], now["delay"], now["progress"], now["name"]) == ("PAUSING", 99, 0.12, "new-name")
    assert await ask(client, "PUT", f"jobs/{job_id}", json={}) == {}
    assert await ask(client, "POST", f"jobs/{job_id}/release") == {}
    assert next(job for job in await ask(client, "GET", "truth") if job["id"] == job_id) == truth[job_id]
    assert await ask(client, "DELETE", f"jobs/{job_id}") == {}
    assert job_id not in {job["id"] for job in await ask(client, "GET", "truth")}
    added = await ask(client, "POST", "jobs", json={"count": 3})
    assert len(added) == 3
    assert len(await ask(client, "POST", "jobs")) == 1
    assert set(added) <= {job.id for job in cloud.truth()}


async def test_what_is_not_there_or_not_known_is_refused(cloud: SimulatedCloud, client: Client) -> None:
    assert await ask(client, "PUT", "jobs/nobody", json={"delay": 1}) == (404, "no such job")
    assert await ask(client, "DELETE", "jobs/nobody") == (404, "no such job")
    status, _ = await ask(client, "PUT", f"jobs/{cloud.fleet.ids()[0]}", json={"colour": "red"})
    assert status == 400


@pytest.mark.parametrize(
    ("remote", "status"),
    [("127.0.0.1", 200), ("::1", 200), ("127.8.9.1", 200), ("10.1.2.3", 403), ("fe80::1%eth0", 403), (None, 403)],
)
async def test_other_machines_are_refused(remote: str | None, status: int) -> None:
    async def handler(_request: web.Request) -> object:
        return {}

    request: Any = SimpleNamespace(remote=remote)
    response = await control._closed(handler)(request)
    assert response.status == status
