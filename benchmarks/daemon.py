"""The exporter's daemon on a loop of the benchmark's choice; at its end it tells how long that loop was held up."""

import argparse
import asyncio
import gc
import json
import time
from collections.abc import Callable, Mapping, Sequence

import uvloop

from benchmarks.scraper import quantile
from drs_exporter import logs
from drs_exporter.app import Exporter
from drs_exporter.cli.preparation import load
from drs_exporter.secret import Redactor

STEP = 0.002
"""Seconds between two looks at the clock."""
LOOPS: Mapping[str, Callable[[], asyncio.AbstractEventLoop]] = {
    "asyncio": asyncio.new_event_loop,
    "uvloop": uvloop.new_event_loop,
}


class Pauses:
    """How long the loop was late, and how long collections of garbage took."""

    def __init__(self) -> None:
        """Listen to the collector."""
        self.late: list[float] = []
        self.collections: list[float] = []
        self._begun = 0.0
        gc.callbacks.append(self._collection)

    async def watch(self) -> None:
        """Look at the clock for ever."""
        while True:
            due = time.perf_counter() + STEP
            await asyncio.sleep(STEP)
            self.late.append(time.perf_counter() - due)

    def told(self) -> str:
        """The figures, in seconds."""
        late = sorted(self.late)
        return json.dumps(
            {"p99": quantile(late, 0.99), "worst": late[-1], "collection": max(self.collections, default=0.0)}
        )

    def _collection(self, phase: str, _: object) -> None:
        if phase == "start":
            self._begun = time.perf_counter()
        else:
            self.collections.append(time.perf_counter() - self._begun)


async def serve(*, probe: bool) -> None:
    """Serve until SIGTERM."""
    exporter = Exporter(load(), redactor=Redactor())
    pauses = Pauses()
    watching = asyncio.create_task(pauses.watch()) if probe else None

    def announce(urls: Sequence[str]) -> None:
        pauses.late.clear()
        pauses.collections.clear()
        print(*urls, flush=True)

    await exporter.run(announce=announce)
    if watching is not None:
        watching.cancel()
        print(pauses.told(), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--loop", choices=LOOPS, default="asyncio")
    parser.add_argument("--probe", action="store_true")
    options = parser.parse_args()
    logs.configure("error", "json", Redactor())
    with asyncio.Runner(loop_factory=LOOPS[options.loop]) as runner:
        runner.run(serve(probe=options.probe))
