"""Projects that IAM tells of are watched while the exporter runs, and the others go on undisturbed."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from drs_exporter.app import Exporter
from drs_exporter.cli.preparation import load
from drs_exporter.cli.simulate import credentials
from drs_exporter.poll import Plan
from drs_exporter.secret import Redactor
from drs_exporter.settings import ProjectSettings, Settings
from drs_exporter.settings.model import Auth
from drs_exporter.settings.names import variable
from drs_exporter.simulator import SimulatedCloud
from drs_exporter.watch import operations_of

NAMES = ("sim-north-1_orders", "sim-north-1_bills")


@pytest.fixture
async def cloud() -> AsyncIterator[SimulatedCloud]:
    """A cloud with three projects of one account."""
    async with SimulatedCloud(jobs=3, projects=NAMES) as simulated:
        yield simulated


@pytest.fixture
def searching(cloud: SimulatedCloud) -> Callable[..., Settings]:
    """Settings that say by a search which projects are meant."""

    def read(**search: str) -> Settings:
        given = credentials(cloud) | {"web_listen_address": "127.0.0.1:0"} | search
        return load(environ={variable(name): value for name, value in given.items() if name != "project_id"})

    return read


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[tuple[Exporter, str]]:
    """An exporter that serves, and where."""
    exporter = Exporter(settings, redactor=Redactor(), load=lambda: settings)
    opened: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(exporter.run(announce=lambda urls: opened.set_result(urls[0])))
    try:
        yield exporter, await opened
    finally:
        task.cancel()
        await asyncio.wait({task})


async def page(url: str, path: str = "/metrics") -> tuple[int, str]:
    """Status and text."""
    async with aiohttp.ClientSession() as session, session.get(url + path) as response:
        return response.status, await response.text()


async def ready(url: str) -> None:
    """Wait for the first poll of everything there is."""
    while (await page(url, "/-/ready"))[0] != 200:  # noqa: ASYNC110 - of another program, as it were
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("auth", "signs_in"),
    [
        ("password", True),
        ("agency", True),
        ("pod_identity", True),
        ("oidc", True),
        ("token", False),
        ("aksk", False),
    ],
)
def test_calls_that_sign_in_are_counted_from_the_start(auth: Auth, *, signs_in: bool) -> None:
    """A series that begins with the first failure hides it from `increase()`."""
    given: dict[str, Any] = {"auth": auth}
    settings = ProjectSettings.model_construct(**given)
    assert ("sign_in" in operations_of(settings, Plan(name="p", project_id="1"))) is signs_in


async def test_projects_that_match_are_watched_and_come_and_go(
    cloud: SimulatedCloud, searching: Callable[..., Settings]
) -> None:
    async with running(searching(discover_projects="sim-north-1_.*")) as (exporter, url):
        await ready(url)
        _, text = await page(url)
        assert 'drs_up{project="sim-north-1_orders"} 1.0' in text
        assert 'drs_up{project="sim-north-1_bills"} 1.0' in text
        assert 'project="sim-north-1"' not in text
        orders = exporter._watches["sim-north-1_orders"]
        cloud.identity.projects[:] = [known for known in cloud.identity.projects if not known.name.endswith("_bills")]
        await exporter._watches.look()
        _, text = await page(url)
        assert "sim-north-1_bills" not in text
        assert exporter._watches["sim-north-1_orders"] is orders


async def test_a_project_is_watched_by_its_name_in_iam(searching: Callable[..., Settings]) -> None:
    async with running(searching(iam_project="sim-north-1_orders", project_name="orders")) as (exporter, url):
        await ready(url)
        _, text = await page(url)
        project_id = exporter._watches["orders"].settings.project_id
        assert 'drs_up{project="orders"} 1.0' in text
        assert f'drs_project_info{{project="orders",project_id="{project_id}",region="sim-north-1"}} 1.0' in text


async def test_labels_of_ones_own_are_on_the_project(searching: Callable[..., Settings]) -> None:
    settings = searching(iam_project="sim-north-1_orders", project_labels="team=data,tier=1")
    async with running(settings) as (_, url):
        await ready(url)
        _, text = await page(url)
        assert 'region="sim-north-1",team="data",tier="1"} 1.0' in text


async def test_a_project_that_iam_does_not_tell_of_is_there_and_not_up(
    cloud: SimulatedCloud, searching: Callable[..., Settings]
) -> None:
    cloud.faults.set("sign_in", "500")
    settings = searching(iam_project="sim-north-1_orders", project_name="orders", request_timeout="1s")
    async with running(settings) as (exporter, url):
        status, reason = await page(url, "/-/ready")
        assert (status, "sim-north-1_orders" in reason) == (503, True)
        assert 'drs_up{project="orders"} 0.0' in (await page(url))[1]
        await ready(url)
        cloud.faults.clear()
        await exporter._watches.look()
        assert exporter._watches["orders"].settings.project_id


@pytest.mark.parametrize(
    ("search", "name"),
    [
        ({"iam_project": "sim-north-1_orders", "project_name": "orders"}, "orders"),
        ({"discover_projects": "sim-north-1_.*"}, "sim-north-1_.*"),
    ],
)
async def test_a_search_that_fails_is_down_and_says_why_until_it_finds(
    cloud: SimulatedCloud, searching: Callable[..., Settings], search: dict[str, str], name: str
) -> None:
    cloud.faults.set("sign_in", "401")
    async with running(searching(**search)) as (exporter, url):
        await ready(url)
        assert f'drs_up{{project="{name}"}} 0.0' in (await page(url))[1]
        assert (await page(url, f"/probe?target={name}"))[0] == 200
        for path in ("/", "/jobs"):
            _, text = await page(url, path)
            assert "first poll" not in text
            assert f"<bdi>{name}</bdi>" in text
            assert "HTTP 401" in text
        cloud.faults.clear()
        await exporter._watches.look()
        assert name == "orders" or f'project="{name}"' not in (await page(url))[1]
        assert "HTTP 401" not in (await page(url, "/"))[1]


async def test_a_search_that_finds_nothing_is_down_and_says_why_until_it_finds(
    cloud: SimulatedCloud, searching: Callable[..., Settings]
) -> None:
    known = list(cloud.identity.projects)
    cloud.identity.projects[:] = [project for project in known if project.name not in NAMES]
    with capture_logs() as logged:
        async with running(searching(discover_projects="sim-north-1_.*")) as (exporter, url):
            await ready(url)
            assert 'drs_up{project="sim-north-1_.*"} 0.0' in (await page(url))[1]
            for path in ("/", "/jobs"):
                assert "no project that these credentials can see matches" in (await page(url, path))[1]
            cloud.identity.projects[:] = known
            await exporter._watches.look()
            _, text = await page(url)
            assert 'project="sim-north-1_.*"' not in text
            assert 'drs_up{project="sim-north-1_orders"}' in text
    assert [event["event"] for event in logged if event["event"].startswith("discovery.")] == [
        "discovery.empty",
        "discovery.recovered",
        "discovery.changed",
    ]


async def test_what_iam_does_not_tell_of_is_a_target_all_the_same(
    cloud: SimulatedCloud, searching: Callable[..., Settings]
) -> None:
    cloud.faults.set("sign_in", "401")
    settings = searching(iam_project="sim-north-1_orders", project_name="orders", project_labels="team=data")
    async with running(settings) as (exporter, url):
        before = json.loads((await page(url, "/sd"))[1])
        await ready(url)
        (lost,) = json.loads((await page(url, "/sd"))[1])
        assert [lost] == before
        assert lost["labels"]["__param_target"] == "orders"
        assert lost["labels"]["__meta_drs_label_team"] == "data"
        assert 'drs_up{project="orders"} 0.0' in (await page(url, "/probe?target=orders"))[1]
        cloud.faults.clear()
        await exporter._watches.look()
        (found,) = json.loads((await page(url, "/sd"))[1])
        assert found["labels"].keys() == lost["labels"].keys()
        assert found["labels"]["__meta_drs_project_id"]


async def test_one_poll_of_a_project_that_is_searched_for(searching: Callable[..., Settings]) -> None:
    exporter = Exporter(searching(iam_project="sim-north-1_bills"), redactor=Redactor())
    (project,) = await exporter.poll_once()
    assert (project.name, project.up) == ("sim-north-1_bills", True)


async def test_a_reload_keeps_what_an_unchanged_search_has_found(searching: Callable[..., Settings]) -> None:
    async with running(searching(discover_projects="sim-north-1_.*")) as (exporter, url):
        await ready(url)
        before = dict(exporter._watches.items())
        assert len(before) == 2
        await exporter.reload()
        assert dict(exporter._watches.items()) == before


async def test_a_filter_that_matches_no_job_is_told_once(searching: Callable[..., Settings]) -> None:
    settings = searching(iam_project="sim-north-1_orders", include_jobs="no-such-job")
    with capture_logs() as logged:
        async with running(settings) as (_, url):
            await ready(url)
    (event,) = (event for event in logged if event["event"] == "filter.matched_nothing")
    assert (event["project"], event["setting"], event["jobs"]) == ("sim-north-1_orders", "include_jobs", 3)
