"""The documentation tells of every value of the label `operation` which call it is."""

import inspect
import re
from collections import defaultdict
from pathlib import Path
from typing import Final

from drs_exporter.drs.client import OPERATIONS, DrsClient

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
CALLS: Final = {
    operation: " ".join((inspect.getdoc(getattr(DrsClient, operation)) or "").split()[:2]).rstrip(":.,")
    for operation in OPERATIONS
    if operation != "sign_in"
}
"""Method and path of every operation, as its docstring begins."""


def test_the_page_of_permissions_has_every_operation_with_its_call() -> None:
    page = (DOCS / "permissions.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\|[^|]+\| `(\w+)` \| `([^`]+)` \|", page, re.MULTILINE))
    assert {operation: call for operation, call in listed.items() if not operation.startswith("ces_")} == CALLS


def test_the_page_of_metrics_names_the_operations_that_are_one_call() -> None:
    """Each is of a collector of its own; whoever looks for the service's name finds both."""
    by_call = defaultdict(set)
    for operation, call in CALLS.items():
        by_call[call].add(operation)
    page = (DOCS / "metrics.md").read_text(encoding="utf-8")
    (sentence,) = re.findall(r"^`operation` is .*?\n\n", page, re.MULTILINE | re.DOTALL)
    for call, operations in by_call.items():
        if len(operations) > 1:
            assert {call, *operations} <= set(re.findall(r"`([^`]+)`", sentence))
