"""PromQL building blocks. Every selector carries the two variables that Grafana users expect: `job` and `instance`."""

from dataclasses import dataclass
from typing import Final

SCOPE: Final = 'job=~"$job", instance=~"$instance"'
JOB_KEY: Final = "project, job_id"
"""What rules group and join by: a name changes, an id does not."""
JOB_LABELS: Final = "project, job_id, job_name"


@dataclass(frozen=True)
class Query:
    """One target of a panel."""

    expr: str
    legend: str = ""
    instant: bool = False
    table: bool = False
    heatmap: bool = False


def over_time(expr: str, legend: str = "") -> Query:
    """A query evaluated over the whole time range."""
    return Query(expr, legend)


def now(expr: str, legend: str = "") -> Query:
    """A query evaluated at the end of the time range."""
    return Query(expr, legend, instant=True)


def rows(expr: str) -> Query:
    """A query evaluated at the end of the time range, its labels as table columns."""
    return Query(expr, instant=True, table=True)


def buckets(expr: str) -> Query:
    """A query for histogram buckets, one series per `le`."""
    return Query(expr, "{{le}}", heatmap=True)


def select(metric: str, *matchers: str, ago: str = "", over: str = "") -> str:
    """A selector within the scrape jobs and instances chosen."""
    window = f"[{over}]" if over else ""
    offset = f" offset {ago}" if ago else ""
    return f"{metric}{{{', '.join((SCOPE, *matchers))}}}{window}{offset}"


def recorded(name: str, *matchers: str) -> str:
    """A selector of a series that the rules record: it has no scrape job or instance any more."""
    return f"{name}{{{', '.join(matchers)}}}"


def best(metric: str, *matchers: str, by: str) -> str:
    """The largest value per group: the same with one replica and with two."""
    return f"max by ({by}) ({select(metric, *matchers)})"


def status_of(*matchers: str) -> str:
    """One row per job with its status and phase as labels, even while two replicas disagree for a moment."""
    return f"topk by ({JOB_KEY}) (1, {best('drs_job_status', *matchers, by=f'{JOB_KEY}, phase, status')})"


def with_status(expr: str, *matchers: str) -> str:
    """Add each job's status and phase as labels."""
    return f"({expr}) * on ({JOB_KEY}) group_left (phase, status) {status_of(*matchers)}"


def with_info(expr: str, label: str, *matchers: str) -> str:
    """Add one label of the job's info metric; replicas and shards do no harm."""
    info = best("drs_job_info", *matchers, by=f"{JOB_KEY}, {label}")
    return f"({expr}) * on ({JOB_KEY}) group_left ({label}) {info}"


def counted(expr: str) -> str:
    """How many rows there are; 0 for none as long as the exporter is scraped at all, and nothing without it.

    Without the 0, a panel that shows the last value there was would go on showing it after the last row has gone.
    """
    return f"count({expr}) or on () count({select('drs_up')}) * 0"


def while_scraped(expr: str) -> str:
    """Nothing once the exporter is gone: of a stretch of time something would be left for as long as that."""
    return f"{expr} and on () count({select('drs_up')})"


def age(metric: str, *matchers: str, by: str) -> str:
    """Seconds since the time a metric holds."""
    return f"time() - {best(metric, *matchers, by=by)}"


def labelled(expr: str, label: str, value: str) -> str:
    """The same with one more label of a fixed value."""
    return f'label_replace({expr}, "{label}", "{value}", "", "")'


def or_named(expr: str, label: str, name: str, value: int = 0) -> str:
    """The rows; where there is none, one of that value that says so by its label."""
    return first_of(expr, labelled(f"vector({value})", label, name))


def first_of(*exprs: str) -> str:
    """The rows of the first of these that has any."""
    return "\nor on () ".join(exprs)


def any_of(*exprs: str) -> str:
    """The union; of two rows with the same labels the earlier stays."""
    return "\nor ".join(exprs)
