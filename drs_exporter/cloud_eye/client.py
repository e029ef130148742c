"""The operations of Cloud Eye that tell of the machines of one project's jobs."""

from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple

from drs_exporter.cloud.bounds import Bounds
from drs_exporter.cloud.transport import Transport
from drs_exporter.cloud_eye import answers, wire
from drs_exporter.errors import ApiSchemaError

OPERATIONS: Final = ("ces_list_metrics", "ces_data")

METRICS: Final = (
    "cpu_util",
    "mem_util",
    "disk_util",
    "network_incoming_bytes_rate",
    "network_outgoing_bytes_rate",
    "disk_read_bytes_rate",
    "disk_write_bytes_rate",
    "extract_bytes_rate",
    "extract_rows_rate",
    "extract_latency",
    "apply_bytes_rate",
    "apply_rows_rate",
    "apply_transactions_rate",
    "apply_ddls_rate",
    "apply_latency",
    "apply_average_execute_time",
    "apply_average_commit_time",
    "apply_current_state",
    "apply_thread_workers",
)
"""What is measured of every machine."""

_NAMESPACE: Final = "SYS.DRS"
_DIMENSION: Final = "instance_id"
_PAGE_SIZE: Final = 1000
_MOST_PAGES: Final = 1000
"""No listing has more: a project would have 50,000 machines."""

_LISTED_VALUES: Final = 50
_MEASURED_VALUES: Final = 200
"""Values that one element of an answer can have."""

_RAW: Final = "1"
"""The period of data as they were measured, each minute."""


class MetricOf(NamedTuple):
    """One metric of one machine."""

    name: str
    instance_id: str


class CloudEyeClient:
    """What Cloud Eye is asked of one project; every method raises ApiError subclasses."""

    service: ClassVar = "cloud_eye"
    """As metrics and logs call it."""
    title: ClassVar = "Cloud Eye"
    """As people call it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_machines(self) -> list[wire.ListedMetric | wire.Wrong]:
        """GET /V1.0/{project_id}/metrics of DRS, every page; machines that are gone stay in it for hours.

        One metric of each machine, which all of them have: with all of them it would be as many times more pages.
        """
        found: list[wire.ListedMetric | wire.Wrong] = []
        marker: str | None = None
        for _ in range(_MOST_PAGES):
            begin = () if marker is None else (("start", marker),)
            query = (("limit", str(_PAGE_SIZE)), ("metric_name", METRICS[0]), ("namespace", _NAMESPACE), *begin)
            page = await self._transport.call(
                "ces_list_metrics",
                "GET",
                "/V1.0/{project_id}/metrics",
                answers.METRIC_PAGE,
                query=query,
                bounds=Bounds(_PAGE_SIZE, _LISTED_VALUES),
            )
            metrics = page.metrics if isinstance(page.metrics, list) else []
            found += metrics
            if len(metrics) < _PAGE_SIZE:
                return found
            following = page.meta_data.marker if isinstance(page.meta_data, wire.PageEnd) else None
            if not isinstance(following, str) or following == marker:
                break
            marker = following
        raise ApiSchemaError("the listing of metrics does not end", operation="ces_list_metrics")

    async def data(self, metrics: Sequence[MetricOf], *, since: int, until: int) -> list[wire.MetricData | wire.Wrong]:
        """POST /V1.0/{project_id}/batch-query-metric-data between two times (epoch milliseconds), in one call.

        The service moves `since` without a word where metrics times minutes would be more than 3000.
        """
        body = {
            "metrics": [
                {
                    "namespace": _NAMESPACE,
                    "metric_name": metric.name,
                    "dimensions": [{"name": _DIMENSION, "value": metric.instance_id}],
                }
                for metric in metrics
            ],
            "period": _RAW,
            "filter": "average",
            "from": since,
            "to": until,
        }
        path = "/V1.0/{project_id}/batch-query-metric-data"
        bounds = Bounds(len(metrics), _MEASURED_VALUES)
        return await self._transport.call("ces_data", "POST", path, answers.METRIC_DATA, body=body, bounds=bounds)
