"""Rendering says to the byte what the client library would, however it got there."""

import zlib
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.utils import floatToGoString

from drs_exporter.catalogue import FAMILIES, JOB_FAMILIES
from drs_exporter.render import HEADERS, ProjectRenderer
from drs_exporter.render.lines import Identity, identity, label, number
from drs_exporter.render.table import Table
from drs_exporter.snapshot import Job, Progress, Project, State
from drs_exporter.status import Phase
from tests.render.oracle import Oracle
from tests.render.strategies import JOBS, NUMBERS, PROJECTS, histories


def page(renderer: ProjectRenderer, project: Project) -> bytes:
    """The plain page of one project."""
    chunks = renderer.render(project)
    return b"".join(head.plain + chunk.plain for head, chunk in zip(HEADERS, chunks, strict=True) if chunk.plain)


def identity_of(job: Job) -> Identity:
    """The labels of one job."""
    return identity(label("job_id", job.id), label("job_name", job.name), label("project", "p"))


SOME = settings(max_examples=50, deadline=None)


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
@given(histories())
def test_the_deflated_chunks_are_always_those_of_the_plain_ones(history: list[tuple[Job, ...]]) -> None:
    renderer = ProjectRenderer("p")
    for jobs in history:
        for chunk in renderer.render(Project(name="p", jobs=jobs)):
            assert zlib.decompressobj(-zlib.MAX_WBITS).decompress(chunk.deflated) == chunk.plain


@SOME
@given(histories())
def test_lines_put_by_come_back_as_they_were(history: list[tuple[Job, ...]]) -> None:
    """Families large enough are held deflated only while nothing in them changes."""
    renderer = ProjectRenderer("p")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("drs_exporter.render.chunk._LARGE", 1)
        for jobs in (jobs for jobs in history for _ in range(2)):
            project = Project(name="p", jobs=tuple(jobs))
            assert page(renderer, project) == page(ProjectRenderer("p"), project)


def test_only_lines_that_change_at_every_poll_are_held_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drs_exporter.render.chunk._LARGE", 1)
    renderer = ProjectRenderer("p")
    for delay in (1.0, 2.0, 3.0):
        job = Job(id="a", name="n", state=State("PAUSING", Phase.PAUSED), progress=Progress(delay=delay))
        chunks = renderer.render(Project(name="p", jobs=(job,)))
    plain = {
        family.name
        for family, chunk in zip(JOB_FAMILIES, chunks, strict=False)
        if chunk.length and chunk.plain is chunk.plain
    }
    assert plain == {"drs_job_incremental_delay_seconds"}


def test_lines_longer_than_two_bytes_can_tell_are_no_trouble() -> None:
    renderer = ProjectRenderer("p")
    for name, delay in (("n", 1.0), ("n" * 70_000, 2.0), ("n" * 70_000, 3.0), ("m", 3.0)):
        jobs = tuple(Job(id=job_id, name=name, progress=Progress(delay=delay)) for job_id in "ab")
        project = Project(name="p", jobs=jobs)
        assert page(renderer, project) == page(ProjectRenderer("p"), project)


@SOME
@given(st.lists(JOBS, min_size=2, max_size=5, unique_by=lambda job: job.id), st.randoms())
def test_records_in_another_order_are_rendered_in_that_order(jobs: list[Job], random: Random) -> None:
    changed, anew = (Table(JOB_FAMILIES, identity_of, named="name") for _ in range(2))
    changed.update(tuple(jobs))
    random.shuffle(jobs)
    for table in (changed, anew):
        table.update(tuple(jobs))
    assert [chunk.plain for chunk in changed.chunks] == [chunk.plain for chunk in anew.chunks]


def test_what_did_not_change_is_the_same_object() -> None:
    """Its compression is not done again."""
    renderer = ProjectRenderer("p")
    job = Job(id="a", name="n", state=State("PAUSING", Phase.PAUSED), progress=Progress(ratio=0.5, delay=1.0))
    before = renderer.render(Project(name="p", jobs=(job,)))
    later = Job(id="a", name="n", state=State("PAUSING", Phase.PAUSED), progress=Progress(ratio=0.5, delay=2.0))
    after = renderer.render(Project(name="p", jobs=(later,)))
    changed = [family.name for family, old, new in zip(FAMILIES, before, after, strict=True) if old is not new]
    assert changed == ["drs_job_incremental_delay_seconds"]


def test_a_project_without_a_listing_has_no_job_and_no_count() -> None:
    text = page(ProjectRenderer("p"), Project(name="p")).decode()
    assert 'drs_up{project="p"} 0.0\n' in text
    assert "drs_job" not in text


@settings(deadline=None)
@given(NUMBERS)
def test_numbers_are_written_as_the_client_library_writes_them(value: float) -> None:
    assert number(value) == floatToGoString(value)  # type: ignore[no-untyped-call]


@settings(max_examples=500, deadline=None)
@given(st.floats(min_value=1e5, max_value=1e17) | st.integers(0, 10**18).map(float))
def test_numbers_around_the_change_to_exponents_are_written_alike(value: float) -> None:
    assert number(value) == floatToGoString(value)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("value", [True, False, 0, 7, 10**6, 10**15])
def test_whole_numbers_are_written_as_floats(value: int) -> None:
    assert number(value) == floatToGoString(value)  # type: ignore[no-untyped-call]
