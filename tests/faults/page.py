"""One page of metrics, read by the client library's own parser."""

import functools
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from prometheus_client.parser import text_string_to_metric_families

_OF_THE_CLOUD: Final = re.compile(r"drs_(?!exporter_|up$|project_info$)")


class Series(NamedTuple):
    """One time series: its name and its labels."""

    name: str
    labels: frozenset[tuple[str, str]]


@functools.cache
def _series(written: str) -> Series:
    """What the client library reads there; pages are alike in most series, and its parser is slow."""
    ((sample,),) = (family.samples for family in text_string_to_metric_families(f"{written} 0\n"))
    return Series(sample.name, frozenset(sample.labels.items()))


class DuplicateSeriesError(AssertionError):
    """One series stood twice on a page."""


class Page:
    """What one scrape answered."""

    def __init__(self, body: bytes) -> None:
        """Parse it; no series may be there twice."""
        self.text = body.decode("utf-8")
        self.series: dict[Series, float] = {}
        for line in self.text.removesuffix("\n").split("\n"):
            if line.startswith("#"):
                continue
            written, _, value = line.rpartition(" ")
            series = _series(written)
            if series in self.series:
                raise DuplicateSeriesError(str(series))
            self.series[series] = float(value)

    def value(self, name: str, **labels: str) -> float | None:
        """The value of the one series of that name with these labels among its own; `None` if there is none."""
        found = [value for _, value in self._matching(name, labels)]
        assert len(found) <= 1, f"{name} {labels}: {len(found)} series"
        return found[0] if found else None

    def of(self, name: str, **labels: str) -> dict[Series, float]:
        """Every series of a name with these labels among its own."""
        return dict(self._matching(name, labels))

    def label(self, name: str, label: str, **labels: str) -> set[str]:
        """All values of a label."""
        return {dict(series.labels)[label] for series, _ in self._matching(name, labels)}

    def of_the_cloud(self) -> dict[Series, float]:
        """Everything that tells of jobs, nodes, batches and quotas."""
        return {series: value for series, value in self.series.items() if _OF_THE_CLOUD.match(series.name)}

    def health(self, **labels: str) -> dict[str, float]:
        """`drs_up` and the success of each collector."""
        up = self.value("drs_up", **labels)
        assert up is not None
        collectors = self.of("drs_exporter_collector_success", **labels)
        return {"up": up} | {dict(series.labels)["collector"]: value for series, value in collectors.items()}

    def jobs(self) -> set[str]:
        """Ids of all jobs with series."""
        return self.label("drs_job_info", "job_id")

    def _matching(self, name: str, labels: dict[str, str]) -> Iterator[tuple[Series, float]]:
        wanted = set(labels.items())
        return (
            (series, value) for series, value in self.series.items() if series.name == name and wanted <= series.labels
        )
