"""The parts of the stack, started in the order in which they need each other and ended in the other."""

import asyncio
import sys
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.stack import configuration
from deploy.stack.inbox import Inbox, Message
from deploy.stack.program import Program, free_port
from drs_exporter.cli.simulate import credentials
from drs_exporter.settings.names import variable
from drs_exporter.simulator import SimulatedCloud
from tools.programs import path_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast everything runs."""

    hurry: float
    """Waits of rules and routes are this many times shorter."""
    poll_interval: str
    scrape_interval: str


class Stack:
    """A cloud that does not exist, and everything that watches it."""

    def __init__(
        self,
        cloud: SimulatedCloud,
        folder: Path,
        pace: Pace,
        *,
        ports: tuple[int, int, int] = (0, 0, 0),
        settings: Mapping[str, str] | None = None,
        arrived: Callable[[Message], object] = lambda _message: None,
    ) -> None:
        """Choose ports of exporter, Prometheus and Alertmanager: those wanted where they are free.

        `settings` are further ones of the exporter.
        """
        self._settings = dict(settings or {})
        self.cloud = cloud
        self.inbox = Inbox(arrived=arrived)
        exporter, prometheus, alertmanager = (f"127.0.0.1:{free_port(port)}" for port in ports)
        self.exporter_url = f"http://{exporter}"
        self.prometheus_url = f"http://{prometheus}"
        self.alertmanager_url = f"http://{alertmanager}"
        self._addresses = (exporter, prometheus, alertmanager)
        self._folder = folder
        self._pace = pace
        self._programs: list[Program] = []
        self._exit = AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            await self._exit.enter_async_context(self.cloud)
            await self._exit.enter_async_context(self.inbox)
            for program in (self._exporter(), self._alertmanager(), self._prometheus()):
                self._programs.append(await self._exit.enter_async_context(program))
        except BaseException:
            await self._exit.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._exit.aclose()

    async def restart_exporter(self) -> None:
        """End the exporter and run it anew, as a roll-out does."""
        exporter = self._programs[0]
        await exporter.stop()
        await exporter.start()

    async def ended(self, stop: asyncio.Event) -> None:
        """Wait until it shall stop; a program that ends before that is a `ProgramError`."""
        tasks = {asyncio.create_task(wait) for wait in (stop.wait(), *(program.ended() for program in self._programs))}
        done, running = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in running:
            task.cancel()
        for task in done:
            task.result()

    def _exporter(self) -> Program:
        address, _, _ = self._addresses
        settings = (
            credentials(self.cloud)
            | {
                "project_name": "demo",
                "poll_interval": self._pace.poll_interval,
                "max_requests_per_second": "100",
                "cloud_eye_max_requests_per_second": "100",
                "collector_intervals": f"cloud_eye={self._pace.poll_interval}",
            }
            | self._settings
        )
        return Program(
            "the exporter",
            [sys.executable, "-m", "drs_exporter", "serve", "--web.listen-address", address],
            log=self._folder / "exporter.log",
            page=f"{self.exporter_url}/-/ready",
            environ={variable(name): value for name, value in settings.items()},
        )

    def _alertmanager(self) -> Program:
        _, _, address = self._addresses
        config = configuration.alertmanager(self._folder, webhook=self.inbox.url, hurry=self._pace.hurry)
        return Program(
            "Alertmanager",
            [
                path_of("alertmanager"),
                f"--config.file={config}",
                f"--storage.path={self._folder / 'alertmanager'}",
                f"--web.listen-address={address}",
                "--cluster.listen-address=",
            ],
            log=self._folder / "alertmanager.log",
            page=f"{self.alertmanager_url}/-/ready",
        )

    def _prometheus(self) -> Program:
        exporter, address, alertmanager = self._addresses
        config = configuration.prometheus(
            self._folder,
            exporter=exporter,
            alertmanager=alertmanager,
            hurry=self._pace.hurry,
            scrape_interval=self._pace.scrape_interval,
        )
        return Program(
            "Prometheus",
            [
                path_of("prometheus"),
                f"--config.file={config}",
                f"--storage.tsdb.path={self._folder / 'prometheus'}",
                f"--web.listen-address={address}",
            ],
            log=self._folder / "prometheus.log",
            page=f"{self.prometheus_url}/-/ready",
        )
