"""Pages: order, narrowing, encodings made once a poll, and an end that is at most a second old."""

import asyncio
import gzip
import sys
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drs_exporter.encodings import ENCODINGS, Body
from drs_exporter.exposition import Exposition
from drs_exporter.render import ProjectLines, ProjectRenderer
from drs_exporter.snapshot import Job, JobState, Project
from drs_exporter.status import Phase
from tests.cloud.doubles import FakeClock
from tests.render.oracle import Oracle
from tests.render.strategies import PROJECTS

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


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
    jobs = tuple(Job(id=job_id, name=f"n-{job_id}", state=JobState(status, Phase.PAUSED)) for job_id in job_ids)
    return Project(name=name, jobs=jobs, up=True)


def lines(project: Project) -> ProjectLines:
    """The project, rendered."""
    return ProjectRenderer(project.name).render(project)


async def exposition_of(
    *projects: Project, tail: CountedTail | None = None, clock: FakeClock | None = None
) -> Exposition:
    """An exposition that these were published to."""
    exposition = Exposition((tail or Fixed()).render, clock or FakeClock())
    await exposition.arrange([project.name for project in projects])
    for project in projects:
        await exposition.publish(project.name, lines(project))
    return exposition


async def page(
    exposition: Exposition,
    *,
    projects: Sequence[str] | None = None,
    process_wide: bool = True,
    jobs: bool = True,
    openmetrics: bool = False,
    encoding: str = "identity",
) -> bytes:
    """The whole page."""
    buffers = await exposition.page(
        projects=projects, process_wide=process_wide, jobs=jobs, openmetrics=openmetrics, encoding=encoding
    )
    return b"".join(buffers)


def decoded(page: bytes, encoding: str) -> bytes:
    """The page as its reader sees it."""
    match encoding:
        case "gzip":
            return gzip.decompress(page)
        case "zstd":
            return zstd.decompress(page)
        case _:
            return page


def _noted(made: list[str], name: str, encode: Callable[[Iterable[bytes]], Body], pieces: Iterable[bytes]) -> Body:
    """Encode, and note that it was done."""
    made.append(name)
    return encode(pieces)


async def test_families_are_not_interleaved_whatever_order_projects_are_published_in() -> None:
    """The order is family, project as configured, job by id."""
    exposition = Exposition(Fixed().render, FakeClock())
    await exposition.arrange(["zeta", "alpha"])
    first, second = snapshot("zeta", "b", "c"), snapshot("alpha", "a", "d")
    await exposition.publish("alpha", lines(second))
    await exposition.publish("zeta", lines(first))
    assert await page(exposition) == Oracle([first, second]).text() + b"tail 1\n"
    assert await page(exposition, openmetrics=True) == Oracle([first, second]).openmetrics() + b"tail 1\n# EOF\n"


@settings(max_examples=25)
@given(st.lists(PROJECTS, max_size=3, unique_by=lambda project: project.name))
def test_several_projects_make_the_page_the_client_library_would(projects: list[Project]) -> None:
    async def run() -> list[bytes]:
        exposition = await exposition_of(*projects)
        return [decoded(await page(exposition, encoding=encoding), encoding) for encoding in ENCODINGS]

    plain = Oracle(projects).text() + b"tail 1\n"
    assert asyncio.run(run()) == [plain] * len(ENCODINGS)


async def test_a_compressed_page_is_one_gzip_member_and_nothing_after_it() -> None:
    exposition = await exposition_of(snapshot("p", *map(str, range(300))), snapshot("q", "x"))
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    plain = inflate.decompress(await page(exposition, encoding="gzip"))
    assert inflate.eof
    assert inflate.unused_data == b""
    assert plain == await page(exposition)


@pytest.mark.parametrize(
    ("asked", "jobs_of"), [(["q"], ["q"]), (["r", "p"], ["p", "r"]), (["p", "q", "r"], ["p", "q", "r"])]
)
@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_a_page_is_narrowed_to_the_projects_asked_for_in_configured_order(
    asked: list[str], jobs_of: list[str], encoding: str
) -> None:
    projects = {name: snapshot(name, f"job-of-{name}") for name in "pqr"}
    exposition = await exposition_of(*projects.values(), tail=CountedTail())
    got = await page(exposition, projects=asked, encoding=encoding)
    tail = f"# tail 1 of {','.join(jobs_of)} process_wide=True openmetrics=False\n".encode()
    assert decoded(got, encoding) == Oracle([projects[name] for name in jobs_of]).text() + tail


async def test_a_narrowed_page_follows_what_is_published() -> None:
    exposition = await exposition_of(snapshot("p", "a"), snapshot("q", "b"))
    assert b'job_id="c"' not in await page(exposition, projects=["q"])
    await exposition.publish("q", lines(snapshot("q", "c")))
    assert b'job_id="c"' in await page(exposition, projects=["q"])
    assert b'job_id="b"' not in await page(exposition, projects=["q"])


async def test_a_page_without_projects_is_only_its_end() -> None:
    exposition = await exposition_of(snapshot("p", "a"), tail=CountedTail())
    got = await page(exposition, jobs=False)
    assert got == b"# tail 1 of  process_wide=True openmetrics=False\n"
    assert gzip.decompress(await page(exposition, jobs=False, encoding="gzip")).startswith(b"# tail 2")


async def test_the_end_of_a_page_is_rendered_once_a_second_however_many_scrapes_come() -> None:
    tail, clock = CountedTail(), FakeClock()
    exposition = await exposition_of(snapshot("p", "a"), tail=tail, clock=clock)
    first = await page(exposition)
    clock.pass_(0.999)
    assert await page(exposition) == first
    assert tail.renders == 1
    clock.pass_(0.001)
    assert await page(exposition) != first
    assert tail.renders == 2


async def test_a_published_snapshot_is_on_the_very_next_page() -> None:
    exposition = await exposition_of(snapshot("p", "a"), tail=CountedTail())
    assert b'job_id="a"' in await page(exposition)
    await exposition.publish("p", lines(snapshot("p", "b")))
    assert b'job_id="b"' in await page(exposition)
    assert b'job_id="a"' not in await page(exposition)


async def test_a_page_is_encoded_once_a_poll_and_only_as_somebody_asked_or_a_prometheus_will(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []
    for name, encode in tuple(ENCODINGS.items()):
        monkeypatch.setitem(ENCODINGS, name, partial(_noted, made, name, encode))
    exposition = await exposition_of(snapshot("p", "a"))
    assert set(made) == {"gzip"}
    made.clear()
    for _ in range(3):
        await page(exposition, encoding="gzip")
        await page(exposition, encoding="zstd", openmetrics=True)
    assert made == ["zstd"]
    made.clear()
    await exposition.publish("p", lines(snapshot("p", "b")))
    assert sorted(made) == ["gzip", "zstd"]
    await page(exposition, encoding="gzip")
    assert len(made) == 2


async def test_an_encoding_that_nobody_asks_for_any_more_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FakeClock()
    exposition = await exposition_of(snapshot("p", "a"), clock=clock)
    await page(exposition, encoding="gzip")
    clock.pass_(299)
    await exposition.publish("p", lines(snapshot("p", "b")))
    made: list[str] = []
    monkeypatch.setitem(ENCODINGS, "gzip", partial(_noted, made, "gzip", ENCODINGS["gzip"]))
    clock.pass_(1)
    await exposition.publish("p", lines(snapshot("p", "c")))
    assert made == []
    assert b'job_id="c"' in gzip.decompress(await page(exposition, encoding="gzip"))


async def test_readers_who_come_at_once_wait_for_one_page(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setitem(ENCODINGS, "zstd", partial(_noted, made, "zstd", ENCODINGS["zstd"]))
    exposition = await exposition_of(snapshot("p", "a"), snapshot("q", "b"))
    for asked in (None, ["q"]):
        pages = await asyncio.gather(*(page(exposition, projects=asked, encoding="zstd") for _ in range(5)))
        assert len(set(pages)) == 1
    assert made == ["zstd", "zstd"]


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_no_choice_of_projects_fills_the_memory(encoding: str) -> None:
    """Of every subset that somebody may ask for, as much is kept as two pages of everything hold."""
    projects = [snapshot(f"p{number}", *map(str, range(number))) for number in range(10)]
    exposition = await exposition_of(*projects)
    everything = sum(lines(project).series for project in projects)
    for number in range(1, 1 << len(projects), 7):
        chosen = [project.name for place, project in enumerate(projects) if number >> place & 1]
        await page(exposition, projects=chosen, encoding=encoding)
        kept = sum(series for series, _ in exposition._narrowed.values())
        assert kept <= 2 * everything
    for project in projects:
        await page(exposition, projects=[project.name], encoding=encoding)
    assert {((project.name,), encoding) for project in projects} <= exposition._narrowed.keys()


async def test_the_zstandard_page_is_a_frame_and_one_more_for_its_end() -> None:
    exposition = await exposition_of(snapshot("p", *map(str, range(300))))
    got = await page(exposition, encoding="zstd")
    first = zstd.ZstdDecompressor()
    body = first.decompress(got)
    assert first.eof
    assert body == exposition.body()
    assert zstd.decompress(first.unused_data) == b"tail 1\n"


async def test_a_page_that_is_read_as_it_is_shares_the_lines_of_its_projects() -> None:
    """Or forty readers of as many choices would hold as many copies."""
    exposition = await exposition_of(snapshot("p", "a"), snapshot("q", "b"))
    ways: Mapping[str, Any] = {"process_wide": True, "jobs": True, "openmetrics": False, "encoding": "identity"}
    whole = await exposition.page(projects=None, **ways)
    narrowed = await exposition.page(projects=["q"], **ways)
    of_jobs = [buffer for buffer in narrowed if buffer.startswith(b"drs_job_status{")]
    assert len(of_jobs) == 1
    assert any(buffer is of_jobs[0] for buffer in whole)


async def test_of_publications_at_the_same_time_none_is_lost() -> None:
    names = [f"p{number}" for number in range(12)]
    exposition = Exposition(Fixed().render, FakeClock())
    await exposition.arrange(names)
    projects: Mapping[str, Project] = {name: snapshot(name, "a", "b") for name in names}
    await asyncio.gather(*(exposition.publish(name, lines(project)) for name, project in projects.items()))
    assert await page(exposition) == Oracle(list(projects.values())).text() + b"tail 1\n"


async def test_scrapers_see_a_whole_page_of_before_or_after_a_publication() -> None:
    """Whatever is read while a page is put together in a thread."""
    one, other = snapshot("p", *map(str, range(2000))), snapshot("p", *map(str, range(2000)), status="FAILED")
    exposition = await exposition_of(one)
    whole = {await page(exposition), Oracle([other]).text() + b"tail 1\n"}
    publishing = asyncio.create_task(exposition.publish("p", lines(other)))
    while not publishing.done():
        assert await page(exposition) in whole
        await asyncio.sleep(0)
    assert await page(exposition) == Oracle([other]).text() + b"tail 1\n"


async def test_a_project_that_is_arranged_no_more_is_gone_at_once() -> None:
    exposition = await exposition_of(snapshot("p", "a"), snapshot("q", "b"))
    await exposition.arrange(["q"])
    assert b'project="p"' not in await page(exposition)
    await exposition.publish("p", lines(snapshot("p", "a")))
    assert b'project="p"' not in await page(exposition)


async def test_the_body_alone_is_the_page_without_its_end() -> None:
    project = snapshot("p", "a")
    exposition = await exposition_of(project)
    assert exposition.body() == Oracle([project]).text()
