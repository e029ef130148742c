"""What the client library makes of the same catalogue and the same snapshots: the truth that `render` is held to."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.registry import Collector

from drs_exporter.catalogue import ASYNC_JOB_PARTS, JOB_PARTS, PARTS, Family, Part
from drs_exporter.snapshot import AsyncJob, Job, Project

_EOF = b"# EOF\n"


class Oracle(Collector):
    """The families of some projects as objects of the client library; families without samples are left out."""

    def __init__(self, projects: Sequence[Project]) -> None:
        self._projects = projects

    def collect(self) -> Iterable[Metric]:
        for part, family in _FAMILIES:
            metric = GaugeMetricFamily(family.name, family.help, labels=(*family.identity, *family.labels))
            named = metric._labelnames
            for project in self._projects:
                for owner in _records(part, project):
                    record = part.read(owner)
                    chosen = () if family.chosen is None else family.chosen.read(record)
                    metric._labelnames = (*named, *(name for name, _ in chosen))
                    _add(metric, family, _identity(project, owner), record, tuple(value for _, value in chosen))
            if metric.samples:
                yield metric

    def text(self) -> bytes:
        """The page in the text format."""
        return generate_latest(self)

    def openmetrics(self) -> bytes:
        """The page in OpenMetrics, without the line that ends it."""
        return generate_openmetrics(self).removesuffix(_EOF)  # type: ignore[no-any-return, no-untyped-call]


_FAMILIES: Final = [(part, family) for part in PARTS for family in part.families]


def _records(part: Part[Any, Any], project: Project) -> Sequence[Job | AsyncJob | Project]:
    if part in JOB_PARTS:
        return project.jobs or ()
    return project.async_jobs if part in ASYNC_JOB_PARTS else (project,)


def _identity(project: Project, record: Job | AsyncJob | Project) -> tuple[str, ...]:
    match record:
        case Job():
            return (project.name, record.id, record.name)
        case AsyncJob():
            return (project.name, record.id)
        case Project():
            return (project.name,)


def _add(
    metric: GaugeMetricFamily, family: Family[Any], identity: tuple[str, ...], record: Any, chosen: tuple[str, ...]
) -> None:
    if family.value is not None:
        value = family.value(record)
        if value is not None:
            metric.add_metric(identity, value)
    if family.rows is not None:
        for labels, value in family.rows(record):
            metric.add_metric((*identity, *labels, *chosen), value)
