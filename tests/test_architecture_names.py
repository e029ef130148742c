"""What imports what, and that each name stands for one thing."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import drs_exporter

PACKAGE = Path(drs_exporter.__file__).parent
APART = ("wire", "simulator")
"""Transcripts of the API have its names, and the simulated cloud knows nothing of ours."""


def modules() -> dict[str, ast.Module]:
    """Every module of the package, by its name."""
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = [PACKAGE.name, *file.relative_to(PACKAGE).with_suffix("").parts]
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(file.read_text(encoding="utf-8"))
    return found


def imported(tree: ast.AST) -> Iterator[str]:
    """Modules, and what is taken out of them, that are needed when this one is run."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        else:
            yield from imported(node)


def test_no_import_goes_round_in_a_circle() -> None:
    every = modules()
    graph = {
        name: {
            other for other in imported(tree) if other in every and other != name and not name.startswith(f"{other}.")
        }
        for name, tree in every.items()
    }
    TopologicalSorter(graph).prepare()


def test_no_two_public_classes_have_one_name() -> None:
    places = defaultdict(list)
    for name, tree in modules().items():
        if not set(APART).intersection(name.split(".")):
            for node in tree.body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    places[node.name].append(name)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
