"""A collector is one thing: its name stands in one list, its own file and the catalogue, and nowhere else."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest

import drs_exporter
from drs_exporter.poll.collector import Collector
from drs_exporter.poll.collectors import COLLECTORS
from drs_exporter.settings.values import EXAMPLE_INTERVALS
from drs_exporter.snapshot import Job, Project

PACKAGE = Path(drs_exporter.__file__).parent
MODULES = [file for file in sorted(PACKAGE.rglob("*.py")) if "simulator" not in file.parts]
"""The simulated cloud knows nothing of collectors."""

WORDS = {"jobs", "status", "progress", "details"}
"""Names of collectors that mean other things too: paths, fields and columns."""

BY_KIND = {kind.name: kind for kind in COLLECTORS}


def texts(tree: ast.AST) -> Iterator[str]:
    """Every text that the code uses, which a docstring is not."""
    told = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value.replace(EXAMPLE_INTERVALS, "")


def compared(tree: ast.AST) -> Iterator[str]:
    """Every text that something about collectors is compared with."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare | ast.Match) and "collector" in ast.unparse(node):
            yield from texts(node)


@cache
def read() -> dict[str, tuple[str, str]]:
    """By file, all its texts, and those that something about collectors is compared with."""
    trees = {str(file.relative_to(PACKAGE)): ast.parse(file.read_text(encoding="utf-8")) for file in MODULES}
    return {name: ("\n".join(texts(tree)), "\n".join(compared(tree))) for name, tree in trees.items()}


def places(name: str) -> set[str]:
    """Files in which the name of a collector stands."""
    word = re.compile(rf"\b{name}\b")
    return {file for file, (every, those) in read().items() if word.search(those if name in WORDS else every)}


def own_file(kind: type[Collector]) -> str:
    """Where a collector is."""
    return kind.__module__.removeprefix("drs_exporter.").replace(".", "/") + ".py"


@pytest.mark.parametrize("name", BY_KIND)
def test_the_name_of_a_collector_stands_in_its_file_and_in_the_catalogue_only(name: str) -> None:
    """The list names its class; a client names it where an operation or a service has the same name."""
    kind = BY_KIND[name]
    allowed = {own_file(kind)}
    if name in {*kind.operations, kind.service}:
        allowed.add(f"{kind.service}/client.py")
    assert {place for place in places(name) if not place.startswith("catalogue/")} <= allowed


def test_a_collector_that_is_shown_as_it_is_held_is_imported_by_the_list_alone() -> None:
    """Only what several operations tell of is assembled by name; collectors may look at each other's holdings."""
    for kind in COLLECTORS:
        if kind.holds and all(holding.job or holding.project for holding in kind.holds):
            users = {
                str(file.relative_to(PACKAGE))
                for file in MODULES
                if f"from {kind.__module__} import" in file.read_text(encoding="utf-8")
            }
            assert {user for user in users if not user.startswith("poll/collectors/")} == set()
            assert "poll/collectors/__init__.py" in users


def test_what_is_shown_as_it_is_held_has_its_field() -> None:
    shown = [holding for kind in COLLECTORS for holding in kind.holds]
    assert {holding.job for holding in shown} - {""} <= {field.name for field in msgspec.structs.fields(Job)}
    assert {holding.project for holding in shown} - {""} <= {field.name for field in msgspec.structs.fields(Project)}
