"""Machines and what was measured on them: the operations of Cloud Eye."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from drs_exporter.cloud_eye import wire
from drs_exporter.parse.values import Reader
from drs_exporter.snapshot import Instance

_INSTANCE_ID: Final = "instance_id"
_APPLY_STATES: Final = {10.0: "abnormal", 1.0: "idle", 2.0: "dml", 3.0: "ddl"}


class Measured(msgspec.Struct, frozen=True, gc=False):
    """One value and when it was measured."""

    value: float
    """In Cloud Eye's own unit."""
    at: float
    """Unix time."""


def listed(raw: object, read: Reader) -> frozenset[str]:
    """The machines that have metrics."""
    found = (_instance_of(item, read) for item in read.records(raw, wire.ListedMetric, "metrics"))
    return frozenset(instance for instance in found if instance is not None)


def newest(raw: object, read: Reader, *, since: float, until: float) -> dict[str, dict[str, Measured]]:
    """By machine and metric the datapoint with the highest time between these two (Unix time)."""
    found: dict[str, dict[str, Measured]] = {}
    for item in read.records(raw, wire.MetricData, "metrics"):
        instance, name = _instance_of(item, read), read.word(item.metric_name, "metric_name")
        if instance is None or name is None:
            continue
        points = read.records(item.datapoints, wire.Datapoint, "datapoints")
        measured = _newest_of(points, name, read, since=since, until=until)
        if measured is not None:
            found.setdefault(instance, {})[name] = measured
    return found


def instance(measured: Mapping[str, Measured], read: Reader) -> Instance:
    """The record of one machine, in seconds, bytes and ratios."""

    def amount(name: str) -> float | None:
        return None if (found := measured.get(name)) is None else read.amount(found.value, name)

    def ratio(name: str) -> float | None:
        return None if (found := measured.get(name)) is None else read.ratio(found.value, name)

    def seconds(name: str) -> float | None:
        return None if (found := measured.get(name)) is None else read.milliseconds(found.value, name)

    return Instance(
        cpu_ratio=ratio("cpu_util"),
        memory_ratio=ratio("mem_util"),
        disk_ratio=ratio("disk_util"),
        network_receive=amount("network_incoming_bytes_rate"),
        network_transmit=amount("network_outgoing_bytes_rate"),
        disk_read=amount("disk_read_bytes_rate"),
        disk_write=amount("disk_write_bytes_rate"),
        extract_bytes=amount("extract_bytes_rate"),
        extract_rows=amount("extract_rows_rate"),
        extract_delay=seconds("extract_latency"),
        apply_bytes=amount("apply_bytes_rate"),
        apply_rows=amount("apply_rows_rate"),
        apply_transactions=amount("apply_transactions_rate"),
        apply_ddl=amount("apply_ddls_rate"),
        apply_delay=seconds("apply_latency"),
        apply_execute=seconds("apply_average_execute_time"),
        apply_commit=seconds("apply_average_commit_time"),
        apply_workers=amount("apply_thread_workers"),
        apply_state=_apply_state(amount("apply_current_state")),
        metrics_time=max((point.at for point in measured.values()), default=None),
    )


def _apply_state(number: float | None) -> str | None:
    """The word for a state; a number that stands for none as it is."""
    return None if number is None else _APPLY_STATES.get(number, f"{number:g}")


def _instance_of(item: wire.ListedMetric, read: Reader) -> str | None:
    """The machine that a metric is of."""
    for dimension in read.records(item.dimensions, wire.Dimension, "dimensions"):
        if dimension.name == _INSTANCE_ID and (value := read.text(dimension.value, _INSTANCE_ID)) is not None:
            return value
    return None


def _newest_of(
    points: Sequence[wire.Datapoint], name: str, read: Reader, *, since: float, until: float
) -> Measured | None:
    """The readable one of the highest time; services mostly send it last."""
    newest = None
    for point in reversed(points):
        stamp = point.timestamp
        # There are hundreds of thousands of them, and nearly all are whole numbers.
        at = stamp / 1000 if type(stamp) is int else read.time(stamp, "timestamp")
        if at is None or not since <= at <= until or (newest is not None and at <= newest.at):
            continue
        if (value := read.number(point.average, name)) is not None:
            newest = Measured(value, at)
    return newest
