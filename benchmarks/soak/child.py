"""The exporter's daemon as `drs-exporter serve` runs it, but for its clock: time passes at the word of standard input.

Every line read is a question, every line written its answer in JSON; the first line tells where the pages are.
"""

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from drs_exporter.app import Exporter
from drs_exporter.cli.event_loop import run
from drs_exporter.cli.preparation import prepare, read
from tests.faults.driven_clock import DrivenClock

_LOOK: Final = 0.001
"""Seconds between two looks at how far polling has come."""


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
        """Until SIGTERM; what cannot be answered ends it."""
        opened: asyncio.Future[Sequence[str]] = asyncio.get_running_loop().create_future()
        async with asyncio.TaskGroup() as tasks:
            answering = tasks.create_task(self._answer_all(opened), name="answers")
            await self._exporter.run(announce=opened.set_result)
            answering.cancel()

    async def _answer_all(self, opened: asyncio.Future[Sequence[str]]) -> None:
        urls = await opened
        while not all(self._polled):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(_LOOK)
        self._say({"url": urls[0], **self._moment()})
        questions = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(questions), os.fdopen(os.dup(sys.stdin.fileno()), "rb")
        )
        while question := (await questions.readline()).decode().strip():
            self._say(await self._answer(question))

    async def _answer(self, question: str) -> dict[str, Any]:
        if question == "go on":
            await self._go_on()
            return self._moment()
        return {"tasks": Counter(_name(task) for task in asyncio.all_tasks())}

    async def _go_on(self) -> None:
        """Let time pass until a poll has ended, or until all there was to do is done.

        Rounds beside the polls need not end for that: where everything is throttled they go on for hours.
        """
        before = self._polled
        waking = asyncio.create_task(self._clock.wake(loops=len(before)), name="waking")
        while not waking.done() and self._polled == before:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(_LOOK)
        if waking.done():
            waking.result()
        waking.cancel()

    def _moment(self) -> dict[str, Any]:
        """How far polling has come, and the Unix time at which it goes on."""
        now = self._clock.monotonic()
        wake = self._clock.next_wake()
        seconds = 0.0 if wake is None else wake - now
        return {"polled": self._polled, "quiet": wake is not None, "wake": self._clock.time() + seconds}

    @property
    def _polled(self) -> list[float | None]:
        return [project.polled for project in self._exporter.projects()]

    def _say(self, answer: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _name(task: asyncio.Task[Any]) -> str:
    """The kind of thing it does, or what runs in it where it was given no name."""
    name = task.get_name()
    return str(getattr(task.get_coro(), "__qualname__", name)) if name.startswith("Task-") else name.split()[0]


if __name__ == "__main__":
    run(Child(sys.argv[1]).serve())
