"""Expressions about the one job chosen."""

from typing import Final

from grafana.queries import best, labelled, select

PROJECT: Final = 'project=~"$project"'
ID: Final = 'job_id="$job_id"'


def of_job(metric: str, *matchers: str, by: str = "job_id") -> str:
    """A metric of the job, one row per group."""
    return best(metric, PROJECT, ID, *matchers, by=by)


def raw(metric: str, *matchers: str, over: str = "") -> str:
    """The job's series as they are, over a window if one is given."""
    return select(metric, PROJECT, ID, *matchers, over=over)


def named(metric: str, label: str, value: str) -> str:
    """A metric of the job with a word for it as the only label."""
    return f"max by ({label}) ({labelled(raw(metric), label, value)})"
