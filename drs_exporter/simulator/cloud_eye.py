"""The simulated Cloud Eye: which machines there are and what they measured, as strict as the real one and as late."""

import re
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, Final

from drs_exporter.simulator.exchange import Exchange
from drs_exporter.simulator.fleet import Fleet
from drs_exporter.simulator.life import Life
from drs_exporter.simulator.machines import UNITS, Machine
from drs_exporter.simulator.noise import between, unit
from drs_exporter.simulator.operations_v3 import Answer
from drs_exporter.simulator.refusal import CloudEyeRefused, Payload
from drs_exporter.simulator.wire_v5 import node_id
from drs_exporter.simulator.worldtime import HOUR, MINUTE, WorldTime

NAMESPACE: Final = "SYS.DRS"
DIMENSION: Final = "instance_id"

_LINGER: Final = 3 * HOUR
"""Simulated seconds for which a machine that is gone stays listed."""

_PAGE: Final = 1000
_BODY: Final = 512 * 1024
_CALLS: Final = 500
"""Calls of one operation in a minute."""

_POINTS: Final = 3000
"""Most datapoints of one answer: of what would be more, the beginning is left out without a word."""

_LONGEST: Final = 4 * 3600
_PERIODS: Final = {"1": 60, "300": 300, "1200": 1200, "3600": 3600, "14400": 14400, "86400": 86400}
_FILTERS: Final = frozenset({"average", "max", "min", "sum", "variance"})
_MILLIS: Final = range(1111111111111, 10**13)
"""What a time may be."""
_MARKER: Final = re.compile(r"[A-Z]+\.[A-Z]+\.\w+\.\w+:.+")
_LATE: Final = 0.1
"""Share of the half hours in which the data of a machine are 5 to 10 minutes late, not one or two."""

_GAPS: Final = 0.01
"""Share of the datapoints that are missing."""


class CloudEye:
    """The two operations by which the metrics of machines are read."""

    def __init__(self, fleet: Fleet, time: WorldTime, *, batch: int, nodes: bool) -> None:
        """Take `batch` metrics a call; with `nodes` some machines are known by their node's id, not by their job's."""
        self.batch = batch
        self.late = True
        """Data are much too late at times."""
        self.lateness: float | None = None
        """Seconds after which data can be asked for, where a test says so."""
        self._fleet = fleet
        self._time = time
        self._nodes = nodes
        self._calls: dict[str, deque[float]] = {}
        self._by_node: dict[str, Life] = {}

    def instance_id(self, life: Life) -> str:
        """The name under which a job's machine is measured."""
        by_node = self._nodes and life.plan.engine.v5 and life.parent is None and unit(life.plan.key, 40) < 1 / 3
        return node_id(life) if by_node else life.job_id

    def list_metrics(self, exchange: Exchange) -> Answer:
        """GET /V1.0/{project_id}/metrics."""
        self._count(exchange)
        query = exchange.request.query
        limit, start = query.get("limit", str(_PAGE)), query.get("start", "")
        if not limit.isdigit() or not 0 < int(limit) <= _PAGE:
            raise _wrong_query("limit")
        if start and not _MARKER.fullmatch(start):
            raise _wrong_query("start")
        if unknown := set(query) - {"namespace", "metric_name", "limit", "start", "order", "dim.0"}:
            raise _wrong_query(", ".join(sorted(unknown)))
        at = self._time.elapsed()
        machines = self._fleet.with_machines(at - _LINGER, at)
        names = [name for name in sorted(UNITS) if query.get("metric_name") in (None, name)]
        wanted = query.get("dim.0", "").partition(",")[2]
        found = sorted(
            (_marker(name, instance), name, instance)
            for instance in {self.instance_id(life) for life in machines}
            for name in names
            if query.get("namespace") in (None, NAMESPACE) and wanted in ("", instance)
        )
        left = [one for one in found if one[0] > start]
        page, total = exchange.window(left, 0, int(limit))
        meta = {
            "count": len(page),
            "total": len(found) if total == len(left) else total,
            "marker": page[-1][0] if page else "",
        }
        return Answer({"metrics": [_listed(name, instance) for _, name, instance in page], "meta_data": meta})

    def data(self, exchange: Exchange) -> Answer:
        """POST /V1.0/{project_id}/batch-query-metric-data."""
        self._count(exchange)
        if len(exchange.body) > _BODY:
            raise _wrong_body("the request is larger than 512 KB")
        asked = self._asked(exchange.json)
        begin, end, period = _window(exchange.json, len(asked))
        series: dict[str, list[tuple[int, Machine]]] = {}
        answers: list[Payload] = []
        left = _POINTS
        for name, instance in asked:
            if instance not in series:
                series[instance] = list(self._measured(instance, begin, end, period))
            points = self._points(name, series[instance], str(exchange.json["filter"]))[:left]
            left -= len(points)
            answers.append({**_listed(name, instance), "datapoints": points})
        return Answer({"metrics": answers})

    def _asked(self, body: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Name and instance of every metric asked for."""
        metrics = body.get("metrics")
        if not isinstance(metrics, list) or not 0 < len(metrics) <= self.batch:
            raise _wrong_body(f"metrics: 1 to {self.batch} are allowed")
        return [_metric(metric) for metric in metrics]

    def _measured(self, instance: str, begin: int, end: int, period: int) -> Iterable[tuple[int, Machine]]:
        """What is there already of a machine's readings in those seconds, each with its Unix time."""
        life = self._life(instance)
        if life is None:
            return
        now, key = self._time.now(), life.plan.key
        for stamp in range(begin // period * period, end + 1, period):
            machine = self._fleet.machine(life, self._time.moment(stamp))
            if machine is not None and stamp + self._lateness(key, stamp) <= now:
                yield stamp, machine

    def _points(self, name: str, measured: list[tuple[int, Machine]], statistic: str) -> list[Payload]:
        """The datapoints of one metric; their order is nothing to rely on."""
        number = list(UNITS).index(name) if name in UNITS else 0
        points: list[Payload] = [
            {statistic: round(getattr(machine, name), 3), "timestamp": stamp * 1000}
            for stamp, machine in measured
            if name in UNITS and unit(number, stamp, 41) >= _GAPS
        ]
        return points[::-1] if number % 3 == 0 else points

    def _lateness(self, key: int, stamp: int) -> float:
        """Seconds after which a reading can be asked for."""
        if self.lateness is not None:
            return self.lateness
        window = int(stamp // (30 * MINUTE))
        if self.late and unit(key, 42, window) < _LATE:
            return between(5 * MINUTE, 10 * MINUTE, key, 43, window)
        return between(50, 110, key, 44)

    def _life(self, instance: str) -> Life | None:
        """The job that runs on a machine."""
        at = self._time.elapsed()
        life = self._fleet.find(instance, at) or self._by_node.get(instance)
        if life is None and self._nodes:
            self._by_node = {node_id(one): one for one in self._fleet.with_machines(at - _LINGER, at)}
            life = self._by_node.get(instance)
        return life if life is not None and self.instance_id(life) == instance else None

    def _count(self, exchange: Exchange) -> None:
        """Refuse what is more than the service takes in a minute."""
        calls = self._calls.setdefault(exchange.operation, deque())
        while calls and calls[0] <= exchange.now - 60:
            calls.popleft()
        if len(calls) >= _CALLS:
            raise CloudEyeRefused(429, "ces.0429", "Too Many Requests.")
        calls.append(exchange.now)


def _metric(metric: Any) -> tuple[str, str]:
    """Name and instance of one metric, checked as the service does."""
    if not isinstance(metric, dict) or metric.get("namespace") != NAMESPACE:
        raise _wrong_body("metrics.namespace")
    name, dimensions = metric.get("metric_name"), metric.get("dimensions")
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z][\w-]{0,95}", name):
        raise _wrong_body("metrics.metric_name")
    if not isinstance(dimensions, list) or len(dimensions) != 1 or not isinstance(dimensions[0], dict):
        raise _wrong_body("metrics.dimensions")
    key, value = dimensions[0].get("name"), dimensions[0].get("value")
    if key != DIMENSION or not isinstance(value, str) or not 0 < len(value) <= 256:
        raise _wrong_body("metrics.dimensions")
    return name, value


def _window(body: Mapping[str, Any], metrics: int) -> tuple[int, int, int]:
    """Unix seconds from which and to which, and the period; the beginning is moved where that would be too much."""
    period, begin, end = body.get("period"), body.get("from"), body.get("to")
    if not isinstance(period, str) or period not in _PERIODS:
        raise _wrong_body("period")
    if body.get("filter") not in _FILTERS:
        raise _wrong_body("filter")
    for name, value in (("from", begin), ("to", end)):
        if not isinstance(value, int) or isinstance(value, bool) or value not in _MILLIS:
            raise _wrong_body(name)
    seconds = _PERIODS[period]
    first, last = int(body["from"]) // 1000, int(body["to"]) // 1000
    if first >= last:
        raise _wrong_body("from is not before to")
    longest = min(_LONGEST if period == "1" else last - first, _POINTS * seconds // metrics)
    return max(first, last - longest), last, seconds


def _marker(name: str, instance: str) -> str:
    """Where a page ends."""
    return f"{NAMESPACE}.{name}.{DIMENSION}:{instance}"


def _listed(name: str, instance: str) -> Payload:
    """A metric as both operations write it."""
    return {
        "namespace": NAMESPACE,
        "metric_name": name,
        "unit": UNITS.get(name, ""),
        "dimensions": [{"name": DIMENSION, "value": instance}],
    }


def _wrong_query(name: str) -> CloudEyeRefused:
    return CloudEyeRefused(400, "ces.0013", f"The URL parameter {name} is invalid or does not exist.")


def _wrong_body(what: str) -> CloudEyeRefused:
    return CloudEyeRefused(400, "ces.0014", f"Some content in message body is not correct: {what}.")
