"""A real Prometheus scrapes the demo and answers with the simulator's truth."""

import asyncio
import json
import re
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from deploy.stack.program import Program, free_port
from tools.programs import path_of

pytestmark = pytest.mark.programs


@dataclass(frozen=True, slots=True)
class Watched:
    """The demo and the Prometheus that scrapes it."""

    metrics: str
    truth: str
    prometheus: str

    async def get(self, url: str, **query: str) -> Any:
        async with aiohttp.ClientSession() as session, session.get(url, params=query) as answer:
            assert answer.status == 200
            return await (answer.json() if "json" in answer.content_type else answer.text())

    async def query(self, expr: str) -> list[dict[str, Any]]:
        """The instant answer to an expression."""
        answer = await self.get(f"{self.prometheus}/api/v1/query", query=expr)
        return list(answer["data"]["result"])

    async def jobs(self) -> list[dict[str, Any]]:
        """What the simulated cloud says is so."""
        truth = await self.get(self.truth)
        return list(truth if isinstance(truth, list) else json.loads(truth))

    async def scraped(self) -> None:
        """Wait for the first scrape that has jobs."""
        async with asyncio.timeout(30):
            while not await self.query("drs_job_status"):  # noqa: ASYNC110 - Prometheus tells nobody that it scraped
                await asyncio.sleep(0.05)


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    """The demo with a world that stands still, scraped every half second."""
    exporter, prometheus = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    config = tmp_path / "prometheus.yml"
    scrape = {
        "job_name": "drs-exporter",
        "scrape_interval": "500ms",
        "scrape_timeout": "500ms",
        "static_configs": [{"targets": [exporter]}],
    }
    config.write_text(yaml.safe_dump({"scrape_configs": [scrape]}))
    options = ("--speed", "0.001", "--jobs", "60", "--web.listen-address", exporter)
    demo = Program(
        "the demo",
        [sys.executable, "-m", "drs_exporter", "demo", *options],
        log=tmp_path / "demo.log",
        page=f"http://{exporter}/-/ready",
        environ={},
    )
    watcher = Program(
        "Prometheus",
        [
            path_of("prometheus"),
            f"--config.file={config}",
            f"--storage.tsdb.path={tmp_path / 'data'}",
            f"--web.listen-address={prometheus}",
        ],
        log=tmp_path / "prometheus.log",
        page=f"http://{prometheus}/-/ready",
    )
    async with demo, watcher:
        cloud = re.search(r"Simulated DRS and IAM at (\S+)", demo.log.read_text())
        assert cloud is not None, demo.log.read_text()
        found = Watched(f"http://{exporter}/metrics", f"{cloud[1]}/_control/truth", f"http://{prometheus}")
        await found.scraped()
        yield found


async def test_prometheus_answers_with_the_simulators_truth(watched: Watched) -> None:
    jobs = await watched.jobs()

    (target,) = await watched.query('up{job="drs-exporter"}')
    assert target["value"][1] == "1"

    counted = await watched.query("sum by (status) (drs_jobs) > 0")
    statuses = Counter(job["status"] for job in jobs)
    assert {series["metric"]["status"]: int(series["value"][1]) for series in counted} == statuses

    delayed = {job["id"]: job["delay"] for job in jobs if job["delay"] is not None}
    answered = await watched.query("drs_job_incremental_delay_seconds")
    assert {series["metric"]["job_id"] for series in answered} == set(delayed)
    for series in answered:
        assert float(series["value"][1]) == pytest.approx(delayed[series["metric"]["job_id"]], abs=1)

    lint = await asyncio.create_subprocess_exec(
        path_of("promtool"), "check", "metrics", stdin=PIPE, stdout=PIPE, stderr=STDOUT
    )
    found, _ = await lint.communicate((await watched.get(watched.metrics)).encode())
    assert (lint.returncode, found) == (0, b"")
