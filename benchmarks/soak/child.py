"""The exporter's daemon as `drs-exporter serve` runs it, but for its clock: time passes at the word of standard input.

Every line read is a question, every line written its answer in JSON; the first line tells where the pages are.
"""

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

from drs_exporter.app import Exporter
from drs_exporter.cli.event_loop import run
from drs_exporter.cli.preparation import prepare, read
from tests.faults.driven_clock import DrivenClock


class Child:
    """One daemon and its answers."""

    def __init__(self, file: str) -> None:
        """Read the configuration file as the command line would."""
        options = {"config_file": file}
        settings, redactor = prepare(options, environ={})
        self._clock = DrivenClock()
        self._exporter = Exporter(
            settings, redactor=redactor, load=lambda: read(options, redactor, environ={}), clock=self._clock
        )

    async def serve(self) -> None:
        """Until SIGTERM."""
        opened: asyncio.Future[Sequence[str]] = asyncio.get_running_loop().create_future()
        answering = asyncio.create_task(self._answer_all(opened), name="answers")
        try:
            await self._exporter.run(announce=opened.set_result)
        finally:
            answering.cancel()

    async def _answer_all(self, opened: asyncio.Future[Sequence[str]]) -> None:
        urls = await opened
        await self._clock.settled(self._loops)
        self._say({"url": urls[0], **self._moment()})
        questions = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(questions), os.fdopen(os.dup(sys.stdin.fileno()), "rb")
        )
        while question := (await questions.readline()).decode().strip():
            self._say(await self._answer(question))

    async def _answer(self, question: str) -> dict[str, Any]:
        if question == "wake":
            await self._clock.wake(loops=self._loops)
            return self._moment()
        return {"tasks": Counter(_name(task) for task in asyncio.all_tasks())}

    def _moment(self) -> dict[str, Any]:
        """How far polling has come, and at which Unix time it will go on."""
        wake = self._clock.next_wake() or 0.0
        polled = [project.polled for project in self._exporter.projects()]
        return {"polled": polled, "wake": self._clock.time() - self._clock.monotonic() + wake}

    @property
    def _loops(self) -> int:
        return len(self._exporter.projects())

    def _say(self, answer: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _name(task: asyncio.Task[Any]) -> str:
    """What runs in it."""
    return str(getattr(task.get_coro(), "__qualname__", task.get_name()))


if __name__ == "__main__":
    run(Child(sys.argv[1]).serve())
