"""The daemon as a process: signals, and a file system it may not write to."""

import asyncio
import contextlib
import json
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from drs_exporter.simulator import SimulatedCloud
from tests.faults.daemon import arrival, entry

_WATCHED = """
import os, sys
sys.dont_write_bytecode = True
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.link", "os.symlink", "os.truncate", "tempfile.mkstemp"}
def hook(event, args):
    if event == "open" and isinstance(args[2], int) and args[2] & WRITES or event in CHANGES:
        os.write(2, f"WRITES {event} {args}\\n".encode())
sys.addaudithook(hook)
from drs_exporter.cli import main
main()
"""
"""The command line, telling of every attempt to change a file."""


class Process:
    """`drs-exporter serve` as a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Collect its log lines."""
        self.process = process
        self.lines: list[str] = []

    async def until(self, event: str) -> dict[str, Any]:
        """Its next log line of this event."""
        assert self.process.stderr is not None
        async with asyncio.timeout(30):
            while line := (await self.process.stderr.readline()).decode():
                self.lines.append(line)
                with contextlib.suppress(ValueError):
                    found: dict[str, Any] = json.loads(line)
                    if found["event"] == event:
                        return found
        raise AssertionError(f"no {event} in {self.lines}")

    async def end(self, number: signal.Signals) -> tuple[int, float]:
        """Send a signal; the exit code, and the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        async with asyncio.timeout(30):
            _, rest = await self.process.communicate()
        self.lines += rest.decode().splitlines()
        assert self.process.returncode is not None
        return self.process.returncode, time.monotonic() - began


@asynccontextmanager
async def serving(file: Path, *, cwd: Path) -> AsyncIterator[Process]:
    """Start it with this configuration file."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _WATCHED, "serve", "--config.file", str(file), "--log.format", "json"),
        stderr=asyncio.subprocess.PIPE,
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin"},
    )
    running = Process(process)
    try:
        yield running
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


def write(file: Path, *projects: object) -> None:
    """A configuration file."""
    common = {"web_listen_address": ["127.0.0.1:0"], "request_timeout": 60}
    file.write_text(yaml.safe_dump(common | {"projects": list(projects)}))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_within_five_seconds_in_the_middle_of_a_hanging_request(
    number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with SimulatedCloud(jobs=5) as cloud:
        cloud.faults.set("*", "hang")
        arrived = arrival(cloud, monkeypatch)
        write(tmp_path / "exporter.yml", entry(cloud))
        async with serving(tmp_path / "exporter.yml", cwd=tmp_path) as running:
            await running.until("exporter.started")
            await asyncio.wait_for(arrived.wait(), 30)
            code, seconds = await running.end(number)
            assert (code, seconds < 5) == (0, True), running.lines
            assert not any("Traceback" in line for line in running.lines)


async def test_it_writes_nothing_and_reloads_by_a_signal(tmp_path: Path) -> None:
    """In a folder that nobody may write to, without TMPDIR, watched by the interpreter's own audit."""
    folder = tmp_path / "readonly"
    folder.mkdir()
    async with SimulatedCloud(jobs=5) as cloud, aiohttp.ClientSession() as client:
        write(tmp_path / "exporter.yml", entry(cloud))
        folder.chmod(0o555)
        async with serving(tmp_path / "exporter.yml", cwd=folder) as running:
            (url,) = (await running.until("exporter.started"))["urls"]
            await assert_serves(client, url)
            write(tmp_path / "exporter.yml", entry(cloud), entry(cloud, "second"))
            running.process.send_signal(signal.SIGHUP)
            assert (await running.until("config.reloaded"))["projects"] == ["sim", "second"]
            (tmp_path / "exporter.yml").write_text("projects: 7\n")
            running.process.send_signal(signal.SIGHUP)
            assert "projects" in (await running.until("config.reload_failed"))["error"]
            await assert_serves(client, url)
            code, seconds = await running.end(signal.SIGTERM)
            assert (code, seconds < 5) == (0, True), running.lines
        assert [line for line in running.lines if line.startswith("WRITES")] == []
        assert list(folder.iterdir()) == []


async def assert_serves(client: aiohttp.ClientSession, url: str) -> None:
    """Every page answers."""
    for path in ("/metrics", "/jobs", "/", "/-/healthy"):
        async with client.get(url + path) as response:
            assert response.status == 200
