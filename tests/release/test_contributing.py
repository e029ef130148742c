"""CONTRIBUTING.md walks the code as it is, and the walks are short."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "drs_exporter"
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
WALKS = {
    title: re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)
    for title, _, section in (part.partition("\n") for part in PAGE.split("\n## "))
    if title.startswith("Add ")
}


def naming(words: str) -> set[str]:
    """Files of the package, the simulated cloud left out, in which one of these words stands."""
    return {
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("*.py")
        if "simulator" not in path.parts and re.search(rf"\b(?:{words})\b", path.read_text(encoding="utf-8"))
    }


def test_every_kind_of_addition_is_walked_through() -> None:
    assert set(WALKS) == {"Add a metric", "Add a collector", "Add a setting", "Add an alert", "Add a panel"}


@pytest.mark.parametrize("walk", WALKS)
def test_every_file_of_a_walk_is_there(walk: str) -> None:
    assert WALKS[walk]
    assert [name for name in WALKS[walk] if not (ROOT / name).is_file()] == []


def test_a_metric_is_in_four_files_of_the_package() -> None:
    """Those where the example's field and family are named, and the record between them."""
    named = naming("process_time: Scalar|raw.process_time|drs_job_progress_updated_timestamp_seconds")
    assert named | {"drs_exporter/snapshot.py"} == set(WALKS["Add a metric"])
    assert len(WALKS["Add a metric"]) == 4


def test_a_collector_is_in_the_files_that_are_walked_through() -> None:
    """Settings name it as an example, and need not."""
    named = naming("quotas|Quota|Quotas|QUOTAS") - {"drs_exporter/settings/values.py"}
    assert named == set(WALKS["Add a collector"])
    assert len(WALKS["Add a collector"]) <= 8


@pytest.mark.parametrize(
    ("walk", "name"),
    [
        ("Add a setting", "hold_time"),
        ("Add an alert", "DRSQuotaNearlyUsed"),
        ("Add a panel", "worst_delays"),
    ],
)
def test_the_example_stands_where_the_walk_says(walk: str, name: str) -> None:
    found = [path for path in WALKS[walk] if name in (ROOT / path).read_text(encoding="utf-8")]
    assert len(found) >= len(WALKS[walk]) - (walk == "Add an alert")
