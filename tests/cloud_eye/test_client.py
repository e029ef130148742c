"""Our requests to Cloud Eye are those of the vendor's SDK for the same question."""

import json
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

import pytest
from huaweicloudsdkces.v1 import CesClient, model

from drs_exporter.cli.preparation import load
from drs_exporter.cli.simulate import credentials
from drs_exporter.clock import SystemClock
from drs_exporter.cloud.observer import Observer
from drs_exporter.cloud_eye import wire
from drs_exporter.cloud_eye.client import METRICS, CloudEyeClient, MetricOf
from drs_exporter.cloud_eye.refusals import REFUSALS
from drs_exporter.connect import connect
from drs_exporter.errors import ApiSchemaError, ApiStatusError, Refusal
from drs_exporter.secret import Redactor
from drs_exporter.simulator import SeenRequest, SimulatedCloud
from drs_exporter.simulator.machines import UNITS
from tests.simulator.vendor import call
from tests.simulator.vendor import connect as connect_sdk

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow")


@pytest.fixture
async def cloud() -> AsyncIterator[SimulatedCloud]:
    """A cloud on the real clock: the SDK signs with it."""
    async with SimulatedCloud(jobs=60, seed=3) as running:
        running.cloud_eye.late = False
        yield running


@pytest.fixture
async def client(cloud: SimulatedCloud) -> AsyncIterator[CloudEyeClient]:
    """Ours."""
    (project,) = load(credentials(cloud), environ={}).projects
    async with connect(project, redactor=Redactor(), observer=Observer(), clock=SystemClock()) as connection:
        yield connection.clients.cloud_eye


def question(seen: SeenRequest) -> tuple[str, str, Mapping[str, str], object]:
    """What a request asks, whatever the order of its query; the order within its body counts."""
    path, _, query = seen.path.partition("?")
    body = json.loads(seen.body, object_pairs_hook=list) if seen.body else None
    return seen.method, path, dict(parse_qsl(query)), body


def of_cloud_eye(cloud: SimulatedCloud) -> list[SeenRequest]:
    return [seen for seen in cloud.requests if seen.operation.startswith("ces_")]


async def test_the_listing_is_asked_as_the_sdk_asks_it(cloud: SimulatedCloud, client: CloudEyeClient) -> None:
    listed = await client.list_machines()
    ours = of_cloud_eye(cloud)
    assert len(ours) == len(listed) // 1000 + 1
    sdk, marker = connect_sdk(CesClient, cloud), None
    for one in ours:
        wanted = model.ListMetricsRequest(namespace="SYS.DRS", metric_name="cpu_util", limit=1000, start=marker)
        answer = await call(sdk.list_metrics, wanted)
        assert question(one) == question(cloud.requests[-1])
        marker = answer.meta_data.marker


async def test_data_are_asked_as_the_sdk_asks_them(cloud: SimulatedCloud, client: CloudEyeClient) -> None:
    until = int(time.time()) * 1000
    instances = cloud.fleet.ids(status="INCRE_TRANSFER_STARTED")[:2]
    asked = [MetricOf(name, instance) for instance in instances for name in METRICS]
    found = await client.data(asked, since=until - 600_000, until=until)
    (ours,) = of_cloud_eye(cloud)
    body = model.BatchListMetricDataRequestBody(
        metrics=[
            model.MetricInfo(
                namespace="SYS.DRS",
                metric_name=metric.name,
                dimensions=[model.MetricsDimension(name="instance_id", value=metric.instance_id)],
            )
            for metric in asked
        ],
        period="1",
        filter="average",
        _from=until - 600_000,
        to=until,
    )
    sdk = connect_sdk(CesClient, cloud)
    await call(sdk.batch_list_metric_data, model.BatchListMetricDataRequest(body=body))
    assert question(ours) == question(cloud.requests[-1])
    assert len(found) == len(asked)
    assert all(isinstance(one, wire.MetricData) for one in found)


def test_what_is_asked_is_all_that_is_measured() -> None:
    assert set(METRICS) == set(UNITS)


class Repeating:
    """Answers every question with the same full page."""

    def __init__(self) -> None:
        self.calls = 0

    async def call(self, *_question: object, **_more: object) -> wire.MetricPage:
        self.calls += 1
        return wire.MetricPage([wire.ListedMetric()] * 1000, wire.PageEnd("SYS.DRS.cpu_util.instance_id:a"))


async def test_a_listing_that_never_ends_is_given_up() -> None:
    transport: Any = Repeating()
    with pytest.raises(ApiSchemaError, match="does not end"):
        await CloudEyeClient(transport).list_machines()
    assert transport.calls == 2


async def test_a_missing_right_is_named_with_the_role_that_has_it(
    cloud: SimulatedCloud, client: CloudEyeClient
) -> None:
    cloud.faults.set("ces_list_metrics", "403_permission")
    with pytest.raises(
        ApiStatusError, match=r"ces\.0017.*ces:metrics:list and ces:metricData:list.*CES ReadOnlyAccess"
    ):
        await client.list_machines()


@pytest.mark.parametrize(
    ("status", "code", "refusal"),
    [
        (400, "ces.0014", Refusal.REQUEST),
        (400, "ces.0003", Refusal.WRONG_PROJECT),
        (401, "ces.0015", Refusal.AUTH),
        (403, "403", Refusal.PERMISSION),
        (403, "ces.0017", Refusal.PERMISSION),
        (404, "APIGW.0101", Refusal.UNSUPPORTED),
        (429, "ces.0429", Refusal.THROTTLED),
        (500, "ces.0007", Refusal.SERVER),
    ],
)
def test_codes_of_cloud_eye_mean(status: int, code: str, refusal: Refusal) -> None:
    assert REFUSALS.meaning(status, code) is refusal
