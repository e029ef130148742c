"""Programs that serve a page from a process of their own: the exporter, and its rivals."""

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO
from urllib.request import urlopen

import psutil

from benchmarks.scraper import Scraper
from benchmarks.watching import environ

_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")


@dataclass(frozen=True)
class Served:
    """A server that runs."""

    port: int
    process: psutil.Process
    output: IO[str]

    def end(self) -> str:
        """Let it end, and hear its last words."""
        self.process.terminate()
        return self.output.read()

    def cpu(self) -> float:
        """Seconds of CPU so far, of all its threads."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def settle(self) -> None:
        """Wait until it does nothing: what ran beside the first poll has ended."""
        spent = -1.0
        while (now := self.cpu()) != spent:
            spent = now
            time.sleep(0.5)

    def resident(self) -> int:
        """Bytes of memory it holds."""
        return int(self.process.memory_info().rss)

    def page(self) -> bytes:
        """What it serves, uncompressed."""
        return asyncio.run(Scraper(self.port, gzip=False).scrape())[1]


@contextmanager
def program(command: Sequence[str], variables: dict[str, str] | None = None) -> Iterator[Served]:
    """A program that prints the address it serves."""
    with subprocess.Popen(
        [sys.executable, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **(variables or {})},
    ) as process:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        try:
            said = next(found for line in process.stdout if (found := _ADDRESS.search(line)))
            yield Served(int(said[1]), psutil.Process(process.pid), process.stdout)
        finally:
            process.terminate()


@contextmanager
def exporter(url: str, *options: str, **variables: str) -> Iterator[Served]:
    """The exporter's daemon, ready, polling this upstream."""
    everything = environ(url, WEB_LISTEN_ADDRESS="127.0.0.1:0", **variables)
    with program(["-m", "benchmarks.daemon", *options], everything) as served:
        ready(served.port)
        yield served


def ready(port: int) -> None:
    """Wait until the first poll has ended."""
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{port}/-/ready"):
                return
        except OSError:
            asyncio.run(asyncio.sleep(0.02))
