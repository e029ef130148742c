"""A real Prometheus learns of the projects from `/sd`, those that the exporter itself discovered, and scrapes each."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from deploy.stack.program import Program, free_port
from drs_exporter.cli.simulate import credentials
from drs_exporter.settings.names import variable
from drs_exporter.simulator import SimulatedCloud
from tools.programs import path_of

pytestmark = pytest.mark.programs

EXAMPLE = Path(__file__).resolve().parents[2] / "deploy" / "prometheus" / "examples" / "http_sd.yml"


def scraping(folder: Path, exporter: str) -> Path:
    """The example, in haste, for the exporter where it is."""
    configuration = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8").replace("localhost:9877", exporter))
    for job in configuration["scrape_configs"]:
        job["scrape_interval"] = "500ms"
        for found in job.get("http_sd_configs", ()):
            found["refresh_interval"] = "500ms"
    file = folder / "prometheus.yml"
    file.write_text(yaml.safe_dump(configuration))
    return file


@pytest.fixture
async def prometheus(tmp_path: Path) -> AsyncIterator[str]:
    """Where the Prometheus is; the account has three projects, and the exporter is told of none by its id."""
    exporter, server = (f"127.0.0.1:{free_port()}" for _ in range(2))
    async with SimulatedCloud(jobs=10, projects=["sim-north-1_orders", "sim-north-1_billing"]) as cloud:
        given = credentials(cloud) | {"discover_projects": ".*", "web_listen_address": exporter}
        del given["project_id"]
        daemon = Program(
            "the exporter",
            [sys.executable, "-m", "drs_exporter", "serve"],
            log=tmp_path / "exporter.log",
            page=f"http://{exporter}/-/ready",
            environ={variable(name): value for name, value in given.items()},
        )
        watcher = Program(
            "Prometheus",
            [
                path_of("prometheus"),
                f"--config.file={scraping(tmp_path, exporter)}",
                f"--storage.tsdb.path={tmp_path / 'data'}",
                f"--web.listen-address={server}",
            ],
            log=tmp_path / "prometheus.log",
            page=f"http://{server}/-/ready",
        )
        async with daemon, watcher:
            yield f"http://{server}"


async def test_projects_that_were_discovered_are_scraped_each_by_itself(prometheus: str, tmp_path: Path) -> None:
    (started,) = filter(None, map(_started, (tmp_path / "exporter.log").read_text(encoding="utf-8").splitlines()))
    assert (started["projects"], started["looks_for"]) == ([], [".*"])
    async with aiohttp.ClientSession() as http:

        async def query(expr: str) -> list[dict[str, str]]:
            async with http.get(f"{prometheus}/api/v1/query", params={"query": expr}) as answer:
                result: list[dict[str, Any]] = (await answer.json())["data"]["result"]
            return [sample["metric"] for sample in result]

        async with asyncio.timeout(60):
            while len(await query('up{job="drs-exporter"} == 1')) < 4:  # noqa: ASYNC110 - Prometheus tells nobody
                await asyncio.sleep(0.1)
        projects = {"sim-north-1", "sim-north-1_orders", "sim-north-1_billing"}
        up = await query("drs_up == 1")
        assert {(sample["instance"], sample["project"]) for sample in up} == {(name, name) for name in projects}
        assert {sample["project"] for sample in await query("count by (project) (drs_job_status)")} == projects
        assert len(await query("process_start_time_seconds")) == 1


def _started(line: str) -> dict[str, Any] | None:
    """That it began to listen, where this line of its log says so."""
    event: dict[str, Any] = json.loads(line)
    return event if event["event"] == "exporter.started" else None
