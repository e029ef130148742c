"""From a simulated job that fails to the message somebody gets: exporter, Prometheus and Alertmanager for real."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from deploy.stack.inbox import Message
from deploy.stack.stack import Pace, Stack
from drs_exporter.origin import RUNBOOKS
from drs_exporter.simulator import SimulatedCloud, SimulatedJob

pytestmark = pytest.mark.programs


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    pace = Pace(hurry=60, poll_interval="2s", scrape_interval="500ms")
    async with Stack(SimulatedCloud(jobs=40, seed=1, speed=0.001), tmp_path, pace) as running:
        yield running


def running_jobs(cloud: SimulatedCloud, **wanted: object) -> list[SimulatedJob]:
    """Jobs of their own that replicate and are not behind."""
    return [
        job
        for job in cloud.truth()
        if job.status == "INCRE_TRANSFER_STARTED"
        and not job.parent_id
        and job.delay is not None
        and job.delay < 60
        and all(getattr(job, name) == value for name, value in wanted.items())
    ]


def about(alertname: str, status: str, *jobs: SimulatedJob) -> Callable[[Message], bool]:
    """Recognises a message in which all these jobs have this alert in this status."""
    return lambda message: all(message.about(alertname, status, job_id=job.id) for job in jobs)


async def alertmanager_says(stack: Stack, alertname: str, **labels: str) -> list[dict[str, Any]]:
    """What Alertmanager knows of an alert now, held back or not."""
    matchers = [f'{name}="{value}"' for name, value in {"alertname": alertname, **labels}.items()]
    url = f"{stack.alertmanager_url}/api/v2/alerts?{urlencode([('filter', matcher) for matcher in matchers])}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return list(await answer.json())


async def test_a_failed_job_is_told_with_its_links_and_told_again_when_it_is_over(stack: Stack) -> None:
    first, second, *_ = running_jobs(stack.cloud)
    for job in (first, second):
        stack.cloud.fleet.set_status(job.id, "INCRE_TRANSFER_FAILED", "DRS.M05401")

    message = await stack.inbox.until(about("DRSJobIncrementalTransferFailed", "firing", first, second))

    assert message.receiver == "page"
    assert message.group_labels == {"alertname": "DRSJobIncrementalTransferFailed", "project": "demo"}
    notice = message.about("DRSJobIncrementalTransferFailed", "firing", job_id=first.id)
    assert notice is not None
    assert notice.labels == {
        "alertname": "DRSJobIncrementalTransferFailed",
        "severity": "critical",
        "project": "demo",
        "job_id": first.id,
        "job_name": first.name,
        "status": "INCRE_TRANSFER_FAILED",
    }
    assert notice.annotations == {
        "summary": "Incremental replication of a DRS job has failed.",
        "description": f"Incremental replication of {first.name} ({first.id}) in project demo has failed: changes no "
        "longer reach the target. The service gives error code DRS.M05401.",
        "runbook_url": f"{RUNBOOKS}/DRSJobIncrementalTransferFailed.md",
        "dashboard_url": f"http://localhost:3000/d/drs-job/drs-job?var-project=demo&var-job_id={first.id}",
    }

    for job in (first, second):
        stack.cloud.fleet.release(job.id)
    await stack.inbox.until(about("DRSJobIncrementalTransferFailed", "resolved", first))
    await stack.inbox.until(about("DRSJobIncrementalTransferFailed", "resolved", second))


async def test_a_restart_of_the_exporter_ends_no_alert(stack: Stack) -> None:
    first, second, *_ = running_jobs(stack.cloud)
    stack.cloud.fleet.set_status(first.id, "INCRE_TRANSFER_FAILED")
    await stack.inbox.until(about("DRSJobIncrementalTransferFailed", "firing", first))

    await stack.restart_exporter()
    stack.cloud.fleet.set_status(second.id, "INCRE_TRANSFER_FAILED")

    await stack.inbox.until(about("DRSJobIncrementalTransferFailed", "firing", first, second))
    assert not any(about("DRSJobIncrementalTransferFailed", "resolved", first)(one) for one in stack.inbox.messages)


async def test_a_delay_spike_is_told_once_and_told_again_when_it_is_over(stack: Stack) -> None:
    job = running_jobs(stack.cloud, delay_threshold=None, rpo=None)[0]
    stack.cloud.fleet.set_delay(job.id, 2400)

    message = await stack.inbox.until(about("DRSJobDelayCritical", "firing", job))

    assert message.receiver == "page"
    assert message.group_labels == {"alertname": "DRSJobDelayCritical", "project": "demo"}
    notice = message.about("DRSJobDelayCritical", "firing", job_id=job.id)
    assert notice is not None
    assert notice.annotations["description"] == (
        f"{job.name} ({job.id}) in project demo is 40m 0s behind its source, and its owner set no threshold."
    )
    (lesser,) = await alertmanager_says(stack, "DRSJobDelayHigh", job_id=job.id)
    assert lesser["status"]["state"] == "suppressed"
    assert lesser["status"]["inhibitedBy"]

    stack.cloud.fleet.release(job.id)
    await stack.inbox.until(about("DRSJobDelayCritical", "resolved", job))
    assert not any(about("DRSJobDelayHigh", "firing", job)(message) for message in stack.inbox.messages)


async def test_a_dead_cloud_is_told_instead_of_its_jobs(stack: Stack) -> None:
    job = running_jobs(stack.cloud)[0]
    stack.cloud.fleet.set_status(job.id, "INCRE_TRANSFER_FAILED")
    await stack.inbox.until(about("DRSJobIncrementalTransferFailed", "firing", job))

    await stack.cloud.stop()
    dead = await stack.inbox.until(lambda message: message.about("DRSProjectUnreadable", "firing", project="demo"))
    assert dead.receiver == "page"
    (of_the_job,) = await alertmanager_says(stack, "DRSJobIncrementalTransferFailed", job_id=job.id)
    assert of_the_job["status"]["state"] == "suppressed"
    assert of_the_job["status"]["inhibitedBy"]

    stack.cloud.faults.clear()
    await stack.cloud.start(port=int(stack.cloud.url.rpartition(":")[2]))
    await stack.inbox.until(lambda message: message.about("DRSProjectUnreadable", "resolved", project="demo"))
