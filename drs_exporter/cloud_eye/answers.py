"""What the answers of Cloud Eye must hold: one reader each, None when it is not there."""

from typing import Final

from drs_exporter.cloud.answer import AnswerReader
from drs_exporter.cloud.decode import reader
from drs_exporter.cloud_eye import wire

METRIC_PAGE: Final[AnswerReader[wire.MetricPage]] = reader(
    wire.MetricPage, lambda page: page if isinstance(page.metrics, list) else None
)
METRIC_DATA: Final[AnswerReader[list[wire.MetricData | wire.Wrong]]] = reader(
    wire.DataAnswer, lambda answer: answer.metrics if isinstance(answer.metrics, list) else None
)
