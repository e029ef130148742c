"""Counters and histograms of the exporter itself, by the client library on a registry of our own."""

import platform
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.metrics_core import CounterMetricFamily, Metric
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.registry import Collector

from drs_exporter import __version__
from drs_exporter.cloud.observer import Observer
from drs_exporter.logs.tally import TALLY
from drs_exporter.revision import revision

BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 30.0)
CODES: Final = (
    "200", "202", "401", "403", "404", "429", "500", "502", "503", "timeout", "connection", "schema", "error",
)  # fmt: skip
"""Result codes that exist at 0 from the start, or `increase()` would miss the first failure."""

RETRY_REASONS: Final = ("throttled", "5xx", "timeout", "connection", "schema")
"""Reasons for repeating an attempt, which exist at 0 as well."""


class Telemetry:
    """Every instrument, and what of them belongs on which page."""

    def __init__(self) -> None:
        """Create all instruments; those of a project appear with `project`."""
        self._of_projects = CollectorRegistry(auto_describe=False)
        self._of_process = CollectorRegistry(auto_describe=False)
        self.requests = self._counter("api_requests", "HTTP attempts by result.", "project", "operation", "code")
        self.durations = Histogram(
            "drs_exporter_api_request_duration_seconds",
            "Duration of HTTP attempts.",
            ("project", "operation"),
            registry=self._of_projects,
            buckets=BUCKETS,
        )
        self.retries = self._counter("api_retries", "Repeated HTTP attempts.", "project", "operation", "reason")
        self.throttled = self._counter(
            "api_throttled_seconds", "Time spent waiting for the request budget or a Retry-After.", "project"
        )
        self.rate_limit = self._gauge(
            "api_rate_limit",
            "Calls a second now allowed for an operation: lowered by throttling and recovering by itself; absent while "
            "only the request budget limits it.",
            "project",
            "operation",
        )
        self.parse_errors = self._counter(
            "parse_errors", "Values that should have been readable and were not.", "project", "field"
        )
        self.dropped_values = self._counter(
            "dropped_values", "Values left out because no honest answer has so many or so long ones.", "project", "kind"
        )
        self.expiry = self._gauge(
            "credential_expiry_timestamp_seconds",
            "Unix time at which the token or temporary key ends; absent where nothing expires.",
            "project",
        )
        self.sign_ins = self._counter("sign_ins", "Successful sign-ins.", "project")
        self.sign_in_failures = self._counter("sign_in_failures", "Sign-ins that failed.", "project")
        self.crashes = self._counter(
            "poll_crashes", "Polls ended by an error nobody foresaw, which is a bug.", "project"
        )
        self.series = self._gauge("series", "Series of the project in the last render.", "project")
        self.render_duration = self._gauge("render_duration_seconds", "Duration of the last render.", "project")
        self._by_project = [made for made in vars(self).values() if isinstance(made, MetricWrapperBase)]
        self._reload_successful = Gauge(
            "drs_exporter_config_last_reload_successful",
            "1 if the last reading of the configuration succeeded.",
            registry=self._of_process,
        )
        self._reload_time = Gauge(
            "drs_exporter_config_last_reload_success_timestamp_seconds",
            "Unix time at which the configuration was last read with success.",
            registry=self._of_process,
        )
        self._answers = Counter(
            "drs_exporter_http_requests",
            "Answers of the web server of the exporter; paths it does not have are other.",
            ("path", "code"),
            registry=self._of_process,
        )
        self._answers.labels("other", "404")
        self._answer_counters: dict[tuple[str | None, int], Counter] = {}
        self._of_process.register(_MissingLines())
        Gauge(
            "drs_exporter_build_info",
            "The exporter that runs, always 1.",
            ("version", "revision", "python_version"),
            registry=self._of_process,
        ).labels(__version__, revision().commit, platform.python_version()).set(1)
        ProcessCollector(registry=self._of_process)
        PlatformCollector(registry=self._of_process)
        GCCollector(registry=self._of_process)

    def project(self, name: str, operations: Iterable[str]) -> "ProjectTelemetry":
        """The instruments of one project, its counters at 0 for every operation it will use."""
        for operation in operations:
            self.durations.labels(name, operation)
            for code in CODES:
                self.requests.labels(name, operation, code)
            for reason in RETRY_REASONS:
                self.retries.labels(name, operation, reason)
        for counter in (self.throttled, self.crashes, self.sign_ins, self.sign_in_failures):
            counter.labels(name)
        return ProjectTelemetry(self, name)

    def forget(self, name: str) -> None:
        """Drop all series of a project that is no longer configured."""
        for instrument in self._by_project:
            instrument.remove_by_labels({"project": name})

    def reloaded(self, time: float | None) -> None:
        """The configuration was read at this Unix time; `None` if it could not be."""
        self._reload_successful.set(0 if time is None else 1)
        if time is not None:
            self._reload_time.set(time)

    def answered(self, path: str | None, code: int) -> None:
        """Count an answer of the web server; `None` is any path that it does not have."""
        counter = self._answer_counters.get((path, code))
        if counter is None:
            counter = self._answer_counters[path, code] = self._answers.labels(path or "other", str(code))
        counter.inc()

    def render(self, *, projects: Collection[str] | None, process_wide: bool, openmetrics: bool) -> bytes:
        """The end of a page: series of the named projects (`None` is all of them), then the process-wide ones."""
        generate: Callable[[Collector], bytes] = generate_openmetrics if openmetrics else generate_latest
        registries = [self._of_projects, *([self._of_process] if process_wide else [])]
        return generate(_Page(registries, projects))

    def families(self) -> list[Metric]:
        """Every family that has samples now."""
        return list(_Page([self._of_projects, self._of_process], None).collect())

    def gauges(self) -> bytes:
        """Gauges of the projects and the build, as text, for a page that is not scraped from this process."""
        gauges = [
            family for family in self.families() if family.type == "gauge" and family.name.startswith("drs_exporter_")
        ]
        return generate_latest(_Given(gauges))

    def _counter(self, name: str, help_: str, *labels: str) -> Counter:
        return Counter(f"drs_exporter_{name}", help_, labels, registry=self._of_projects)

    def _gauge(self, name: str, help_: str, *labels: str) -> Gauge:
        return Gauge(f"drs_exporter_{name}", help_, labels, registry=self._of_projects)


class ProjectTelemetry(Observer):
    """The observer of one project."""

    def __init__(self, telemetry: Telemetry, project: str) -> None:
        self._telemetry = telemetry
        self._project = project
        self._attempts: dict[tuple[str, str], tuple[Counter, Histogram]] = {}

    def attempted(self, operation: str, *, code: str, seconds: float) -> None:
        """Count one HTTP attempt."""
        found = self._attempts.get((operation, code))
        if found is None:
            requests = self._telemetry.requests.labels(self._project, operation, code)
            durations = self._telemetry.durations.labels(self._project, operation)
            found = self._attempts[operation, code] = requests, durations
        found[0].inc()
        found[1].observe(seconds)

    def retried(self, operation: str, *, reason: str) -> None:
        """Count one repetition."""
        self._telemetry.retries.labels(self._project, operation, reason).inc()

    def throttled(self, seconds: float) -> None:
        """Add time spent waiting."""
        self._telemetry.throttled.labels(self._project).inc(seconds)

    def limited(self, operation: str, *, rate: float | None) -> None:
        """Set, or take away, what throttling leaves an operation."""
        if rate is None:
            self._telemetry.rate_limit.remove_by_labels({"project": self._project, "operation": operation})
        else:
            self._telemetry.rate_limit.labels(self._project, operation).set(rate)

    def signed_in(self) -> None:
        """Count a sign-in."""
        self._telemetry.sign_ins.labels(self._project).inc()

    def sign_in_failed(self) -> None:
        """Count a failed sign-in."""
        self._telemetry.sign_in_failures.labels(self._project).inc()

    def credential_expires(self, timestamp: float | None) -> None:
        """Set, or take away, the end of the credential in use."""
        if timestamp is None:
            self._telemetry.expiry.remove_by_labels({"project": self._project})
        else:
            self._telemetry.expiry.labels(self._project).set(timestamp)

    def unreadable(self, errors: Mapping[str, int], dropped: Mapping[str, int]) -> None:
        """Count values that could not be read, by field, and those beyond the bounds, by kind."""
        for field, count in errors.items():
            self._telemetry.parse_errors.labels(self._project, field).inc(count)
        for kind, count in dropped.items():
            self._telemetry.dropped_values.labels(self._project, kind).inc(count)

    def crashed(self) -> None:
        """Count a poll that met a bug."""
        self._telemetry.crashes.labels(self._project).inc()

    def rendered(self, *, series: int, seconds: float) -> None:
        """Tell the size and the duration of the last render."""
        self._telemetry.series.labels(self._project).set(series)
        self._telemetry.render_duration.labels(self._project).set(seconds)


class _Page(Collector):
    """What of the registries belongs on one page: no family without samples, no `_created` series."""

    def __init__(self, registries: Sequence[CollectorRegistry], projects: Collection[str] | None) -> None:
        self._registries = registries
        self._projects = projects

    def collect(self) -> Iterable[Metric]:
        for registry in self._registries:
            for family in registry.collect():
                family.samples = [
                    sample
                    for sample in family.samples
                    if not sample.name.endswith("_created")
                    and (self._projects is None or sample.labels.get("project", _NONE) in (*self._projects, _NONE))
                ]
                if family.samples:
                    yield family


class _MissingLines(Collector):
    """The log's own count, which belongs to the process."""

    def collect(self) -> Iterable[Metric]:
        yield CounterMetricFamily(
            "drs_exporter_dropped_log_lines",
            "Log lines that could not be written, or were too many of one kind.",
            value=TALLY.lines,
        )


class _Given(Collector):
    """Families that were collected already."""

    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


_NONE: Final = object()
