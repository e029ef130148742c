"""What the answers of Cloud Eye must hold: one reader each, None when it is not there."""

from typing import Final

import msgspec

from drs_exporter.cloud.answer import AnswerReader, HttpAnswer
from drs_exporter.cloud.decode import decode
from drs_exporter.cloud_eye import wire

_PAGE: Final = msgspec.json.Decoder(wire.MetricPage)
_DATA: Final = msgspec.json.Decoder(wire.DataAnswer)


def _page(answer: HttpAnswer, /, *, operation: str) -> wire.MetricPage | None:
    """A page with its end."""
    page = decode(answer.body, _PAGE, operation=operation)
    return page if isinstance(page.metrics, list) else None


def _data(answer: HttpAnswer, /, *, operation: str) -> list[wire.MetricData | wire.Wrong] | None:
    """The metrics, each with its datapoints."""
    metrics = decode(answer.body, _DATA, operation=operation).metrics
    return metrics if isinstance(metrics, list) else None


METRIC_PAGE: Final[AnswerReader[wire.MetricPage]] = _page
METRIC_DATA: Final[AnswerReader[list[wire.MetricData | wire.Wrong]]] = _data
