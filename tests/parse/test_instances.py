"""Machines and their newest datapoints, as Cloud Eye sends them and as it should not."""

from collections import Counter
from typing import Any

import msgspec
import pytest

from drs_exporter.cloud_eye import wire
from drs_exporter.parse import instances as parse
from drs_exporter.parse.instances import Measured
from drs_exporter.parse.values import Reader
from drs_exporter.snapshot import Instance

NOW = 1_790_000_000.0


def metric(name: Any = "cpu_util", instance: Any = "job-1", **more: Any) -> dict[str, Any]:
    dimensions = [{"name": "instance_id", "value": instance}]
    return {"namespace": "SYS.DRS", "metric_name": name, "unit": "%", "dimensions": dimensions, **more}


def point(value: Any, age: float = 60) -> dict[str, Any]:
    return {"average": value, "timestamp": int((NOW - age) * 1000)}


def newest(*metrics: Any) -> tuple[dict[str, dict[str, Measured]], Counter[str]]:
    raw = msgspec.convert({"metrics": list(metrics)}, wire.DataAnswer).metrics
    read = Reader()
    return parse.newest(raw, read, since=NOW - 900, until=NOW), read.errors


def instance(**values: float) -> Instance:
    return parse.instance({name: Measured(value, NOW) for name, value in values.items()}, Reader())


def test_the_newest_datapoint_is_the_one_with_the_highest_time_not_the_last() -> None:
    found, errors = newest(metric(datapoints=[point(1, 300), point(2, 60), point(3, 120)]))
    assert found == {"job-1": {"cpu_util": Measured(2.0, NOW - 60)}}
    assert not errors


def test_a_metric_without_datapoints_has_no_value_and_is_no_error() -> None:
    assert newest(metric(datapoints=[]), metric(datapoints=None), metric()) == ({}, {})


def test_what_is_older_than_asked_or_of_the_future_does_not_count() -> None:
    assert newest(metric(datapoints=[point(1, 901), point(2, -1)])) == ({}, {})
    found, _ = newest(metric(datapoints=[point(1, 900), point(2, 901)]))
    assert found["job-1"]["cpu_util"].value == 1


def test_an_unreadable_datapoint_costs_itself_and_is_counted() -> None:
    found, errors = newest(metric(datapoints=[point(7, 120), point("many", 60), None, {"timestamp": "soon"}]))
    assert found == {"job-1": {"cpu_util": Measured(7.0, NOW - 120)}}
    assert errors == {"cpu_util": 1, "datapoints": 1, "timestamp": 1}


def test_numbers_and_times_may_come_as_text() -> None:
    found, errors = newest(metric(datapoints=[{"average": "12.5", "timestamp": f"{int(NOW * 1000)}"}]))
    assert found == {"job-1": {"cpu_util": Measured(12.5, NOW)}}
    assert not errors


@pytest.mark.parametrize(
    "broken",
    [
        metric(instance=None, datapoints=[point(1)]),
        metric(name=None, datapoints=[point(1)]),
        {**metric(datapoints=[point(1)]), "dimensions": None},
        {**metric(datapoints=[point(1)]), "dimensions": [{"name": "node", "value": "x"}]},
    ],
)
def test_a_metric_of_nobody_costs_no_other(broken: dict[str, Any]) -> None:
    found, _ = newest(broken, metric(datapoints=[point(1)]))
    assert found == {"job-1": {"cpu_util": Measured(1.0, NOW - 60)}}


def test_listed_machines_are_told_once_each() -> None:
    raw = [metric(), metric("mem_util"), metric(instance="job-2"), metric(instance=""), 5]
    read = Reader()
    metrics = msgspec.convert({"metrics": raw}, wire.MetricPage).metrics
    assert parse.listed(metrics, read) == {"job-1", "job-2"}
    assert read.errors == {"metrics": 1}


def test_a_machine_is_told_in_seconds_bytes_and_ratios() -> None:
    assert instance(
        cpu_util=12.5,
        mem_util=50,
        disk_util=100,
        network_incoming_bytes_rate=1,
        network_outgoing_bytes_rate=2,
        disk_read_bytes_rate=3,
        disk_write_bytes_rate=4,
        extract_bytes_rate=5,
        extract_rows_rate=6,
        extract_latency=7500,
        apply_bytes_rate=8,
        apply_rows_rate=9,
        apply_transactions_rate=10,
        apply_ddls_rate=11,
        apply_latency=12500,
        apply_average_execute_time=13,
        apply_average_commit_time=14,
        apply_thread_workers=15,
        apply_current_state=2,
    ) == Instance(
        cpu_ratio=0.125,
        memory_ratio=0.5,
        disk_ratio=1.0,
        network_receive=1.0,
        network_transmit=2.0,
        disk_read=3.0,
        disk_write=4.0,
        extract_bytes=5.0,
        extract_rows=6.0,
        extract_delay=7.5,
        apply_bytes=8.0,
        apply_rows=9.0,
        apply_transactions=10.0,
        apply_ddl=11.0,
        apply_delay=12.5,
        apply_execute=0.013,
        apply_commit=0.014,
        apply_workers=15.0,
        apply_state="dml",
        metrics_time=NOW,
    )


def test_the_time_of_a_machine_is_that_of_its_newest_value() -> None:
    measured = {"cpu_util": Measured(1.0, NOW - 120), "mem_util": Measured(1.0, NOW - 60)}
    assert parse.instance(measured, Reader()).metrics_time == NOW - 60


def test_nothing_measured_is_nothing_known() -> None:
    assert instance() == Instance()


@pytest.mark.parametrize(
    ("number", "word"), [(10, "abnormal"), (1, "idle"), (2, "dml"), (3, "ddl"), (4, "4"), (2.5, "2.5"), (-1, None)]
)
def test_an_apply_state_is_a_word_and_an_unknown_one_its_number(number: float, word: str | None) -> None:
    assert instance(apply_current_state=number).apply_state == word


def test_a_share_beyond_the_whole_and_an_amount_below_nothing_are_unknown() -> None:
    read = Reader()
    measured = {"cpu_util": Measured(101.0, NOW), "apply_rows_rate": Measured(-1.0, NOW)}
    record = parse.instance(measured, read)
    assert (record.cpu_ratio, record.apply_rows) == (None, None)
    assert read.errors == {"cpu_util": 1}
