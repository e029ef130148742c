"""The command as a user runs it: another process, its files, its exit code and what it prints."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from drs_exporter.cli import run
from drs_exporter.simulator import SimulatedCloud
from tests.faults.daemon import entry
from tests.faults.page import Page

_PATIENCE = 30.0
"""Real seconds after which what does not come is a failed test."""


@pytest.fixture
async def cloud() -> AsyncIterator[SimulatedCloud]:
    """A dozen jobs by this machine's clock, which is that of the command."""
    async with SimulatedCloud(jobs=12, seed=1, speed=1e-6) as running:
        yield running


@contextlib.asynccontextmanager
async def command(*arguments: str, **variables: str) -> AsyncIterator[Process]:
    """The command while it runs; it does not outlive the test."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "drs_exporter", *arguments, stdout=PIPE, stderr=PIPE, env=os.environ | variables
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def event(process: Process, name: str) -> dict[str, Any]:
    """The log line of this event."""
    assert process.stderr is not None
    async for line in process.stderr:
        found: dict[str, Any] = json.loads(line)
        if found["event"] == name:
            return found
    raise AssertionError(f"no line tells {name}")


async def until(session: aiohttp.ClientSession, url: str, holds: Callable[[Page], object]) -> Page:
    """The first page on which this holds."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            async with session.get(url) as response:
                page = Page(await response.read())
            if holds(page):
                return page


async def test_an_entry_wins_over_the_command_line_which_wins_over_variables_and_these_over_the_file(
    cloud: SimulatedCloud, tmp_path: Path
) -> None:
    """The intervals that are exported tell what was understood; the password comes from the secrets directory."""
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "password").write_text(f"{cloud.password}\n")
    own = entry(cloud, "own", poll_interval="7m", collectors=["status"])
    common = entry(cloud, "common")
    del own["password"], common["password"]
    document = {"poll_interval": "3m", "collectors": "quotas,progress", "hold_time": 90, "projects": [own, common]}
    file = tmp_path / "exporter.yml"
    file.write_text(yaml.safe_dump(document | {"collector_intervals": {"quotas": "9m"}}))
    async with command(
        *("once", "--poll-interval", "5m", "--log.level", "error"),
        DRS_EXPORTER_CONFIG_FILE=str(file),
        DRS_EXPORTER_SECRETS_DIR=str(secrets),
        DRS_EXPORTER_POLL_INTERVAL="4m",
        DRS_EXPORTER_COLLECTOR_INTERVALS="quotas=8m",
    ) as process:
        out, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")
    page = Page(out)
    intervals = page.of("drs_exporter_collector_interval_seconds")
    found = {(dict(series.labels)["project"], dict(series.labels)["collector"]): v for series, v in intervals.items()}
    assert found == {
        ("own", "jobs"): 420,
        ("own", "status"): 420,
        ("common", "jobs"): 300,
        ("common", "progress"): 300,
        ("common", "quotas"): 480,
    }


async def test_it_listens_on_every_address_holds_for_its_time_and_leaves_nothing_behind(
    cloud: SimulatedCloud, tmp_path: Path
) -> None:
    file, listening = tmp_path / "exporter.yml", tmp_path / "drs.sock"
    file.write_text(
        yaml.safe_dump(
            {
                "poll_interval": 1,
                "hold_time": "2s",
                "max_requests_per_second": 1000,
                "collectors": ["jobs", "progress"],
                "web_listen_address": ["127.0.0.1:0", f"unix:{listening}"],
                "log_format": "json",
                "projects": [entry(cloud, "prod")],
            }
        )
    )
    progress = "drs_job_progress_updated_timestamp_seconds"
    async with command("serve", "--config.file", str(file)) as process:
        urls = (await event(process, "exporter.started"))["urls"]
        assert urls[1:] == [f"unix:{listening}"]
        async with (
            aiohttp.ClientSession() as session,
            aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(listening))) as local,
        ):
            metrics = f"{urls[0]}/metrics"
            first = await until(session, metrics, lambda page: page.of(progress))
            cloud.faults.set("batch_progress", "403_permission")

            def told(page: Page) -> bool:
                return page.value("drs_exporter_collector_success", collector="progress") == 0

            held = await until(local, "http://localhost/metrics", told)
            dropped = await until(session, metrics, lambda page: not page.of(progress))
        process.send_signal(signal.SIGTERM)
        out, err = await asyncio.wait_for(process.communicate(), 5)
    assert held.of(progress) == first.of(progress)
    assert told(dropped)
    assert dropped.jobs() == first.jobs()
    assert (process.returncode, out) == (0, b"")
    events = [json.loads(line)["event"] for line in err.splitlines()]
    assert events == ["jobs.read", "collector.failed", "exporter.stopped"]
    assert not listening.exists()


_WHOLE = {
    "PROJECT_ID": "p",
    "REGION": "eu-de",
    "USERNAME": "u",
    "PASSWORD": "hunter2hunter2",
    "DOMAIN_NAME": "d",
}


@pytest.mark.parametrize(
    ("arguments", "variables", "named"),
    [
        (("once",), {"POLL_INTERVALL": "1m"}, "DRS_EXPORTER_POLL_INTERVAL?"),
        (("once",), {"ANYTHING": "1"}, "did you mean DRS_EXPORTER_"),
        (("check",), {"TOKEN": "hunter2hunter2"}, "DRS_EXPORTER_AUTH"),
        (("jobs",), {"PASSWORD_FILE": "/x"}, "DRS_EXPORTER_PASSWORD_FILE"),
        (("serve",), {"POLL_INTERVAL": "soon"}, "DRS_EXPORTER_POLL_INTERVAL"),
        (("serve", "--poll-interval", "1 minute"), {}, "--poll-interval"),
        (("serve", "--web.listen-address", "9877"), {}, "--web.listen-address"),
        (("serve", "--shard", "2", "--total-shards", "2"), {}, "--shard"),
        (("start", "a", "--at", "2020-01-01T00:00:00Z"), {}, "--at"),
        (("start", "a", "--project", "other"), {}, "--project"),
        (("start",), {}, "JOB_ID"),
        (("once", "--password", "hunter2hunter2"), {}, "--password"),
        (("demo", "--project-id", "p"), {}, "--project-id"),
    ],
)
def test_what_is_wrong_is_one_line_that_names_it_and_exit_code_2(
    arguments: tuple[str, ...],
    variables: dict[str, str],
    named: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in (_WHOLE | variables).items():
        monkeypatch.setenv(f"DRS_EXPORTER_{name}", value)
    assert run(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert named in captured.err
    assert "hunter2" not in captured.err
