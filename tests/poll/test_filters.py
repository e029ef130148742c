"""Filters by name that choose nothing are told."""

import re

import pytest

from drs_exporter.poll import Plan


def plan(include: str | None = None, exclude: str | None = None) -> Plan:
    compiled = [None if pattern is None else re.compile(pattern) for pattern in (include, exclude)]
    return Plan(name="prod", project_id="p", include_jobs=compiled[0], exclude_jobs=compiled[1])


@pytest.mark.parametrize(
    ("include", "exclude", "idle"),
    [
        (None, None, []),
        ("orders", None, []),
        ("order", None, ["include_jobs"]),
        ("orders", "test-.*", ["exclude_jobs"]),
        ("prod", "test", ["include_jobs", "exclude_jobs"]),
    ],
)
def test_a_filter_that_matches_no_job_is_idle(include: str | None, exclude: str | None, idle: list[str]) -> None:
    assert plan(include, exclude).idle_filters({"orders", "bills"}) == idle


def test_where_there_is_no_job_no_filter_is_idle() -> None:
    assert plan("orders").idle_filters(set()) == []
