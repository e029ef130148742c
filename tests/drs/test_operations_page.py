"""The documentation tells of every value of the label `operation` which call it is."""

import inspect
import re
from collections import defaultdict
from pathlib import Path
from typing import Final

from drs_exporter.cloud.identity import list_projects
from drs_exporter.drs.client import DrsClient
from drs_exporter.poll.collectors import COLLECTORS

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"


def call_of(function: object) -> str:
    """Method and path, with which its docstring begins."""
    return " ".join((inspect.getdoc(function) or "").split()[:2]).rstrip(":.,")


CALLS: Final = {
    operation: call_of(method)
    for operation, method in vars(DrsClient).items()
    if inspect.iscoroutinefunction(method) and not operation.startswith("_") and operation != "sign_in"
}
ROWS: Final = re.findall(
    r"^\|([^|]+)\| `(\w+)` \| `([^`]+)` \|", (DOCS / "permissions.md").read_text(encoding="utf-8"), re.MULTILINE
)
"""Of the page of permissions: who calls, operation, call."""


def test_the_page_of_permissions_has_every_operation_with_its_call() -> None:
    listed = {operation: call for _, operation, call in ROWS if operation != "sign_in"}
    assert {operation: call for operation, call in listed.items() if not operation.startswith("ces_")} == CALLS


def test_the_page_of_permissions_has_every_operation_of_every_collector() -> None:
    listed = {(operation, collector) for who, operation, _ in ROWS for collector in re.findall(r"`(\w+)`", who)}
    wanted = {(operation, collector.name) for collector in COLLECTORS for operation in collector.operations}
    assert wanted <= listed


def test_the_page_of_permissions_has_the_search_of_projects() -> None:
    calls = {call: set(re.findall(r"`(\w+)`", who)) for who, operation, call in ROWS if operation == "sign_in"}
    assert calls == {call_of(list_projects): {"IAM_PROJECT", "DISCOVER_PROJECTS"}}


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
