"""Paths, queries and methods, asked of a running exporter with two projects."""

import asyncio
import gzip
import re
import zlib
from collections.abc import Sequence
from pathlib import Path

import aiohttp
import pytest
import yaml

from drs_exporter.app import Exporter
from drs_exporter.catalogue import FAMILIES
from drs_exporter.cli.preparation import load
from drs_exporter.secret import Redactor
from drs_exporter.simulator import SimulatedCloud
from tests.contract.conftest import Watching
from tests.contract.promised import COLLECTORS
from tests.faults.daemon import Daemon, entry
from tests.faults.page import Page

_OF_THE_PROCESS = re.compile(r"process_|python_|drs_exporter_(?:build_info|config_|http_|dropped_log_)")


async def page_of(daemon: Daemon, path: str) -> Page:
    status, body = await daemon.get(path)
    assert status == 200
    return Page(body)


def projects_on(page: Page) -> set[str]:
    return {value for series in page.series for name, value in series.labels if name == "project"}


def of_the_process(page: Page) -> set[str]:
    return {series.name for series in page.series if _OF_THE_PROCESS.match(series.name)}


async def test_each_query_narrows_to_what_was_promised(watching: Watching) -> None:
    async with watching("south", "north") as daemon:
        whole = await daemon.scrape()
        one = await daemon.scrape("?project=north")
        both = await daemon.scrape("?project=north&project=south")
        own = await daemon.scrape("?self=1")
        probed = await page_of(daemon, "/probe?target=north")
    assert (projects_on(whole), projects_on(both)) == ({"south", "north"}, {"south", "north"})
    assert (projects_on(one), projects_on(probed), projects_on(own)) == ({"north"}, {"north"}, set())
    assert of_the_process(whole) == of_the_process(both) == of_the_process(one) == of_the_process(own)
    assert {series.name for series in own.series} == of_the_process(whole)
    assert of_the_process(probed) == set()
    assert {series for series in whole.series if ("project", "north") in series.labels} == probed.series.keys()


async def test_families_stay_together_in_one_order_and_projects_and_jobs_in_theirs(watching: Watching) -> None:
    async with watching("south", "north") as daemon:
        page = await daemon.scrape()
    seen = list(dict.fromkeys(series.name for series in page.series if series.name.startswith("drs_")))
    ours = [family.name for family in FAMILIES if family.name in seen]
    assert seen[: len(ours)] == ours
    lines = re.findall(r'^drs_job_info\{.*\bjob_id="([^"]*)".*\bproject="([^"]*)".*\} ', page.text, re.MULTILINE)
    order = {"south": 0, "north": 1}
    assert lines == sorted(lines, key=lambda line: (order[line[1]], line[0]))
    headers = re.findall(r"^# TYPE (\S+) ", page.text, re.MULTILINE)
    assert len(headers) == len(set(headers))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/jobs", 200),
        ("GET", "/-/healthy", 200),
        ("GET", "/-/ready", 200),
        ("GET", "/probe", 400),
        ("GET", "/probe?target=", 400),
        ("GET", "/probe?target=http://169.254.169.254/", 404),
        ("GET", "/metrics?project=other", 404),
        ("GET", "/metrics?project=prod&project=other", 404),
        ("GET", "/metrics/", 404),
        ("GET", "/Metrics", 404),
        ("GET", "/start", 404),
        ("POST", "/start", 404),
        ("POST", "/metrics", 405),
        ("PUT", "/jobs", 405),
        ("DELETE", "/", 405),
        ("POST", "/-/ready", 405),
        ("GET", "/-/reload", 405),
    ],
)
async def test_a_path_answers_as_promised(method: str, path: str, status: int, watching: Watching) -> None:
    async with watching(collectors=["jobs"]) as daemon:
        found, _ = await daemon.get(path, method=method)
        assert found == status
        if method == "GET":
            assert await daemon.get(path, method="HEAD") == (status, b"")


async def test_a_probe_asks_nothing_of_anyone(watching: Watching, cloud: SimulatedCloud) -> None:
    async with watching() as daemon:
        before = cloud.calls.total()
        for path in ("/probe?target=prod", "/metrics", "/jobs", "/", f"/probe?target={cloud.url}"):
            await daemon.get(path)
        assert cloud.calls.total() == before


async def test_gzip_is_one_member_in_both_formats(watching: Watching) -> None:
    async with watching("south", "north") as daemon, aiohttp.ClientSession(auto_decompress=False) as session:
        for accept in ("text/plain", "application/openmetrics-text;version=1.0.0"):
            headers = {"Accept": accept, "Accept-Encoding": "gzip"}
            async with session.get(f"{daemon.url}/metrics", headers=headers) as response:
                assert response.headers["Content-Encoding"] == "gzip"
                body = await response.read()
            inflate = zlib.decompressobj(wbits=31)
            text = inflate.decompress(body)
            assert (inflate.eof, inflate.unused_data) == (True, b"")
            assert text == gzip.decompress(body)
            assert text.endswith(b"# EOF\n") == ("openmetrics" in accept)


async def test_before_the_first_poll_has_ended_it_is_down_not_ready_and_alive(
    cloud: SimulatedCloud, tmp_path: Path
) -> None:
    """The cloud hangs, so the first poll does not end while this looks."""
    cloud.faults.set("*", "hang")
    cloud.faults.set("sign_in", "hang")
    file = tmp_path / "exporter.yml"
    file.write_text(yaml.safe_dump({"web_listen_address": "127.0.0.1:0", "projects": [entry(cloud, "prod")]}))
    settings = load({"config_file": file}, environ={})
    opened: asyncio.Future[Sequence[str]] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(Exporter(settings, redactor=Redactor()).run(announce=opened.set_result))
    (url,) = await opened
    async with aiohttp.ClientSession() as session:

        async def get(path: str) -> tuple[int, bytes]:
            async with session.get(url + path) as response:
                return response.status, await response.read()

        _, body = await get("/metrics")
        ready = await get("/-/ready")
        healthy, _ = await get("/-/healthy")
        shown, _ = await get("/jobs")
        landing, _ = await get("/")
    running.cancel()
    await asyncio.wait({running})
    page = Page(body)
    assert (ready[0], healthy, shown, landing) == (503, 200, 200, 200)
    assert b"prod" in ready[1]
    assert page.value("drs_up", project="prod") == 0
    assert page.value("drs_project_info", project_id=cloud.project_id, region=cloud.region) == 1
    assert page.label("drs_exporter_collector_interval_seconds", "collector") == set(COLLECTORS)
    assert not page.of("drs_exporter_collector_success")
    assert not page.of("drs_exporter_collector_last_success_timestamp_seconds")
    assert not page.of("drs_jobs")
    assert page.value("drs_exporter_api_requests_total", operation="sign_in", code="timeout") == 0
    assert page.value("drs_exporter_config_last_reload_successful") == 1
