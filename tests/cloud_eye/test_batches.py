"""How many metrics a call may be about is learned from refusals, and remembered."""

import asyncio
from collections.abc import Sequence

import pytest

from drs_exporter.cloud_eye import wire
from drs_exporter.cloud_eye.batches import LARGEST, Data, MetricBatches, most
from drs_exporter.cloud_eye.client import MetricOf
from drs_exporter.errors import ApiStatusError, ApiTimeoutError, Refusal


class Service:
    """Answers calls that are not too large and hold nothing it refuses."""

    def __init__(self, *, most: int = 500, bad: frozenset[str] = frozenset()) -> None:
        self.most = most
        self.bad = bad
        self.calls: list[int] = []

    async def __call__(self, metrics: Sequence[MetricOf]) -> Data:
        self.calls.append(len(metrics))
        await asyncio.sleep(0)
        if len(metrics) > self.most or self.bad & {metric.instance_id for metric in metrics}:
            raise ApiStatusError(
                "refused", operation="ces_data", refusal=Refusal.REQUEST, status=400, error_code="ces.0014"
            )
        return [wire.MetricData(metric_name=metric.instance_id) for metric in metrics]


def metrics(count: int) -> list[MetricOf]:
    return [MetricOf("cpu_util", str(number)) for number in range(count)]


def names(data: Data) -> list[object]:
    return [one.metric_name for one in data if isinstance(one, wire.MetricData)]


async def test_as_many_as_500_go_into_one_call() -> None:
    service, batches = Service(), MetricBatches()
    assert names(await batches.ask(metrics(1050), service)) == [str(number) for number in range(1050)]
    assert service.calls == [500, 500, 50]
    assert batches.calls(19_000) == 38


def test_no_call_is_about_more_datapoints_than_the_service_tells() -> None:
    assert {minutes: most(minutes) for minutes in (1, 6, 7, 10)} == {1: 500, 6: 500, 7: 428, 10: 300}


async def test_nothing_to_ask_is_no_call() -> None:
    service = Service()
    assert await MetricBatches().ask([], service) == []
    assert service.calls == []


async def test_a_limit_of_ten_is_found_by_halves_and_remembered() -> None:
    service, batches = Service(most=10), MetricBatches()
    assert len(await batches.ask(metrics(285), service)) == 285
    refused = [calls for calls in service.calls if calls > 10]
    assert refused == [285, 142, 71, 35, 17]
    service.calls.clear()
    assert len(await batches.ask(metrics(285), service)) == 285
    assert service.calls == [10] * 28 + [5]
    assert batches.calls(19) == 2


async def test_only_one_caller_learns_while_the_others_wait() -> None:
    service, batches = Service(most=10), MetricBatches()
    answers = await asyncio.gather(*(batches.ask(metrics(285), service) for _ in range(4)))
    assert [len(answer) for answer in answers] == [285] * 4
    assert sum(1 for calls in service.calls if calls > 10) == 5


async def test_a_small_call_that_was_answered_proves_nothing_of_a_large_one() -> None:
    service, batches = Service(most=100), MetricBatches()
    await batches.ask(metrics(19), service)
    assert batches.size == LARGEST
    await batches.ask(metrics(300), service)
    assert batches.size == 75


async def test_one_metric_that_is_refused_costs_its_piece_and_not_the_size() -> None:
    service, batches = Service(), MetricBatches()
    await batches.ask(metrics(300), service)
    service.bad = frozenset({"7"})
    found = names(await batches.ask(metrics(300), service))
    assert 290 <= len(found) < 300
    assert "7" not in found
    assert batches.size == LARGEST


async def test_a_limit_that_falls_later_is_learned_too() -> None:
    service, batches = Service(), MetricBatches()
    await batches.ask(metrics(300), service)
    service.most = 100
    assert len(await batches.ask(metrics(300), service)) == 300
    assert batches.size == 75


async def test_what_is_refused_whatever_its_size_is_an_error() -> None:
    service, batches = Service(most=0), MetricBatches()
    with pytest.raises(ApiStatusError, match="refused"):
        await batches.ask(metrics(40), service)


async def test_a_failure_that_is_no_refusal_is_raised_at_once() -> None:
    calls = 0

    async def hangs(_metrics: Sequence[MetricOf]) -> Data:
        nonlocal calls
        calls += 1
        raise ApiTimeoutError("no answer", operation="ces_data")

    batches = MetricBatches()
    with pytest.raises(ApiTimeoutError):
        await batches.ask(metrics(600), hangs)
    assert calls == 1
    assert batches.size == LARGEST
