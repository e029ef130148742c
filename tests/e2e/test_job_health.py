"""Which side is broken, when it ends, whether to cut over: told by exporter, Prometheus and Alertmanager for real."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from deploy.stack.stack import Pace, Stack
from drs_exporter.simulator import SimulatedCloud, SimulatedJob
from drs_exporter.simulator.health import Ailment
from tests.e2e.test_alerting import about
from tests.grafana.boards import targets

pytestmark = pytest.mark.programs

DAY: Final = 86_400
SPEED: Final = 0.001
"""Of the simulated world, in which that much less time passes until something ends."""
OWNER: Final = "orders"
PATIENCE: Final = 240.0
"""Seconds that a machine under load may take."""


async def recorded(stack: Stack, query: str) -> dict[str, float]:
    """What Prometheus answers now, by reason where there is one, else by job."""
    url = f"{stack.prometheus_url}/api/v1/query"
    async with aiohttp.ClientSession() as session, session.get(url, params={"query": query}) as answer:
        found = (await answer.json())["data"]["result"]
    return {one["metric"].get("reason", one["metric"].get("job_id", "")): float(one["value"][1]) for one in found}


async def shown(stack: Stack, job: SimulatedJob) -> list[str] | None:
    """What the exporter's own page says against switching a job over."""
    async with aiohttp.ClientSession() as session, session.get(f"{stack.exporter_url}/jobs?format=json") as answer:
        jobs = {one["job_id"]: one for one in (await answer.json())["jobs"]}
    found: list[str] | None = jobs[job.id]["cutover_blockers"]
    return found


async def until(stack: Stack, query: str, expected: Callable[[Mapping[str, float]], bool]) -> Mapping[str, float]:
    """Ask again and again until the answer is as expected."""
    ends, found = time.monotonic() + PATIENCE, dict[str, float]()
    while time.monotonic() < ends:
        found = await recorded(stack, query)
        if expected(found):
            return found
        await asyncio.sleep(0.5)
    raise AssertionError(f"{query} is still {found}")


def only_four(cloud: SimulatedCloud) -> list[SimulatedJob]:
    """Four incremental jobs that are to be switched over one day; all others are deleted.

    The first is a member of a batch, the second one of the owner that has a receiver in the example of Alertmanager.
    """
    members = {life.job_id for batch in cloud.async_batches() for life in batch.members}
    owners = {life.job_id: life.plan.owner for life in cloud.fleet.jobs(cloud.time.elapsed())}
    found = [job for job in cloud.truth() if job.db_use_type in ("migration", "sync") and not job.parent_id]
    of_owner = next(job for job in found if owners[job.id] == OWNER)
    others = sorted((job for job in found if owners[job.id] != OWNER), key=lambda job: job.id not in members)
    assert others[0].id in members
    kept = [others[0], of_owner, *others[1:3]]
    for job in cloud.truth():
        if not job.parent_id and job not in kept:
            cloud.fleet.delete(job.id)
    for job in kept:
        cloud.fleet.set_status(job.id, "INCRE_TRANSFER_STARTED")
        cloud.fleet.set_delay(job.id, 0.5)
    return kept


def ready_to_be(cloud: SimulatedCloud, job: SimulatedJob, **changes: int) -> None:
    """Let nothing speak against cutting a job over but these."""
    cloud.fleet.set_health(job.id, Ailment(compared="CONSISTENT", **changes))  # type: ignore[arg-type]


def shown_of_records(*uids: str) -> list[tuple[str, str]]:
    """Panels of these dashboards that show whether jobs can be cut over, with their queries."""
    return [(target.panel, target.expr) for target in targets(*uids) if "drs:job_cutover" in target.expr]


def chosen(expr: str, job: SimulatedJob) -> str:
    """The query as the dashboard puts it for this job."""
    variables = {"$project": "demo", "$job_id": job.id, "${name:regex}": "", "$engine": ".*", "$scenario": ".*"}
    for name, value in {**variables, "$job": ".+", "$instance": ".+"}.items():
        expr = expr.replace(name, value)
    return expr


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    """The whole stack with the owners of jobs, in which an hour lasts half a minute."""
    pace = Pace(hurry=120, poll_interval="2s", scrape_interval="500ms")
    cloud = SimulatedCloud(jobs=40, seed=1, speed=SPEED)
    only_four(cloud)
    # Four jobs can be asked everything at every poll.
    often = ",".join(f"{name}={pace.poll_interval}" for name in ("cloud_eye", "async_jobs", "diagnosis", "details"))
    settings = {"job_tags": "owner", "collector_intervals": often}
    async with Stack(cloud, tmp_path, pace, settings=settings) as running:
        yield running


async def test_a_lost_source_failing_rows_an_ending_order_and_readiness_are_told(stack: Stack) -> None:
    """One world: three jobs are ill at once, and a fourth becomes ready, unready and ready again."""
    cloud = stack.cloud
    moved, cut_off, lossy, ending = only_four(cloud)
    ready_to_be(cloud, moved)
    cloud.fleet.set_health(ending.id, Ailment(order_ends_in=3 * DAY * SPEED))

    ready = f'drs:job_cutover_ready{{job_id="{moved.id}"}}'
    blockers = f'drs:job_cutover_blocker{{job_id="{moved.id}"}}'
    await until(stack, ready, lambda found: found == {moved.id: 1.0})
    assert await shown(stack, moved) == []

    cloud.fleet.set_health(cut_off.id, Ailment(source_connected=False))
    cloud.fleet.set_health(lossy.id, Ailment(abnormal_rows=3))
    ready_to_be(cloud, moved, abnormal_rows=1)
    await until(stack, ready, lambda found: found == {moved.id: 0.0})
    await until(stack, blockers, lambda found: found.keys() == {"rows_not_applied"})
    assert await shown(stack, moved) == ["rows_not_applied"]

    page = await stack.inbox.until(about("DRSJobSourceUnreachable", "firing", cut_off), timeout=PATIENCE)
    assert page.receiver == OWNER
    told = page.about("DRSJobSourceUnreachable", "firing", job_id=cut_off.id)
    assert told is not None
    assert told.labels["tag_owner"] == OWNER
    rows = await stack.inbox.until(about("DRSJobRowsNotApplied", "firing", lossy), timeout=PATIENCE)
    notice = rows.about("DRSJobRowsNotApplied", "firing", job_id=lossy.id)
    assert notice is not None
    assert notice.annotations["description"].startswith(f"3 rows of {lossy.name} ({lossy.id}) in project demo")
    order = await stack.inbox.until(about("DRSJobOrderExpiring", "firing", ending), timeout=PATIENCE)
    assert order.receiver == "chat"

    for panel, expr in shown_of_records("drs-job", "drs-fleet"):
        assert await until(stack, chosen(expr, moved), bool), panel

    ready_to_be(cloud, moved)
    cloud.fleet.set_health(cut_off.id, Ailment(source_connected=True))
    await until(stack, ready, lambda found: found == {moved.id: 1.0})
    await until(stack, blockers, lambda found: found == {})
    await stack.inbox.until(about("DRSJobSourceUnreachable", "resolved", cut_off), timeout=PATIENCE)
