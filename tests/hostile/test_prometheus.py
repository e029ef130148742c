"""A real Prometheus reads a page of names that hurt, and gives each of them back."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
import yaml

from deploy.stack.program import Program, free_port
from drs_exporter.parse.values import LONGEST_TEXT
from drs_exporter.simulator import SimulatedCloud
from drs_exporter.simulator.fault_fields import HOSTILE_NAMES
from tests.faults.daemon import Daemon, entry
from tests.faults.driven_clock import DrivenClock
from tests.hostile.test_answers import carried
from tools.programs import path_of

pytestmark = pytest.mark.programs

NAMES: Final = (
    *HOSTILE_NAMES,
    "line\u2028separator\u2029paragraph\x85next",
    "\r\n# TYPE drs_up counter\r\ndrs_up 0\r\n",
    '"} 1\ndrs_job_info{project="forged"} 1\n#',
    "\ufeffbyte order mark\ufffe\uffff",
    "".join(map(chr, range(1, 32))),
    "\U0001f418" * 2500,
    "a\u0301\u0302\u0303 combining \u200b\u200d\u2066",
)


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    """A daemon whose jobs have these names."""
    clock = DrivenClock()
    async with SimulatedCloud(jobs=len(NAMES), seed=3, speed=1e-6, now=clock.time) as cloud:
        for job_id, name in zip(cloud.fleet.ids(), NAMES, strict=False):
            cloud.fleet.rename(job_id, name)
        running = Daemon(tmp_path, clock, ())
        running.configure(entry(cloud, 'north "quoted" \\ name'))
        async with running:
            yield running


@pytest.fixture
async def prometheus(daemon: Daemon, tmp_path: Path) -> AsyncIterator[str]:
    """A Prometheus that scrapes it."""
    server = f"127.0.0.1:{free_port()}"
    target = {"scrape_interval": "1s", "static_configs": [{"targets": [daemon.url.removeprefix("http://")]}]}
    file = tmp_path / "prometheus.yml"
    file.write_text(yaml.safe_dump({"scrape_configs": [{"job_name": "drs", **target}]}))
    program = Program(
        "Prometheus",
        [
            path_of("prometheus"),
            f"--config.file={file}",
            f"--storage.tsdb.path={tmp_path / 'data'}",
            f"--web.listen-address={server}",
        ],
        log=tmp_path / "prometheus.log",
        page=f"http://{server}/-/ready",
    )
    async with program:
        yield f"http://{server}"


async def ask(url: str) -> Any:
    """The data of an answer of Prometheus."""
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return json.loads(await answer.read())["data"]


async def refused(prometheus: str) -> str:
    """Why the target could not be scraped; empty while it was not tried."""
    targets = (await ask(f"{prometheus}/api/v1/targets"))["activeTargets"]
    return "".join(target["lastError"] for target in targets)


async def test_prometheus_takes_every_name_and_gives_it_back(prometheus: str, daemon: Daemon) -> None:
    async with asyncio.timeout(40):
        # A target is told to be up a moment before its first samples can be asked for.
        while not (found := await ask(f"{prometheus}/api/v1/query?query=drs_job_info"))["result"]:
            assert await refused(prometheus) == ""
            await asyncio.sleep(0.1)
    page = await daemon.scrape()
    names = {(one["metric"]["job_id"], one["metric"].get("job_name", "")) for one in found["result"]}
    assert names == {
        (dict(series.labels)["job_id"], dict(series.labels)["job_name"]) for series in page.of("drs_job_info")
    }
    assert {carried(name)[:LONGEST_TEXT] for name in NAMES} <= {name for _, name in names}
    assert {one["metric"]["project"] for one in found["result"]} == {'north "quoted" \\ name'}
