"""The exporter's own parts against the upstream of a benchmark, polled when the benchmark says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from benchmarks.upstream import PROJECT
from drs_exporter import process
from drs_exporter.cli.preparation import load
from drs_exporter.clock import SystemClock
from drs_exporter.exposition import Exposition
from drs_exporter.poll import DEFAULT_COLLECTORS
from drs_exporter.render import ProjectLines
from drs_exporter.secret import Redactor
from drs_exporter.settings import Settings
from drs_exporter.snapshot import Project
from drs_exporter.telemetry import Telemetry
from drs_exporter.watch import Watch

INTERVAL = 60.0
ASKED = tuple(name for name in DEFAULT_COLLECTORS if name not in {"cloud_eye", "diagnosis"})
"""What the upstream of a benchmark answers: a poll, and the rounds whose calls a fleet's size alone decides."""


def environ(url: str, **variables: str) -> dict[str, str]:
    """The environment of an exporter that polls this upstream as fast as it answers; variables without the prefix."""
    return {
        "DRS_EXPORTER_ENDPOINT": url,
        "DRS_EXPORTER_PROJECT_ID": PROJECT,
        "DRS_EXPORTER_PROJECT_NAME": "prod",
        "DRS_EXPORTER_REGION": "eu-de",
        "DRS_EXPORTER_TOKEN": "given",
        "DRS_EXPORTER_MAX_REQUESTS_PER_SECOND": "100000",
        "DRS_EXPORTER_COLLECTORS": ",".join(ASKED),
        **{f"DRS_EXPORTER_{name}": value for name, value in variables.items()},
    }


def settings(url: str, **variables: str) -> Settings:
    """As `environ`, read."""
    return load(environ=environ(url, **variables))


class SetForward(SystemClock):
    """The machine's clock, which can be set forward: no benchmark waits for the next poll to be due."""

    def __init__(self) -> None:
        """Show the machine's time."""
        self.ahead = 0.0

    def time(self) -> float:
        """Unix time in seconds."""
        return super().time() + self.ahead

    def monotonic(self) -> float:
        """Seconds of the monotonic clock."""
        return super().monotonic() + self.ahead


class Watching:
    """One project under watch."""

    def __init__(self, watch: Watch, exposition: Exposition, clock: SetForward) -> None:
        """Poll this watch, read this exposition."""
        self.watch = watch
        self.exposition = exposition
        self._clock = clock

    async def poll(self) -> None:
        """One poll, an interval after the one before, and what is due of the rounds beside it."""
        assert self.watch.pace is not None  # noqa: S101 - begun
        await self.watch.pace.once()
        self._clock.ahead += INTERVAL

    async def page(self, encoding: str = "gzip") -> bytes:
        """What a scrape gets."""
        buffers = await self.exposition.page(
            projects=None, process_wide=True, jobs=True, openmetrics=False, encoding=encoding
        )
        return b"".join(buffers)


@asynccontextmanager
async def watching(url: str, **variables: str) -> AsyncIterator[Watching]:
    """Everything between the upstream and a scrape but the web server."""
    process.prepare()
    whole = settings(url, **variables)
    telemetry, clock = Telemetry(), SetForward()
    exposition = Exposition(telemetry.render, clock)
    (project,) = whole.projects
    await exposition.arrange([project.name])

    async def publish(found: Project, lines: ProjectLines) -> None:
        await exposition.publish(found.name, lines)

    watch = Watch(project, whole, telemetry=telemetry, publish=publish, redactor=Redactor(), clock=clock)
    await watch.open()
    try:
        await watch.begin()
        yield Watching(watch, exposition, clock)
    finally:
        await watch.stop()
