"""The pages as they are sent: safe, complete without a script, made once per snapshot."""

import asyncio
import base64
import gzip
import hashlib
import json
import re
import threading
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote

import aiohttp
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from drs_exporter.cli.running import fetch
from drs_exporter.history import Sample
from drs_exporter.overview import overview
from drs_exporter.snapshot import CollectorState, Job, JobInfo, JobState, Progress, Project, RpoRto, Thresholds
from drs_exporter.status import Phase
from drs_exporter.web import pages as pages_module
from drs_exporter.web.pages.job import LATE, OTHERWISE, RUNBOOK_OF, job_page
from drs_exporter.web.pages.jobs import jobs_page as page_of
from drs_exporter.web.pages.landing import landing_page
from drs_exporter.web.pages.selection import Selection, text_of
from drs_exporter.words import safe
from tests.web.memory import MemoryDaemon, Serve, make_project
from tests.web.reader import Reader, page

HOSTILE = "</td><script>alert('1')</script>\"'&<\x00\n\ud800\u202e"
INFO = JobInfo(db_use_type="sync", engine_type="mysql", task_type="FULL_INCR_TRANS")


def jobs_page(projects: Sequence[Project], address: str = "") -> bytes:
    """The page at this address, as it is made of these snapshots."""
    known, selection = overview(projects), Selection.of(URL(address).query)
    return page_of(known, selection.apply(known.jobs, {id(one): text_of(one) for one in known.jobs}), selection)


def one(job: Job, **of_project: object) -> Reader:
    """The jobs page of this job alone."""
    project = Project(name="prod", up=True, polled=1_763_771_000.0, jobs=(job,))
    return Reader(jobs_page([msgspec.structs.replace(project, **of_project)]))


def job(**known: object) -> Job:
    plain = Job(id="j1", name="orders", state=JobState("INCRE_TRANSFER_STARTED", Phase.INCREMENTAL), info=INFO)
    return msgspec.structs.replace(plain, **known)


async def test_the_jobs_page_is_a_whole_table_without_a_script(
    serve: Serve, http: aiohttp.ClientSession, daemon: MemoryDaemon
) -> None:
    _, body = await page(http, await serve() + "/jobs")
    reader = Reader(body)
    assert len(reader.rows) == 1 + 12 + 5
    for project in daemon.snapshots:
        for known in project.jobs or ():
            [row] = [row for row in reader.rows if known.id in row]
            assert known.name in row
            assert known.state is not None
            assert known.state.status in row
            assert project.name in row


async def test_pages_are_compressed_where_that_is_accepted(serve: Serve, http: aiohttp.ClientSession) -> None:
    url = await serve()
    for path in ("/", "/jobs"):
        _, plain = await page(http, url + path)
        async with http.get(url + path, headers={"Accept-Encoding": "gzip"}) as response:
            assert response.headers["Content-Encoding"] == "gzip"
            assert response.headers["Vary"] == "Accept-Encoding"
            assert gzip.decompress(await response.read()) == plain


async def test_nothing_runs_but_what_the_policy_names(serve: Serve, http: aiohttp.ClientSession) -> None:
    url = await serve()
    for path in ("/", "/jobs"):
        response, body = await page(http, url + path)
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        reader = Reader(body)
        for text in reader.inline.values():
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy
        assert not [name for name in reader.attributes if name.startswith("on") or name in {"style", "src"}]
        assert "http" not in "".join(reader.attributes["href"]).replace("xmlns='http://www.w3.org/2000/svg'", "")
        assert not [link for link in reader.attributes["href"] if link.startswith("/")]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("field", ["id", "name"])
def test_a_hostile_job_is_only_text(field: str) -> None:
    reader = one(job(**{field: HOSTILE}))
    assert reader.tags.count("script") == 1
    assert "</td><script>alert('1')</script>\"'&<" in reader.rows[1]


def test_hostile_text_is_only_text_wherever_it_stands() -> None:
    info = JobInfo(db_use_type=HOSTILE, engine_type=HOSTILE, task_type=HOSTILE)
    failing = CollectorState(collector="jobs", interval=60.0, success=False, error=HOSTILE)
    hostile = Project(
        name=HOSTILE,
        project_id=HOSTILE,
        region=HOSTILE,
        polled=1.0,
        jobs=(job(info=info, state=JobState(HOSTILE, Phase.OTHER, HOSTILE)),),
        collectors=(failing, CollectorState(collector=HOSTILE, interval=1.0)),
    )
    assert Reader(jobs_page([hostile])).tags.count("script") == 1
    landing = landing_page([hostile], now=2.0, telemetry_path='/"><script>', trouble=HOSTILE)
    assert "script" not in Reader(landing).tags


def test_a_very_long_name_is_cut_for_the_eye() -> None:
    [_, row] = one(job(name="x" * 10_000)).rows
    assert f"{'x' * 160}\u2026" in row
    assert len(row) < 400


@given(st.text())
def test_any_text_is_shown_and_never_markup(text: str) -> None:
    encoded = safe(text).encode()
    assert not set(encoded) & set(b"<>\"'\x00\n\x7f")


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, ["\u2013", "\u2013", "\u2013"]),
        ({"progress": Progress(ratio=0.536, remaining=7261.0)}, ["53 %", "\u2013", "2 h 1 min"]),
        ({"progress": Progress(delay=61.0), "thresholds": Thresholds(delay=60.0)}, ["\u2013", "1 min 1 s", "\u2013"]),
        ({"progress": Progress(delay=0.0), "thresholds": Thresholds()}, ["\u2013", "0 s", "\u2013"]),
        ({"rpo_rto": RpoRto(rpo=2.5, rto=8.0)}, ["\u2013", "RPO 2.5 s RTO 8 s", "\u2013"]),
        ({"rpo_rto": RpoRto(rto=8.0)}, ["\u2013", "RPO \u2013 RTO 8 s", "\u2013"]),
        ({"rpo_rto": RpoRto()}, ["\u2013", "\u2013", "\u2013"]),
    ],
)
def test_what_a_job_shows_is_what_is_known_of_it(known: dict[str, object], expected: list[str]) -> None:
    [_, row] = one(job(**known)).rows
    assert f" {' '.join(expected)} " in f"{' '.join(row.split())} "


def test_a_job_that_could_be_switched_over_shows_what_speaks_against_it() -> None:
    shown = one(job(progress=Progress(delay=0.0)))
    assert " ".join(shown.rows[1].split()).endswith("comparison missing +5")
    assert any("whether the service can reach source and target" in title for title in shown.attributes["title"])
    other = one(job(state=JobState("FULL_TRANSFER_STARTED", Phase.FULL)))
    assert " ".join(other.rows[1].split()).endswith("\u2013 \u2013 \u2013 \u2013")


def test_a_delay_over_its_owner_s_limit_stands_out() -> None:
    over = one(job(progress=Progress(delay=61.0), thresholds=Thresholds(delay=60.0)))
    under = one(job(progress=Progress(delay=60.0), thresholds=Thresholds(delay=60.0)))
    assert "number over" in over.attributes["class"]
    assert "number over" not in under.attributes["class"]


def test_a_job_without_a_status_or_of_another_shard() -> None:
    [_, row] = one(job(state=None)).rows
    assert "other" in row
    assert one(job(info=None)).rows == []


def test_the_most_urgent_jobs_come_first() -> None:
    project = make_project("prod", jobs=60)
    phases = [row.split() for row in Reader(jobs_page([project])).rows[1:]]
    assert "failed" in phases[0]
    assert "stopped" in phases[-1]


def test_a_project_in_trouble_is_named_above_the_table() -> None:
    dead = msgspec.structs.replace(make_project("dead", jobs=1, up=False), jobs=None)
    text = jobs_page([dead, make_project("old", jobs=1, up=False), Project(name="new")]).decode()
    assert "<bdi>dead</bdi>: the listing failed, nothing is known of its jobs. drs.eu-de" in text
    assert "<bdi>old</bdi>: the listing failed, its jobs are shown as last known." in text
    assert "<bdi>new</bdi>: the first poll is under way" in text
    assert "No job to show." in jobs_page([]).decode()


async def test_the_fleet_is_gathered_once_per_snapshot_and_a_large_one_in_a_thread(
    serve: Serve, http: aiohttp.ClientSession, daemon: MemoryDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    know = pages_module._know

    def counted(projects: tuple[Project, ...]) -> object:
        seen.append(threading.current_thread() is threading.main_thread())
        return know(projects)

    monkeypatch.setattr(pages_module, "_know", counted)
    url = await serve() + "/jobs"
    await asyncio.gather(*(page(http, url) for _ in range(5)))
    assert seen == [True]
    daemon.snapshots[0] = make_project("prod", jobs=201)
    await page(http, url)
    assert seen == [True, False]
    monkeypatch.setattr(pages_module, "_KEPT", 0.0)
    await page(http, url)
    await asyncio.sleep(0)
    await page(http, url)
    assert seen == [True, False, False]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", ["billing", "late", "paused", "orders-9", "orders-10"]),
        ("?q=ORDERS+sync&sort=name", ["orders-9", "orders-10"]),
        ("?sort=name&order=desc&q=orders", ["orders-10", "orders-9"]),
        ("?sort=delay&order=desc", ["orders-9", "late", "paused", "orders-10", "billing"]),
        ("?sort=delay", ["orders-10", "paused", "late", "orders-9", "billing"]),
        ("?phase=failed", ["billing"]),
        ("?phase=failed&phase=paused", ["billing", "paused"]),
        ("?needs=somebody", ["billing", "late"]),
        ("?project=test", []),
        ("?q=nothing+at+all", []),
        ("?sort=__proto__&phase=x&limit=-1&limit=9999999999", ["billing", "late", "paused", "orders-9", "orders-10"]),
    ],
)
def test_the_address_decides_what_is_shown_and_how(address: str, expected: list[str]) -> None:
    def of(name: str, phase: Phase, delay: float | None, limit: float | None = None) -> Job:
        state, limits = JobState(f"{phase.upper()}_X", phase), Thresholds(delay=limit)
        return job(id=f"id-{name}", name=name, state=state, progress=Progress(delay=delay), thresholds=limits)

    jobs = (
        of("orders-10", Phase.INCREMENTAL, 5.0),
        of("orders-9", Phase.INCREMENTAL, 300.0),
        of("billing", Phase.FAILED, None),
        of("paused", Phase.PAUSED, 60.0),
        of("late", Phase.INCREMENTAL, 90.0, 80.0),
    )
    projects = [Project(name="prod", up=True, polled=1.0, jobs=jobs), Project(name="test", up=True, polled=1.0)]
    text = jobs_page(projects, address).decode()
    names = [row.split()[0] for row in Reader(text).rows[1:]]
    assert sorted(names) == sorted(expected)
    assert names == expected or (address.startswith("?sort=__") or not address)
    assert ('id="none"' in text) is (not expected)
    assert "<title>(2) Jobs" in text


def test_what_is_not_on_the_screen_is_not_in_the_page_at_first() -> None:
    project = make_project("prod", jobs=10_000)
    text = jobs_page([project]).decode()
    assert len(Reader(text).rows) == 1 + 200
    assert "Show 1,000 more of 9,800" in text
    assert len(text) < 200_000
    assert len(Reader(jobs_page([project], "?limit=1200")).rows) == 1 + 1200


def test_a_failed_job_has_no_full_blue_bar() -> None:
    reader = one(job(state=JobState("FULL_TRANSFER_FAILED", Phase.FAILED), progress=Progress(ratio=1.0)))
    assert "failed" in reader.attributes["class"]
    stopped = one(job(state=JobState("RELEASE_RESOURCE_COMPLETE", Phase.STOPPED), progress=Progress(ratio=1.0)))
    assert "progress" not in stopped.tags


async def test_the_same_is_data(serve: Serve, http: aiohttp.ClientSession, daemon: MemoryDaemon) -> None:
    response, body = await page(http, await serve() + "/jobs?format=json&phase=failed")
    assert response.headers["Content-Type"] == "application/json"
    known = json.loads(body)
    every = overview(daemon.snapshots).jobs
    assert [one["job_id"] for one in known["jobs"]] == [one.job_id for one in every if one.failed]
    assert [one["project"] for one in known["projects"]] == [project.name for project in daemon.snapshots]


async def test_data_comes_in_the_order_that_was_asked_for(
    serve: Serve, http: aiohttp.ClientSession, daemon: MemoryDaemon
) -> None:
    _, body = await page(http, await serve() + "/jobs?format=json&project=prod&sort=name&order=desc&needs=somebody")
    (project, _) = daemon.snapshots
    expected = sorted((one.job_name for one in overview([project]).jobs if one.needs_somebody), reverse=True)
    assert expected
    assert [one["job_name"] for one in json.loads(body)["jobs"]] == expected


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("phase=failed&phase=fialed", f"phase: there is no 'fialed', only {', '.join(Phase)}"),
        ("phase=", f"phase: there is no '', only {', '.join(Phase)}"),
        ("needs=help", "needs: there is no 'help', only somebody"),
        ("sort=age", "sort: there is no 'age', only urgency, name, status, progress, delay, remaining"),
        ("sort=name&order=down", "order: there is no 'down', only asc, desc"),
    ],
)
async def test_a_question_for_data_that_is_misspelt_is_told_so(
    serve: Serve, http: aiohttp.ClientSession, query: str, sentence: str
) -> None:
    """A script would take the whole fleet for what it asked for; whoever reads the page sees it."""
    url = await serve()
    response, body = await page(http, f"{url}/jobs?format=json&{query}")
    assert (response.status, body.decode()) == (400, f"{sentence}\n")
    assert (await page(http, f"{url}/jobs?{query}"))[0].status == 200


async def test_a_running_exporter_can_be_read_by_the_command_line(serve: Serve, daemon: MemoryDaemon) -> None:
    known = await fetch(await serve() + "/")
    assert known == overview(daemon.snapshots)


async def test_each_job_has_a_page(serve: Serve, http: aiohttp.ClientSession, daemon: MemoryDaemon) -> None:
    """Under its project and id, whatever letters those have; everything that is on /metrics stands there in words."""
    progress, limits = Progress(delay=61.0, ratio=0.5), Thresholds(delay=60.0)
    odd = job(id="a/b?c#d %", name="orders", progress=progress, thresholds=limits)
    daemon.snapshots = [Project(name="prod/1", region="eu-de", up=True, polled=1.0, jobs=(odd,))]
    daemon.past["prod/1", odd.id] = [Sample(0.0, 5.0, 0.1, float("nan")), Sample(60.0, 61.0, 0.5, float("nan"))]
    url = await serve()
    _, listing = await page(http, f"{url}/jobs")
    (link,) = re.findall(r'href="(jobs/[^"]+)"', listing.decode())
    response, body = await page(http, URL(f"{url}/{link}", encoded=True))
    text = body.decode()
    assert response.status == 200
    assert "incremental delay" in text
    assert "1 min 1 s" in text
    assert "https://console.otc.t-systems.com/drs/?region=eu-de" in text
    assert f"{LATE}.md" in text
    assert text.count("<polyline") == 2
    assert 'href="../../jobs"' in text


@pytest.mark.parametrize(
    ("region", "console"),
    [
        ("cn-north-4", "https://console.huaweicloud.com/"),
        ("ap-southeast-3", "https://console-intl.huaweicloud.com/"),
        ("eu-ch2", "https://console.sc.otc.t-systems.com/"),
    ],
)
def test_a_job_leads_to_the_console_of_its_cloud(region: str, console: str) -> None:
    project = Project(name="prod", region=region, up=True, polled=1.0, jobs=(job(),))
    (record,) = overview([project]).jobs
    assert f'href="{console}drs/?region={region}"' in job_page(project, job(), record, []).decode()


@pytest.mark.parametrize(("billing", "words"), [(True, "yes"), (False, "no"), (None, None)])
def test_what_is_so_or_not_is_yes_or_no(billing: bool | None, words: str | None) -> None:
    known = job(billing=billing)
    project = Project(name="prod", up=True, polled=1.0, jobs=(known,))
    (record,) = overview([project]).jobs
    rows = [row.split() for row in Reader(job_page(project, known, record, [])).rows if "billing" in row]
    assert rows == ([["billing", "enabled", words]] if words else [])


@pytest.mark.parametrize("odd", ["..", ".", "../..", "a/../b", "..\\", "a/"])
@pytest.mark.parametrize("where", ["job_id", "project", "parent_id"])
def test_no_link_is_a_step_up_for_whoever_normalises_it(odd: str, where: str) -> None:
    """A job is shown by its id; what no address can name has no page of its own."""
    names = {"project": "prod", "job_id": "an-id", "parent_id": "the-parent"} | {where: odd}
    known = job(id=names["job_id"], info=JobInfo(parent_id=names["parent_id"]))
    project = Project(name=names["project"], up=True, polled=1.0, jobs=(known,))
    (record,) = overview([project]).jobs
    listing, own = jobs_page([project]).decode(), job_page(project, known, record, []).decode()
    assert ('href="jobs/' in listing) == (where == "parent_id")
    assert odd not in {unquote(link) for link in re.findall(r'href="([^"]+)"', own)}
    assert safe(odd) in (own if where == "parent_id" else listing)


@pytest.mark.parametrize("path", ["/jobs/prod/none", "/jobs/none/x", "/jobs/prod", "/jobs/", "/jobs/%ff/%00"])
async def test_a_job_that_is_not_there_is_404(serve: Serve, http: aiohttp.ClientSession, path: str) -> None:
    response, _ = await page(http, URL(await serve() + path, encoded=True))
    assert response.status == 404


def test_a_hostile_job_is_only_text_on_its_own_page_too() -> None:
    hostile = job(id=HOSTILE, name=HOSTILE, state=JobState(HOSTILE, Phase.FAILED, HOSTILE))
    project = Project(name=HOSTILE, region=HOSTILE, up=True, polled=1.0, jobs=(hostile,))
    (record,) = overview([project]).jobs
    assert "script" not in Reader(job_page(project, hostile, record, [])).tags


def test_every_runbook_that_a_page_leads_to_is_there() -> None:
    folder = Path(__file__).parents[2] / "docs" / "runbooks"
    assert {*RUNBOOK_OF.values(), OTHERWISE, LATE} <= {file.stem for file in folder.glob("*.md")}
