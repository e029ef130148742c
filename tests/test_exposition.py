"""Pages: order, narrowing, one gzip member, and an end that is at most a second old."""

import asyncio
import gzip
import zlib
from collections.abc import Collection, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drs_exporter.exposition import Exposition
from drs_exporter.render import Chunk, ProjectRenderer
from drs_exporter.snapshot import Job, Project, State
from drs_exporter.status import Phase
from tests.cloud.doubles import FakeClock
from tests.render.oracle import Oracle
from tests.render.strategies import PROJECTS


class CountedTail:
    """The end of a page: how often it was rendered, and for whom."""

    def __init__(self) -> None:
        self.renders = 0

    def render(self, *, projects: Collection[str] | None, process_wide: bool, openmetrics: bool) -> bytes:
        self.renders += 1
        names = "all" if projects is None else ",".join(projects)
        return f"# tail {self.renders} of {names} {process_wide=} {openmetrics=}\n".encode()


class Fixed:
    """An end that never changes."""

    def render(self, *, projects: Collection[str] | None, process_wide: bool, openmetrics: bool) -> bytes:
        del projects, process_wide
        return b"tail 1\n# EOF\n" if openmetrics else b"tail 1\n"


def snapshot(name: str, *job_ids: str, status: str = "PAUSING") -> Project:
    """A project with these jobs."""
    jobs = tuple(Job(id=job_id, name=f"n-{job_id}", state=State(status, Phase.PAUSED)) for job_id in job_ids)
    return Project(name=name, jobs=jobs, up=True)


def chunks(project: Project) -> tuple[Chunk, ...]:
    """The project, rendered."""
    return ProjectRenderer(project.name).render(project)


async def exposition_of(
    *projects: Project, tail: CountedTail | None = None, clock: FakeClock | None = None
) -> Exposition:
    """An exposition that these were published to."""
    exposition = Exposition(tail or Fixed(), clock or FakeClock())
    await exposition.arrange([project.name for project in projects])
    for project in projects:
        await exposition.publish(project.name, chunks(project))
    return exposition


def page(
    exposition: Exposition,
    *,
    projects: Sequence[str] | None = None,
    process_wide: bool = True,
    jobs: bool = True,
    openmetrics: bool = False,
    compressed: bool = False,
) -> bytes:
    """The whole page."""
    buffers = exposition.page(
        projects=projects, process_wide=process_wide, jobs=jobs, openmetrics=openmetrics, gzip=compressed
    )
    return b"".join(buffers)


async def test_families_are_not_interleaved_whatever_order_projects_are_published_in() -> None:
    """The order is family, project as configured, job by id."""
    exposition = Exposition(Fixed(), FakeClock())
    await exposition.arrange(["zeta", "alpha"])
    first, second = snapshot("zeta", "b", "c"), snapshot("alpha", "a", "d")
    await exposition.publish("alpha", chunks(second))
    await exposition.publish("zeta", chunks(first))
    assert page(exposition) == Oracle([first, second]).text() + b"tail 1\n"
    assert page(exposition, openmetrics=True) == Oracle([first, second]).openmetrics() + b"tail 1\n# EOF\n"


@settings(max_examples=25, deadline=None)
@given(st.lists(PROJECTS, max_size=3, unique_by=lambda project: project.name))
def test_several_projects_make_the_page_the_client_library_would(projects: list[Project]) -> None:
    async def run() -> tuple[bytes, bytes]:
        exposition = await exposition_of(*projects)
        return page(exposition), page(exposition, compressed=True)

    plain, compressed = asyncio.run(run())
    assert plain == Oracle(projects).text() + b"tail 1\n"
    assert gzip.decompress(compressed) == plain


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sets(st.sampled_from("abc")), max_size=5))
def test_pages_stay_right_while_large_families_share_the_bytes_of_a_page(polls: list[set[str]]) -> None:
    """Held once, deflated, within the page that was put together last."""

    async def run() -> None:
        renderers = {name: ProjectRenderer(name) for name in "pq"}
        exposition = Exposition(Fixed(), FakeClock())
        await exposition.arrange(list(renderers))
        projects = {name: snapshot(name) for name in renderers}
        for name, project in projects.items():
            await exposition.publish(name, renderers[name].render(project))
        for turn, jobs in enumerate(polls):
            name = "pq"[turn % 2]
            projects[name] = snapshot(name, *sorted(jobs), status="PAUSING" if turn % 3 else "INCRE_TRANSFER_STARTED")
            await exposition.publish(name, renderers[name].render(projects[name]))
            assert page(exposition) == Oracle(list(projects.values())).text() + b"tail 1\n"
            assert gzip.decompress(page(exposition, compressed=True)) == page(exposition)
            assert page(exposition, projects=["q"]) == Oracle([projects["q"]]).text() + b"tail 1\n"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("drs_exporter.render.chunk._LARGE", 1)
        asyncio.run(run())


async def test_a_compressed_page_is_one_gzip_member_and_nothing_after_it() -> None:
    exposition = await exposition_of(snapshot("p", *map(str, range(300))), snapshot("q", "x"))
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    plain = inflate.decompress(page(exposition, compressed=True))
    assert inflate.eof
    assert inflate.unused_data == b""
    assert plain == page(exposition)


@pytest.mark.parametrize(
    ("asked", "jobs_of"), [(["q"], ["q"]), (["r", "p"], ["p", "r"]), (["p", "q", "r"], ["p", "q", "r"])]
)
@pytest.mark.parametrize("compressed", [False, True])
async def test_a_page_is_narrowed_to_the_projects_asked_for_in_configured_order(
    asked: list[str], jobs_of: list[str], compressed: bool
) -> None:
    projects = {name: snapshot(name, f"job-of-{name}") for name in "pqr"}
    exposition = await exposition_of(*projects.values(), tail=CountedTail())
    got = page(exposition, projects=asked, compressed=compressed)
    tail = f"# tail 1 of {','.join(jobs_of)} process_wide=True openmetrics=False\n".encode()
    assert (gzip.decompress(got) if compressed else got) == Oracle([projects[name] for name in jobs_of]).text() + tail


async def test_a_narrowed_page_follows_what_is_published() -> None:
    exposition = await exposition_of(snapshot("p", "a"), snapshot("q", "b"))
    assert b'job_id="c"' not in page(exposition, projects=["q"])
    await exposition.publish("q", chunks(snapshot("q", "c")))
    assert b'job_id="c"' in page(exposition, projects=["q"])
    assert b'job_id="b"' not in page(exposition, projects=["q"])


async def test_a_page_without_projects_is_only_its_end() -> None:
    exposition = await exposition_of(snapshot("p", "a"), tail=CountedTail())
    got = page(exposition, jobs=False)
    assert got == b"# tail 1 of  process_wide=True openmetrics=False\n"
    assert gzip.decompress(page(exposition, jobs=False, compressed=True)).startswith(b"# tail 2")


async def test_the_end_of_a_page_is_rendered_once_a_second_however_many_scrapes_come() -> None:
    tail, clock = CountedTail(), FakeClock()
    exposition = await exposition_of(snapshot("p", "a"), tail=tail, clock=clock)
    first = page(exposition)
    clock.pass_(0.999)
    assert page(exposition) == first
    assert tail.renders == 1
    clock.pass_(0.001)
    assert page(exposition) != first
    assert tail.renders == 2


async def test_a_published_snapshot_is_on_the_very_next_page() -> None:
    exposition = await exposition_of(snapshot("p", "a"), tail=CountedTail())
    assert b'job_id="a"' in page(exposition)
    await exposition.publish("p", chunks(snapshot("p", "b")))
    assert b'job_id="b"' in page(exposition)
    assert b'job_id="a"' not in page(exposition)


async def test_scrapes_of_many_kinds_do_not_keep_their_pages_for_ever() -> None:
    projects = [snapshot(f"p{number}", "a") for number in range(100)]
    exposition = await exposition_of(*projects)
    for project in projects:
        page(exposition, projects=[project.name])
    assert len(exposition._pages) <= 64


async def test_of_publications_at_the_same_time_none_is_lost() -> None:
    names = [f"p{number}" for number in range(12)]
    exposition = Exposition(Fixed(), FakeClock())
    await exposition.arrange(names)
    projects: Mapping[str, Project] = {name: snapshot(name, "a", "b") for name in names}
    await asyncio.gather(*(exposition.publish(name, chunks(project)) for name, project in projects.items()))
    assert page(exposition) == Oracle(list(projects.values())).text() + b"tail 1\n"


async def test_scrapers_see_a_whole_page_of_before_or_after_a_publication() -> None:
    """Whatever is read while a page is put together in a thread."""
    one, other = snapshot("p", *map(str, range(2000))), snapshot("p", *map(str, range(2000)), status="FAILED")
    exposition = await exposition_of(one)
    whole = {page(exposition), Oracle([other]).text() + b"tail 1\n"}
    publishing = asyncio.create_task(exposition.publish("p", chunks(other)))
    while not publishing.done():
        assert page(exposition) in whole
        await asyncio.sleep(0)
    assert page(exposition) == Oracle([other]).text() + b"tail 1\n"


async def test_a_project_that_is_arranged_no_more_is_gone_at_once() -> None:
    exposition = await exposition_of(snapshot("p", "a"), snapshot("q", "b"))
    await exposition.arrange(["q"])
    assert b'project="p"' not in page(exposition)
    await exposition.publish("p", chunks(snapshot("p", "a")))
    assert b'project="p"' not in page(exposition)


async def test_the_body_alone_is_the_page_without_its_end() -> None:
    project = snapshot("p", "a")
    exposition = await exposition_of(project)
    assert exposition.body() == Oracle([project]).text()
