"""The vendor's own SDK of Cloud Eye lists and reads every metric that is simulated."""

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from huaweicloudsdkces.v1 import CesClient, model
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from drs_exporter.simulator import SimulatedCloud
from drs_exporter.simulator.machines import UNITS
from tests.simulator.vendor import all_read, call, connect

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow")


@pytest.fixture
async def cloud() -> AsyncIterator[SimulatedCloud]:
    """A cloud on the real clock: the SDK signs with it."""
    async with SimulatedCloud(jobs=60, seed=3) as running:
        running.cloud_eye.late = False
        yield running


async def every_metric(client: Any) -> list[Any]:
    """The whole listing, page by page."""
    found: list[Any] = []
    marker = ""
    while True:
        request = model.ListMetricsRequest(namespace="SYS.DRS", limit=1000, start=marker)
        answer = await call(client.list_metrics, request)
        all_read(answer)
        found += answer.metrics
        if answer.meta_data.count < 1000:
            assert len(found) == answer.meta_data.total
            return found
        marker = answer.meta_data.marker


def body(metrics: list[Any], *, seconds: int = 600, period: str = "1") -> Any:
    now = int(time.time() * 1000)
    return model.BatchListMetricDataRequestBody(
        metrics=[
            model.MetricInfo(
                namespace=one.namespace,
                metric_name=one.metric_name,
                dimensions=[model.MetricsDimension(name=d.name, value=d.value) for d in one.dimensions],
            )
            for one in metrics
        ],
        period=period,
        filter="average",
        _from=now - seconds * 1000,
        to=now,
    )


async def ask(client: Any, asked: Any) -> Any:
    return await call(client.batch_list_metric_data, model.BatchListMetricDataRequest(body=asked))


async def test_the_sdk_lists_and_reads_every_metric(cloud: SimulatedCloud) -> None:
    client = connect(CesClient, cloud)
    listed = await every_metric(client)
    assert {one.metric_name for one in listed} == set(UNITS)
    instances = {one.dimensions[0].value for one in listed}
    assert len(listed) == len(instances) * len(UNITS)
    running = {job.id for job in cloud.truth() if job.status == "INCRE_TRANSFER_STARTED" and not job.parent_id}
    assert running & instances
    assert running - instances, "some machines are named by their node"
    told = set()
    for start in range(0, len(listed), 300):
        answer = await ask(client, body(listed[start : start + 300]))
        all_read(answer)
        for one in answer.metrics:
            assert one.unit == UNITS[one.metric_name] or one.unit is None
            told |= {
                (one.metric_name, one.dimensions[0].value) for point in one.datapoints if point.average is not None
            }
    assert {name for name, _ in told} == set(UNITS)
    assert running & instances <= {instance for _, instance in told}


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"metrics": []}, 400, "ces.0014"),
        ({"period": "2"}, 400, "ces.0014"),
        ({"filter": "mean"}, 400, "ces.0014"),
        ({"to": 1}, 400, "ces.0014"),
    ],
)
async def test_the_sdk_is_refused_what_is_wrong(
    cloud: SimulatedCloud, changes: dict[str, Any], status: int, code: str
) -> None:
    client = connect(CesClient, cloud)
    listed = await every_metric(client)
    asked = body(listed[:3])
    for name, value in changes.items():
        setattr(asked, name, value)
    with pytest.raises(ClientRequestException) as refused:
        await ask(client, asked)
    assert refused.value.status_code == status
    assert code in str(refused.value)


async def test_the_sdk_is_refused_with_a_wrong_key(cloud: SimulatedCloud) -> None:
    client = connect(CesClient, cloud, secret="not-the-key")
    with pytest.raises(ClientRequestException) as refused:
        await call(client.list_metrics, model.ListMetricsRequest(namespace="SYS.DRS"))
    assert (refused.value.status_code, refused.value.error_code) == (401, "APIGW.0301")
