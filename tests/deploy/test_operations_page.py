"""docs/operations.md says what the code does: log events with level and keys, paths, what a reload refuses, limits."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from drs_exporter.cli import advice
from drs_exporter.settings.load import NEEDS_RESTART
from drs_exporter.settings.table import TABLE
from drs_exporter.web import lifecycle, server
from drs_exporter.web.dispatch import JOB_PATH
from tests.deploy.blocks import rows
from tests.deploy.manifests import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
LEVELS = {"debug", "info", "warning", "error", "critical"}
BOUND = {
    "poll/standing.py": {"project", "collector"},
}
"""Keys that a logger carries along."""


def calls() -> Iterator[tuple[str, str, set[str]]]:
    """Event, level and keys of every call that logs."""
    package = ROOT / "drs_exporter"
    for file in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS):
                continue
            if not (node.args and isinstance(node.args[0], ast.Constant) and _is_event(node.args[0].value)):
                continue
            keys = {keyword.arg for keyword in node.keywords if keyword.arg}
            bound = BOUND.get(str(file.relative_to(package)), set())
            yield (
                str(node.args[0].value),
                node.func.attr,
                {"exception" if key == "exc_info" else key for key in keys | bound},
            )


def _is_event(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[a-z_]+\.[a-z_]+", value) is not None


def test_every_event_stands_there_with_its_level_and_keys() -> None:
    said = {
        event.strip("`"): (level, set(re.findall(r"`(\w+)`", keys)))
        for event, level, _, keys, _ in rows("operations.md", "## Log")
    }
    assert said == {event: (level, keys) for event, level, keys in calls()}


def test_what_a_logger_carries_along_is_what_it_is_bound_to() -> None:
    for path, keys in BOUND.items():
        text = (ROOT / "drs_exporter" / path).read_text(encoding="utf-8")
        (bound,) = re.findall(r"log\.bind\((.*?)\)", text)
        assert set(re.findall(r"(\w+)=", bound)) == keys


def test_every_path_stands_there() -> None:
    named = {path.strip("`") for path, _, _ in rows("operations.md", "## HTTP")}
    source = "".join(Path(str(module.__file__)).read_text(encoding="utf-8") for module in (server, lifecycle))
    served = set(re.findall(r'"(/[a-z/-]*)": Route', source)) | {
        "/",
        f"{JOB_PATH}PROJECT/JOB_ID",
        next(row.default for row in TABLE if row.name == "web_telemetry_path"),
    }
    assert named == served


def test_what_a_reload_refuses_stands_there() -> None:
    paragraph = PAGE.split("What is fixed at the start")[1].split("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", paragraph)) == set(NEEDS_RESTART)


@pytest.mark.parametrize("said", [cells[0] for cells in rows("operations.md", "## What `check` says, and what to do")])
def test_what_check_says_is_what_it_says(said: str) -> None:
    """Every phrase of the table is in the advice, gaps left open."""
    folder = Path(advice.__file__).parent
    source = "".join((folder / f"{name}.py").read_text(encoding="utf-8") for name in ("advice", "trial", "check"))
    parts = [part.strip(" ,;") for part in said.split("…") if part.strip(" ,;")]
    assert all(part in source for part in parts)


def test_limits_are_the_defaults() -> None:
    text = " ".join(" ".join(cells) for cells in rows("operations.md", "## Limits"))
    for row in TABLE:
        if found := re.search(rf"`{row.name}` (\d+)", text):
            assert found[1] == row.default.removesuffix("s")
    for name in ("max_requests_per_second", "max_concurrency", "web_max_requests", "request_timeout"):
        assert f"`{name}` " in text
