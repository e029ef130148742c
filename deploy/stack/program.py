"""One program that runs beside us, until it is stopped."""

import asyncio
import os
import socket
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import aiohttp

_PATIENCE: Final = 10.0
"""Seconds that a program has to end when it is asked to."""

_LOOK: Final = 0.05
_LAST_LINES: Final = 15


class ProgramError(Exception):
    """A program ended or did not come up; the message holds the end of its log."""


class Program:
    """A program with its log in a file, ready when a page of it answers 200."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        page: str,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """Only keep what is needed; `start` runs it."""
        self.name = name
        self.log = log
        self._command = command
        self._page = page
        self._environ = environ
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, *, timeout: float = 30) -> None:  # noqa: ASYNC109 - the message needs the log
        """Run it and wait until it is ready."""
        with self.log.open("wb") as log:
            # A session of its own: Ctrl-C reaches us alone, and we end the programs in the right order.
            self._process = await asyncio.create_subprocess_exec(
                *map(str, self._command),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
                env=None if self._environ is None else {"PATH": os.environ["PATH"], **self._environ},
                start_new_session=True,
            )
        try:
            async with asyncio.timeout(timeout):
                await self._ready(self._process)
        except TimeoutError:
            await self.stop()
            raise ProgramError(f"{self.name} was not ready within {timeout:g} s:\n{self._tail()}") from None

    async def stop(self) -> None:
        """Ask it to end, and make it if it does not."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(_PATIENCE):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    async def ended(self) -> None:
        """Wait for it; a program of the stack should not end by itself, so that is an error."""
        if self._process is not None:
            await self._process.wait()
            raise ProgramError(f"{self.name} has ended:\n{self._tail()}")

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _ready(self, process: asyncio.subprocess.Process) -> None:
        async with aiohttp.ClientSession() as session:
            while not await _answers(session, self._page):
                if process.returncode is not None:
                    raise ProgramError(f"{self.name} has ended:\n{self._tail()}")
                await asyncio.sleep(_LOOK)

    def _tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-_LAST_LINES:])


async def _answers(session: aiohttp.ClientSession, page: str) -> bool:
    try:
        async with session.get(page) as answer:
            return answer.status == HTTPStatus.OK
    except aiohttp.ClientError:
        return False


def free_port(wanted: int = 0) -> int:
    """The wanted port of loopback if nobody listens on it, else another one."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ProgramError("no port is free on loopback")
