"""The table of metrics keeps its own rules, and the golden exposition shows all of it."""

import os
import platform
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from drs_exporter import __version__
from drs_exporter.catalogue import FAMILIES, Family
from drs_exporter.job_detail import Detail
from drs_exporter.logs.tally import TALLY
from drs_exporter.render import ProjectRenderer, page_of
from drs_exporter.revision import revision
from drs_exporter.snapshot import Job, Project
from drs_exporter.telemetry import Telemetry

GOLDEN = Path(__file__).parent / "golden.txt"
GOLDEN_EXPORTER = Path(__file__).parent / "golden_exporter.txt"

each_family = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)


def exposition(project: Project) -> str:
    """The page of one project, families without samples left out."""
    return b"".join(page_of([ProjectRenderer(project.name).render(project)])).decode()


def golden(file: Path, text: str) -> str:
    """What the file holds; UPDATE_GOLDEN=1 renews it: read the difference, for names and labels are public API."""
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    return file.read_text(encoding="utf-8")


def test_the_exposition_is_the_golden_one(everything: Project) -> None:
    text = exposition(everything)
    assert text == golden(GOLDEN, text)


def test_the_exporters_own_metrics_are_the_golden_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that is counted was counted once; what depends on the machine, or ran before, is left out."""
    monkeypatch.setattr(TALLY, "lines", 0)
    telemetry = Telemetry()
    telemetry.reloaded(1608275000.0)
    project = telemetry.project("prod", ["list_jobs", "sign_in"])
    project.attempted("list_jobs", code="200", seconds=0.2)
    project.attempted("sign_in", code="201", seconds=0.2)
    project.retried("list_jobs", reason="timeout")
    project.throttled(1.5)
    project.limited("list_jobs", rate=2.5)
    project.signed_in()
    project.sign_in_failed()
    project.credential_expires(1608361400.0)
    project.unreadable({"progress": 2}, {"status": 3})
    project.rendered(series=120, seconds=0.25)
    page = telemetry.render(projects=None, process_wide=True, openmetrics=False).decode()
    page = page.replace(platform.python_version(), "PYTHON").replace(__version__, "VERSION")
    page = page.replace(revision().commit, "REVISION")
    text = "".join(line for line in page.splitlines(keepends=True) if "drs_exporter_" in line)
    assert text == golden(GOLDEN_EXPORTER, text)


def test_every_family_has_a_sample_in_the_golden_exposition() -> None:
    families = text_string_to_metric_families(GOLDEN.read_text(encoding="utf-8"))
    assert [family.name for family in families if family.samples] == [family.name for family in FAMILIES]


def test_no_series_stands_twice(everything: Project) -> None:
    series = [line.rsplit(" ", 1)[0] for line in exposition(everything).splitlines() if not line.startswith("#")]
    assert len(series) == len(set(series))


def test_labels_of_the_samples_are_those_the_catalogue_names() -> None:
    by_name = {family.name: family for family in FAMILIES}
    for parsed in text_string_to_metric_families(GOLDEN.read_text(encoding="utf-8")):
        family = by_name[parsed.name]
        for sample in parsed.samples:
            chosen = {name for name in sample.labels if family.chosen is not None and name.startswith("tag_")}
            assert set(sample.labels) == {*family.identity, *family.labels, *chosen}


def test_what_is_always_1_as_its_help_says_is_1() -> None:
    families = {family.name: family for family in FAMILIES}
    for told in text_string_to_metric_families(GOLDEN.read_text(encoding="utf-8")):
        if families[told.name].tells_by_labels:
            assert {sample.value for sample in told.samples} == {1.0}, told.name


def test_names_are_unique() -> None:
    names = [family.name for family in FAMILIES]
    assert len(names) == len(set(names))


@each_family
def test_a_family_reads_one_value_or_rows_and_not_both(family: Family[Any]) -> None:
    assert (family.value is None) != (family.rows is None)
    assert family.rows is not None or not family.labels


@each_family
def test_help_is_one_sentence_that_reads_the_same_in_both_formats(family: Family[Any]) -> None:
    assert family.help.endswith(".")
    assert not set("\"'\\\n") & set(family.help)


@each_family
def test_names_carry_base_units_and_no_counter_suffix(family: Family[Any]) -> None:
    assert not family.name.endswith(("_total", "_milliseconds", "_percent", "_count", "_sum", "_bucket"))
    if "timestamp" in family.name:
        assert family.name.endswith("_timestamp_seconds")


def test_what_is_not_known_has_no_series() -> None:
    """Nothing but the job's existence is known, and nothing else is exported: no 0, no -1, no NaN."""
    bare = Project(name="prod", jobs=(Job(id="a", name="a", detail=Detail()),))
    assert exposition(bare).splitlines()[1::3] == [
        "# TYPE drs_up gauge",
        "# TYPE drs_project_info gauge",
    ]


def test_a_project_that_was_never_read_is_down_and_has_no_count_of_jobs() -> None:
    text = exposition(Project(name="prod"))
    assert 'drs_up{project="prod"} 0.0' in text
    assert "drs_jobs" not in text
