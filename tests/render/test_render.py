"""Rendering says to the byte what the client library would, however it got there."""

from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.utils import floatToGoString

from drs_exporter.render import ProjectRenderer, page_of
from drs_exporter.render.lines import Lines, number
from drs_exporter.snapshot import Job, JobState, Progress, Project, Thresholds
from drs_exporter.status import Phase
from tests.render.oracle import Oracle
from tests.render.strategies import JOBS, NUMBERS, PROJECTS, histories


def page(renderer: ProjectRenderer, project: Project) -> bytes:
    """The plain page of one project."""
    return b"".join(page_of([renderer.render(project)]))


SOME = settings(max_examples=50)


@SOME
@given(PROJECTS)
def test_any_snapshot_is_rendered_as_the_client_library_would_in_both_formats(project: Project) -> None:
    ours = page(ProjectRenderer(project.name), project)
    assert ours == Oracle([project]).text()
    assert ours == Oracle([project]).openmetrics()


@SOME
@given(histories())
def test_a_page_changed_in_place_equals_one_rendered_anew(history: list[tuple[Job, ...]]) -> None:
    """Whatever came, went, changed or was renamed since."""
    renderer = ProjectRenderer("p")
    for jobs in history:
        project = Project(name="p", jobs=jobs)
        assert page(renderer, project) == page(ProjectRenderer("p"), project)


@SOME
@given(st.lists(JOBS, min_size=2, max_size=5, unique_by=lambda job: job.id), st.randoms())
def test_records_in_another_order_are_rendered_in_that_order(jobs: list[Job], random: Random) -> None:
    renderer = ProjectRenderer("p")
    page(renderer, Project(name="p", jobs=tuple(jobs)))
    random.shuffle(jobs)
    project = Project(name="p", jobs=tuple(jobs))
    assert page(renderer, project) == page(ProjectRenderer("p"), project)


def test_only_parts_that_are_other_objects_are_rendered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[object] = []
    held = Lines.held

    def noted(lines: Lines[Any], record: object) -> bytes:
        rendered.append(record)
        return held(lines, record)

    monkeypatch.setattr(Lines, "held", noted)
    renderer, state = ProjectRenderer("p"), JobState("PAUSING", Phase.PAUSED)
    job = Job(id="a", name="n", state=state, progress=Progress(ratio=0.5), thresholds=Thresholds(delay=1.0))
    renderer.render(Project(name="p", jobs=(job,)))
    rendered.clear()
    renderer.render(Project(name="p", jobs=(job,)))
    assert job not in rendered
    changed = msgspec.structs.replace(job, progress=Progress(ratio=0.75))
    renderer.render(Project(name="p", jobs=(changed,)))
    assert changed.progress in rendered
    assert job.state not in rendered
    assert job.thresholds not in rendered


@SOME
@given(PROJECTS)
def test_series_are_counted(project: Project) -> None:
    lines = ProjectRenderer(project.name).render(project)
    assert lines.series == sum(line.count(b"\n") for line in lines)


def test_a_project_without_a_listing_has_no_job_and_no_count() -> None:
    text = page(ProjectRenderer("p"), Project(name="p")).decode()
    assert 'drs_up{project="p"} 0.0\n' in text
    assert "drs_job" not in text


def written(value: float) -> str:
    """As the client library writes it, at the end of a line."""
    return f"{floatToGoString(value)}\n"  # type: ignore[no-untyped-call]


@given(NUMBERS)
def test_numbers_are_written_as_the_client_library_writes_them(value: float) -> None:
    assert number(value).decode() == written(value)


@settings(max_examples=500)
@given(st.floats(min_value=1e5, max_value=1e17) | st.integers(0, 10**18).map(float))
def test_numbers_around_the_change_to_exponents_are_written_alike(value: float) -> None:
    assert number(value).decode() == written(value)


@pytest.mark.parametrize("value", [True, False, 0, 7, 10**6, 10**15])
def test_whole_numbers_are_written_as_floats(value: int) -> None:
    assert number(value).decode() == written(value)
