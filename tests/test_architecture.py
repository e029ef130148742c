"""The shape of the code: a module imports only from rows below its own, and the docs name every log event."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "drs_exporter"
DOCS = PACKAGE.parent / "docs"

ROWS: tuple[tuple[str, ...], ...] = (
    ("__main__",),
    ("cli",),
    ("app",),
    ("watches",),
    ("watch", "discovery"),
    ("connect",),
    ("credentials",),
    ("web",),
    ("exposition",),
    ("telemetry",),
    ("overview", "history", "words"),
    ("cutover",),
    ("poll",),
    ("render",),
    ("catalogue",),
    ("parse",),
    ("drs", "cloud_eye"),
    ("cloud",),
    ("snapshot",),
    ("job_detail",),
    ("settings", "logs"),
    ("secret",),
    ("status", "clock", "process", "encodings", "regular", "revision", "service_manager", "origin", "addresses"),
    ("errors",),
)
"""From the top of the table in docs/architecture.md to its bottom; parts of one row do not import each other."""

BELOW_ALL = {"drs_exporter", "drs_exporter.origin"}
"""The version, and where the project is at home, belong to everybody."""

MODULES = sorted(PACKAGE.rglob("*.py"))
LIMIT = 300


def imports(file: Path) -> Iterator[str]:
    """Every module of the package that a file imports."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def row(part: str) -> int:
    """How far down a part stands."""
    return next(place for place, parts in enumerate(ROWS) if part in parts)


def part_of(file: Path) -> str:
    """The part a file belongs to."""
    relative = file.relative_to(PACKAGE)
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_module_imports_only_from_rows_below_its_own(file: Path) -> None:
    part = part_of(file)
    if part in {"__init__", "origin", "simulator"}:
        return
    for module in imports(file):
        if not module.startswith("drs_exporter") or module in BELOW_ALL:
            continue
        other = module.split(".")[1]
        if other == part or (other == "simulator" and part == "cli"):
            continue
        assert row(other) > row(part), f"{file.name} of {part} imports {module}"


def test_the_simulated_cloud_knows_nothing_of_the_exporter() -> None:
    """Or the exporter could agree with it by sharing its mistakes; it knows the status words only."""
    known = {module for file in (PACKAGE / "simulator").glob("*.py") for module in imports(file)}
    outside = {
        module
        for module in known
        if module.startswith("drs_exporter.") and not module.startswith("drs_exporter.simulator")
    }
    assert outside <= {"drs_exporter.status"}


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_file_is_one_subject(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= LIMIT
    assert file.stem not in {"utils", "helpers", "common", "misc", "base"}


def test_everything_is_caught_in_one_place_only() -> None:
    """One project's bug never ends another's watch; elsewhere what was not foreseen ends the process."""
    caught = re.compile(r"except (Exception|BaseException)\b|except:")
    found = [
        str(file.relative_to(PACKAGE)) for file in MODULES for _ in caught.findall(file.read_text(encoding="utf-8"))
    ]
    assert found == ["poll/pace.py"]


def test_every_log_event_is_documented() -> None:
    events = {
        event
        for file in MODULES
        for event in re.findall(
            r"\blog\.(?:debug|info|warning|error|exception|critical)\(\s*\"([^\"]+)\"", file.read_text(encoding="utf-8")
        )
    }
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", event) for event in events)
    page = (DOCS / "operations.md").read_text(encoding="utf-8")
    assert {event for event in events if f"`{event}`" not in page} == set()


def test_no_link_in_the_docs_is_broken() -> None:
    pages = [*DOCS.rglob("*.md"), DOCS.parent / "README.md", DOCS.parent / "CHANGELOG.md"]
    broken = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
