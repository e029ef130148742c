"""docs/metrics.md from the catalogue and from the exporter's own instruments."""

from collections.abc import Callable, Iterator
from typing import Any

from drs_exporter.catalogue import FAMILIES, Family
from drs_exporter.status import STATUSES, Phase
from drs_exporter.telemetry import CODES, Telemetry

INTRODUCTION = """\
# Metrics

Made from the code by `make generate`; a test keeps the two alike. Names, labels and meaning are public API: a renamed
metric is a breaking change.

- Base units: seconds, bytes, ratios from 0 to 1. A `_timestamp_seconds` is Unix time; subtract it from `time()`.
- What is not known is absent: there is no 0, -1 or NaN in its place.
- Scrapes never ask the cloud. Series are as old as the last poll, and
  `time() - drs_exporter_collector_last_success_timestamp_seconds` says how old that is.
- `job_name` is for people; join by `(project, job_id)`:
  `… * on (project, job_id) group_left (engine_type) max by (project, job_id, engine_type) (drs_job_info)`.
- A job in phase `stopped` has only `drs_job_info`, `drs_job_status` and `drs_job_billing_enabled`.
- A subtask is a job of its own with `parent_id` set.
"""

_OPERATIONS = """\
`operation` is a call as [permissions.md](permissions.md) lists it, or `sign_in`. Two of them are one call of the
service, `GET /v5/{project_id}/jobs/{job_id}`: `job_detail` is asked by the collector of that name, and `job_progress`,
with `type=progress`, by `progress` where the cloud has no `batch_progress`. They are told apart since each has its own
part of the request budget, and its own rate where it is throttled.
"""

_FIRST_COUNTS = f"""\
Counters are there from the start, with 0, so that `increase()` sees the first failure too: those of calls for every
operation in use, with every reason of a repetition and with the codes
{", ".join(CODES)}. Where nobody knows the
labels beforehand, a series begins with the first that it counts: any other code of `drs_exporter_api_requests_total`,
every path and code of `drs_exporter_http_requests_total` but `other` with 404, every kind of
`drs_exporter_dropped_values_total`, and every field of `drs_exporter_parse_errors_total`. What such a series begins
with is missing in its `increase()`; where that matters, take the whole of a series that is younger than the time you
look at:

```promql
drs_exporter_parse_errors_total unless drs_exporter_parse_errors_total offset 1h
or
increase(drs_exporter_parse_errors_total[1h])
```
"""


def page() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *_phases(), *_families(), *_instruments()])


def _phases() -> Iterator[str]:
    yield "## Status and phase\n"
    yield "An unknown status is passed through: in phase `failed` if it ends in `_FAILED`, else in `other`.\n"
    yield "| phase | statuses |\n| --- | --- |"
    for phase in Phase:
        statuses = [status for status, its_phase in STATUSES.items() if its_phase is phase]
        yield f"| `{phase}` | {', '.join(statuses) or 'anything else'} |"
    yield ""


def _families() -> Iterator[str]:
    sections: dict[str, Callable[[Family[Any]], bool]] = {
        "Jobs": lambda family: family.name.startswith("drs_job_"),
        "Instances": lambda family: family.name.startswith("drs_instance_"),
        "Nodes": lambda family: family.name.startswith("drs_node_"),
        "Async batches": lambda family: family.name.startswith("drs_async_job_"),
        "Projects": lambda family: (
            not family.name.startswith(("drs_job_", "drs_instance_", "drs_node_", "drs_async_job_"))
        ),
    }
    for title, belongs in sections.items():
        yield f"## {title}\n"
        families = [family for family in FAMILIES if belongs(family)]
        shared = set.intersection(*({*family.identity, *family.labels} for family in families))
        yield f"All are gauges with the labels {_labels(sorted(shared))} and those named.\n"
        yield "| name | more labels | collectors | source | meaning |\n| --- | --- | --- | --- | --- |"
        yield from map(_row, families, [shared] * len(families))
        yield ""


def _row(family: Family[Any], shared: set[str]) -> str:
    more = [label for label in (*family.identity, *family.labels) if label not in shared]
    if family.chosen is not None:
        more.append(family.chosen.named)
    collectors = ", ".join(family.collectors)
    source = family.source.replace("|", "\\|")
    return f"| `{family.name}` | {_labels(more)} | {collectors} | {source} | {family.help} |"


def _instruments() -> Iterator[str]:
    """The client library's own families; every instrument was used once, so that its labels show."""
    telemetry = Telemetry()
    project = telemetry.project("prod", ["list_jobs"])
    project.retried("list_jobs", reason="timeout")
    project.limited("list_jobs", rate=1.0)
    project.credential_expires(1.0)
    project.unreadable({"progress": 1}, {"status": 1})
    project.rendered(series=1, seconds=1.0)
    yield "## The exporter itself\n"
    yield "Besides these there are the client library's own `process_*` and `python_*`.\n"
    yield _OPERATIONS
    yield f"`code` is the HTTP status or one of {_labels([code for code in CODES if not code.isdigit()])}.\n"
    yield _FIRST_COUNTS
    yield "| name | type | labels | meaning |\n| --- | --- | --- | --- |"
    for family in telemetry.families():
        if family.name.startswith("drs_"):
            labels = [label for label in family.samples[0].labels if label != "le"]
            name = f"{family.name}_total" if family.type == "counter" else family.name
            yield f"| `{name}` | {family.type} | {_labels(labels)} | {family.documentation} |"
    yield ""


def _labels(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
