"""One project being watched: its client, its poller, its renderer, and the task that runs them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Final

from drs_exporter import process
from drs_exporter.clock import Clock
from drs_exporter.connect import connect
from drs_exporter.drs.client import DrsClient
from drs_exporter.poll import Plan, Poller
from drs_exporter.poll.plan import OPERATIONS
from drs_exporter.poll.state import State
from drs_exporter.render import Chunk, ProjectRenderer
from drs_exporter.secret import Redactor
from drs_exporter.settings import ProjectSettings, Settings
from drs_exporter.snapshot import Project
from drs_exporter.telemetry import Telemetry

Publish = Callable[[str, Sequence[Chunk]], Awaitable[None]]


class Watch:
    """Watches one project until it is stopped."""

    def __init__(
        self,
        settings: ProjectSettings,
        whole: Settings,
        *,
        telemetry: Telemetry,
        publish: Publish,
        redactor: Redactor,
        clock: Clock,
    ) -> None:
        """Start knowing nothing of the project but its name: down until the first listing succeeds."""
        self.settings: Final = settings
        self.plan: Final = plan_of(settings, whole)
        self.snapshot = Project(name=settings.name, project_id=settings.project_id, region=settings.region)
        self.poller: Poller | None = None
        self._telemetry = telemetry.project(settings.name, operations_of(settings, self.plan))
        self._publish = publish
        self._redactor = redactor
        self._clock = clock
        self._renderer = ProjectRenderer(settings.name)
        self._client: DrsClient | None = None
        self._open = AsyncExitStack()
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect; SettingsError if the certificate authorities cannot be used."""
        self._client = await self._open.enter_async_context(
            connect(
                self.settings,
                redactor=self._redactor,
                observer=self._telemetry,
                clock=self._clock,
                shards=self.plan.total_shards,
            )
        )

    async def begin(self, before: "Watch | None" = None) -> None:
        """Publish what is known so far: all that an earlier watch holds, if it was of the same project and stopped."""
        assert self._client is not None  # noqa: S101 - opened first
        state = State() if before is None else before._heritage(self.settings)  # noqa: SLF001 - of its own kind
        state.keep(self.plan)
        self.poller = Poller(
            self.plan,
            self._client,
            clock=self._clock,
            publish=self._render,
            unreadable=self._telemetry.unreadable,
            state=state,
        )
        await self.poller.publish()

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Poll from now on."""
        assert self.poller is not None  # noqa: S101 - begun first
        self._task = tasks.create_task(self.poller.run(), name=f"poll {self.settings.name}")

    async def stop(self) -> None:
        """Stop polling, even in the middle of a request, and close all connections."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            self._task = None
        await self._open.aclose()

    def _heritage(self, settings: ProjectSettings) -> State:
        """What a watch of changed settings can take over: all that is held, if it is the same project."""
        same = ("name", "project_id", "endpoint")
        if self.poller is None or any(getattr(settings, name) != getattr(self.settings, name) for name in same):
            return State()
        return self.poller.state

    async def _render(self, snapshot: Project) -> None:
        started = self._clock.monotonic()
        chunks, series = await asyncio.to_thread(self._chunks, snapshot)
        self._telemetry.rendered(series=series, seconds=self._clock.monotonic() - started)
        self.snapshot = snapshot
        await self._publish(self.settings.name, chunks)
        await asyncio.to_thread(process.give_back)

    def _chunks(self, snapshot: Project) -> tuple[Sequence[Chunk], int]:
        chunks = self._renderer.render(snapshot)
        return chunks, sum(chunk.lines for chunk in chunks)


def plan_of(settings: ProjectSettings, whole: Settings) -> Plan:
    """The poll of one project, as its settings want it."""
    return Plan(
        name=settings.name,
        project_id=settings.project_id,
        region=settings.region,
        scenarios=settings.scenarios,
        enterprise_project_id=settings.enterprise_project_id,
        collectors=settings.collectors,
        intervals=settings.collector_intervals,
        include_jobs=settings.include_jobs,
        exclude_jobs=settings.exclude_jobs,
        exclude_phases=settings.exclude_phases,
        time_zone=settings.time_zone,
        poll_interval=settings.poll_interval,
        poll_timeout=settings.poll_timeout,
        hold_time=settings.hold_time,
        shard=whole.shard,
        total_shards=whole.total_shards,
    )


def operations_of(settings: ProjectSettings, plan: Plan) -> Iterable[str]:
    """The operations this project will use."""
    operations: Mapping[str, Sequence[str]] = OPERATIONS
    used = [operation for name in operations if plan.runs(name) for operation in operations[name]]
    return [*used, "sign_in"] if settings.auth in {"password", "agency"} else used
