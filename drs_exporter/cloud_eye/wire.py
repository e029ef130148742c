"""What Cloud Eye says, in its own words; as with the models of DRS, every field accepts whatever JSON puts there."""

import msgspec

from drs_exporter.cloud.json_values import Scalar, Wrong, WrongList

__all__ = ["DataAnswer", "Datapoint", "Dimension", "ListedMetric", "MetricData", "MetricPage", "PageEnd", "Wrong"]


class Dimension(msgspec.Struct, gc=False):
    """One coordinate of a metric."""

    name: Scalar = None
    value: Scalar = None


class ListedMetric(msgspec.Struct, gc=False):
    """A metric that exists."""

    metric_name: Scalar = None
    dimensions: list[Dimension | Wrong] | WrongList = None


class PageEnd(msgspec.Struct, gc=False):
    """Where a page of metrics ends."""

    marker: Scalar = None
    """What the next page is asked for with."""


class MetricPage(msgspec.Struct, gc=False):
    """One page of `ces_list_metrics`."""

    metrics: list[ListedMetric | Wrong] | WrongList = None
    meta_data: PageEnd | Wrong = None


class Datapoint(msgspec.Struct, gc=False):
    """One reading."""

    average: Scalar = None
    timestamp: Scalar = None
    """Epoch milliseconds, as a number."""


class MetricData(ListedMetric, gc=False):
    """The readings of one metric; none at all is no error."""

    datapoints: list[Datapoint | Wrong] | WrongList = None


class DataAnswer(msgspec.Struct, gc=False):
    """The answer of `ces_data`."""

    metrics: list[MetricData | Wrong] | WrongList = None
