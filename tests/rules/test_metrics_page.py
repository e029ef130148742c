"""The query that the page of metrics recommends does what the page says of it."""

import re
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.rules.promtool import check

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "metrics.md"
ERRORS: Final = 'drs_exporter_parse_errors_total{project="prod",field="id"}'


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
