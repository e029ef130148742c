"""The page that documents the faults says what the tests show."""

import ast
import re
from pathlib import Path

import pytest

from tests.faults.bad_data import BAD_DATA
from tests.faults.cloud_eye import CLOUD_EYE
from tests.faults.elsewhere import ELSEWHERE, Elsewhere
from tests.faults.failures import FAILURES, UNREACHABLE
from tests.faults.special import SPECIAL
from tools import reliability_page

ROOT = Path(__file__).parents[2]


def test_the_page_is_made_from_the_records_of_these_tests() -> None:
    """Run `make generate` after a change."""
    assert (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8") == reliability_page.page()


def test_every_row_has_its_test() -> None:
    names = {
        node.name
        for file in (*Path(__file__).parent.glob("test_*.py"), ROOT / "tests" / "poll" / "test_cloud_eye.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {special.test for special in (*SPECIAL, *CLOUD_EYE)} <= names


@pytest.mark.parametrize("row", ELSEWHERE, ids=lambda row: row.fault)
def test_every_test_that_stands_elsewhere_is_there(row: Elsewhere) -> None:
    for test in row.tests:
        file, _, name = test.partition("::")
        assert re.search(rf"def {name}\(", (ROOT / "tests" / file).read_text(encoding="utf-8")), test


def test_no_fault_stands_twice_on_the_page() -> None:
    rows = [record.row() for record in (*FAILURES, *UNREACHABLE, *BAD_DATA)] + [
        special.row for special in (*SPECIAL, *CLOUD_EYE)
    ]
    assert len({row.fault for row in rows}) == len(rows)
    assert all(cell.strip() for row in rows for cell in row)
