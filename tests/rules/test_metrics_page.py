"""What the page of metrics says of counters is so, and the query that it recommends does what it says."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import yaml

from drs_exporter.telemetry import CODES, RETRY_REASONS, Telemetry
from tests.rules.promtool import check

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "metrics.md"
ERRORS: Final = 'drs_exporter_parse_errors_total{project="prod",field="id"}'


def counters(telemetry: Telemetry) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every series of every counter, by its name and the values of its labels."""
    for family in telemetry.families():
        if family.type == "counter" and family.name.startswith("drs_"):
            yield from ((sample.name, tuple(sample.labels.values())) for sample in family.samples)


def test_the_page_names_every_counter_whose_series_begin_with_what_they_count() -> None:
    """All others are there at 0, with every code and reason that the page tells."""
    page = PAGE.read_text(encoding="utf-8")
    telemetry = Telemetry()
    project = telemetry.project("prod", ["list_jobs"])
    at_first = set(counters(telemetry))
    telemetry.answered("/metrics", 200)
    telemetry.answered(None, 404)
    for code in (*CODES, "418"):
        project.attempted("list_jobs", code=code, seconds=0.1)
    for reason in RETRY_REASONS:
        project.retried("list_jobs", reason=reason)
    project.throttled(1.0)
    project.signed_in()
    project.sign_in_failed()
    project.crashed()
    project.unreadable({"progress": 1}, {"status": 1})
    at_last = set(counters(telemetry))
    assert {name for name, _ in at_last} == set(re.findall(r"^\| `(\w+)` \| counter ", page, re.MULTILINE))
    (told,) = re.findall(r"with the codes\s(.*?)\. Where nobody(.*?) What such", page, re.DOTALL)
    assert told[0].split(", ") == list(CODES)
    assert {name for name, _ in at_last - at_first} == set(re.findall(r"drs_exporter_\w+_total", told[1]))


@pytest.mark.programs
@pytest.mark.parametrize(
    ("values", "at", "counted"),
    [
        ("_x10 3x100", "40m", 3),
        ("_x10 3x20 5x100", "40m", 5),
        ("_x10 3x100", "1h20m", 0),
        ("0x90 3x100", "1h40m", 3),
        ("7x90 stale _x2 2x60", "1h40m", 2),
    ],
    ids=["in the first poll", "in two polls", "long ago", "of a field that had some before", "after a restart"],
)
def test_the_query_counts_the_first_errors_of_a_field_too(values: str, at: str, counted: int, tmp_path: Path) -> None:
    (query,) = re.findall(r"```promql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    asked = {"expr": f"sum(round({query}))", "eval_time": at, "exp_samples": [{"labels": "{}", "value": counted}]}
    test = {"interval": "1m", "input_series": [{"series": ERRORS, "values": values}], "promql_expr_test": [asked]}
    file = tmp_path / "query.yml"
    file.write_text(yaml.safe_dump({"evaluation_interval": "1m", "tests": [test]}))
    run = check([file])
    assert run.returncode == 0, run.stdout + run.stderr
