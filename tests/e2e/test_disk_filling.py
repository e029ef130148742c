"""A disk that fills is told of before it is full: exporter, Prometheus and Alertmanager for real."""

import pytest

from deploy.stack.stack import Stack
from tests.e2e.test_alerting import about, running_jobs

pytestmark = pytest.mark.programs

SPEED = 0.001
"""Of the simulated world."""


async def test_a_disk_that_fills_is_told_of_before_it_is_full(stack: Stack) -> None:
    cloud = stack.cloud
    cloud.cloud_eye.lateness = 5.0
    at = cloud.time.elapsed()
    job = next(
        job
        for job in running_jobs(cloud)
        if (life := cloud.fleet.find(job.id, at)) is not None and cloud.cloud_eye.instance_id(life) == job.id
    )
    # The world stands nearly still, so the disk fills by the clock that measures it: in five minutes.
    cloud.fleet.set_disk(job.id, 0.55, full_in=300 * SPEED)

    message = await stack.inbox.until(about("DRSInstanceDiskFilling", "firing", job), timeout=200)

    life = cloud.fleet.find(job.id, cloud.time.elapsed())
    assert life is not None
    machine = cloud.fleet.machine(life, cloud.time.elapsed())
    assert machine is not None
    assert 55 <= machine.disk_util < 90
    assert message.receiver == "chat"
    notice = message.about("DRSInstanceDiskFilling", "firing", job_id=job.id)
    assert notice is not None
    assert notice.annotations["summary"] == "The disk of the machine under a DRS job is filling up."
