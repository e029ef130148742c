"""The daemon in its own process, as the soak test sees it: what it is told, what it holds, what it logs."""

import asyncio
import contextlib
import itertools
import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self
from urllib.parse import urlsplit

import aiohttp
import psutil
import yaml

from tests.faults.page import Page

_QUIET: Final = 10.0
"""Seconds that connections which scrapers closed have to be gone."""

_LINE: Final = 1 << 20


class Measured(NamedTuple):
    """What the process holds in a quiet moment: between two polls, with no scraper connected."""

    memory: float
    """MiB resident."""
    tasks: Mapping[str, int]
    """By what runs in them."""
    descriptors: int
    """Without those of connections to the cloud."""
    connections: int
    """To the cloud, kept alive: from none to as many as requests may be under way."""


class DaemonProcess:
    """A daemon that polls at the test's word, on loopback."""

    def __init__(self, folder: Path) -> None:
        """Keep its configuration file in `folder`."""
        self.url = ""
        self.wake = 0.0
        """Unix time, by its own clock, at which it will do something next."""
        self.quiet = True
        """Nothing is under way until then."""
        self.events: Counter[str] = Counter()
        self.strange: list[str] = []
        """What it wrote that is no log event."""
        self._file = folder / "exporter.yml"
        self._polled: object = None
        self._process: asyncio.subprocess.Process
        self._session: aiohttp.ClientSession
        self._listening: asyncio.Task[None]

    def configure(self, **settings: object) -> None:
        """Write the configuration file."""
        self._file.write_text(yaml.safe_dump(settings), encoding="utf-8")

    async def __aenter__(self) -> Self:
        """Start, and wait until the first poll has ended."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.soak.child",
            str(self._file),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_LINE,
        )
        self._listening = asyncio.create_task(self._listen())
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))
        self.url = (await self._heard())["url"]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it as a service manager would."""
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.wait()
        await self._listening
        await self._session.close()

    async def step(self) -> bool:
        """Let time pass until a poll has ended, or something else is done; whether it was a poll."""
        before = self._polled
        await self._ask("go on")
        return self._polled != before

    async def scrape(self, *families: str) -> Page:
        """What it serves of these families; scrapers look at the rest."""
        async with self._session.get(f"{self.url}/metrics") as response:
            response.raise_for_status()
            lines = (await response.read()).split(b"\n")
        wanted = tuple(f"{family}{{".encode() for family in families)
        return Page(b"".join(line + b"\n" for line in lines if line.startswith(wanted)))

    async def measure(self, cloud: str) -> Measured:
        """What it holds now; `cloud` is the URL it polls. Scrapers have closed their connections."""
        process = psutil.Process(self._process.pid)
        here, there = urlsplit(self.url).port, urlsplit(cloud).port
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_QUIET):
                await self._quiet(process, here)
        tasks = (await self._ask("tasks"))["tasks"]
        kept = sum(
            bool(link.raddr) and link.raddr.port == there and link.status == psutil.CONN_ESTABLISHED
            for link in process.net_connections("tcp")
        )
        return Measured(
            memory=process.memory_info().rss / 1024 / 1024,
            tasks=tasks,
            descriptors=process.num_fds() - kept,
            connections=kept,
        )

    async def _quiet(self, process: psutil.Process, port: int | None) -> None:
        """Wait until no connection to this port is open any more; those that stay are measured."""
        for _ in itertools.count():
            links = [link for link in process.net_connections("tcp") if link.laddr.port == port]
            if all(link.status == psutil.CONN_LISTEN for link in links):
                return
            await asyncio.sleep(0.01)

    async def _ask(self, question: str) -> dict[str, Any]:
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        self._process.stdin.write(f"{question}\n".encode())
        return await self._heard()

    async def _heard(self) -> dict[str, Any]:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        line = await self._process.stdout.readline()
        if not line:
            raise EOFError("the daemon has ended")
        answer: dict[str, Any] = json.loads(line)
        self.wake = answer.get("wake", self.wake)
        self.quiet = answer.get("quiet", self.quiet)
        self._polled = answer.get("polled", self._polled)
        return answer

    async def _listen(self) -> None:
        """Count its log events."""
        assert self._process.stderr is not None  # noqa: S101 - it is a pipe
        async for line in self._process.stderr:
            try:
                event = json.loads(line)["event"]
            except ValueError:
                self.strange.append(line.decode(errors="replace").rstrip())
            else:
                self.events[event] += 1
