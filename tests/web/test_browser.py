"""The jobs page in a real Chromium: search and sort work, and its console stays empty."""

import asyncio
import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from drs_exporter.snapshot import Job, JobInfo, JobState, Progress, Project
from drs_exporter.status import Phase
from tests.web.chromium import QUIET
from tests.web.memory import MemoryDaemon, Serve

pytestmark = pytest.mark.programs

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LOUD = (*QUIET, "--enable-logging=stderr")
"""What its console says comes to standard error."""


class Rows(HTMLParser):
    """Name and delay of each row of the table's body."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = self.body = False
        self.feed(page)

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.body = self.body or tag == "tbody"
        if self.body and tag == "tr":
            self.rows.append([])
        if self.body and tag == "td":
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.body = self.body and tag != "tbody"

    def handle_data(self, data: str) -> None:
        if self.body and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


@pytest.fixture
def dump(tmp_path: Path) -> "Dump":
    """The page as it is after its script has run."""
    if CHROMIUM is None:
        pytest.fail("no Chromium here: install it, or leave these tests out with -m 'not programs'")
    return Dump(CHROMIUM, tmp_path)


class Dump:
    """Runs Chromium."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder

    async def __call__(self, url: str) -> str:
        process = await asyncio.create_subprocess_exec(
            *(self._program, *LOUD, f"--user-data-dir={self._folder}/profile", "--dump-dom", url),
            env={**os.environ, "HOME": str(self._folder)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(60):
            page, log = await process.communicate()
        console = [line for line in log.decode(errors="replace").splitlines() if "CONSOLE" in line]
        assert console == []
        return page.decode()


def job(name: str, phase: Phase, delay: float | None) -> Job:
    return Job(
        id=f"id-{name}",
        name=name,
        state=JobState(f"{phase.upper()}_STATUS", phase),
        info=JobInfo(db_use_type="sync"),
        progress=Progress(delay=delay),
    )


@pytest.fixture
def four(daemon: MemoryDaemon) -> None:
    """Four jobs, one of them hostile."""
    jobs = (
        job("orders-10", Phase.INCREMENTAL, 5.0),
        job("orders-9", Phase.INCREMENTAL, 300.0),
        job("billing", Phase.FAILED, None),
        job("<img src=x onerror=alert(1)>", Phase.PAUSED, 60.0),
    )
    daemon.snapshots = [Project(name="prod", up=True, polled=1.0, jobs=jobs), Project(name="test", up=True, polled=1.0)]


def names(page: str) -> list[str]:
    return [re.sub(r"id-.*$", "", row[0]) for row in Rows(page).rows]


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("", ["billing", "<img src=x onerror=alert(1)>", "orders-10", "orders-9"]),
        ("?q=orders&sort=name", ["orders-9", "orders-10"]),
        ("?q=%22%3E%3Cscript%3E&sort=__proto__", []),
    ],
)
async def test_a_page_of_jobs_has_a_quiet_console(serve: Serve, dump: Dump, state: str, expected: list[str]) -> None:
    page = await dump(f"{await serve()}/jobs{state}")
    assert sorted(names(page)) == sorted(expected)
    assert '<label id="refresh">' in page


async def test_the_page_of_one_job_has_a_quiet_console(serve: Serve, dump: Dump, daemon: MemoryDaemon) -> None:
    daemon.snapshots = [Project(name="prod", up=True, polled=1.0, jobs=(job("a/b", Phase.INCREMENTAL, 5.0),))]
    page = await dump(f"{await serve()}/jobs/prod/id-a%2Fb")
    assert "<bdi>a/b</bdi>" in page


async def test_the_landing_page_has_a_quiet_console_too(serve: Serve, dump: Dump, daemon: MemoryDaemon) -> None:
    daemon.snapshots[1] = msgspec.structs.replace(daemon.snapshots[1], name="<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)" in await dump(await serve() + "/")
