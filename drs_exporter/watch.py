"""One project being watched: its connection, its pace, its renderer, and the task that runs them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from typing import Final

from drs_exporter.clock import Clock
from drs_exporter.cloud.request import SIGN_IN
from drs_exporter.connect import Services, connect
from drs_exporter.poll import Pace, Plan
from drs_exporter.poll.collectors import COLLECTORS
from drs_exporter.poll.state import State
from drs_exporter.render import ProjectLines, ProjectRenderer
from drs_exporter.secret import Redactor
from drs_exporter.settings import ProjectSettings, Settings
from drs_exporter.settings.labels import tag_label
from drs_exporter.snapshot import Project
from drs_exporter.telemetry import Telemetry

Publish = Callable[[Project, ProjectLines], Awaitable[None]]


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
        self.snapshot = Project(
            name=settings.name, project_id=settings.project_id, region=settings.region, labels=self.plan.labels
        )
        self.pace: Pace | None = None
        self._telemetry = telemetry.project(settings.name, operations_of(settings, self.plan))
        self._publish = publish
        self._redactor = redactor
        self._clock = clock
        self._renderer = ProjectRenderer(settings.name)
        self._connection: Services | None = None
        self._open = AsyncExitStack()
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect; SettingsError if the certificate authorities cannot be used."""
        self._connection = await self._open.enter_async_context(
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
        assert self._connection is not None  # noqa: S101 - opened first
        state = State() if before is None else before._heritage(self.settings)  # noqa: SLF001 - of its own kind
        self.pace = Pace(
            self.plan,
            self._connection.clients,
            self._connection.budgets,
            clock=self._clock,
            publish=self._render,
            unreadable=self._telemetry.unreadable,
            crashed=self._telemetry.crashed,
            state=state,
        )
        await self.pace.publish()

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Poll from now on."""
        assert self.pace is not None  # noqa: S101 - begun first
        self._task = tasks.create_task(self.pace.run(), name=f"poll {self.settings.name}")

    async def stop(self) -> None:
        """Stop polling, even in the middle of a request, and close all connections."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            self._task = None
        await self._open.aclose()

    def _heritage(self, settings: ProjectSettings) -> State:
        """What a watch of changed settings can take over: all that is held, if it is the same project.

        What was refused is asked for once more: credentials, rights or endpoints may be better now.
        """
        same = ("name", "project_id", "endpoint")
        if self.pace is None or any(getattr(settings, name) != getattr(self.settings, name) for name in same):
            return State()
        self.pace.state.try_again(self._clock.monotonic())
        return self.pace.state

    async def _render(self, snapshot: Project) -> None:
        started = self._clock.monotonic()
        lines = await asyncio.to_thread(self._renderer.render, snapshot)
        self._telemetry.rendered(series=lines.series, seconds=self._clock.monotonic() - started)
        self.snapshot = snapshot
        await self._publish(snapshot, lines)


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
        labels=tuple(settings.project_labels.items()),
        job_tags={key: tag_label(key) for key in settings.job_tags},
        poll_interval=settings.poll_interval,
        poll_timeout=settings.poll_timeout,
        hold_time=settings.hold_time,
        shard=whole.shard,
        total_shards=whole.total_shards,
    )


def operations_of(settings: ProjectSettings, plan: Plan) -> Iterable[str]:
    """The operations this project will use; with a given token or keys there is nothing to sign in for."""
    used = [operation for kind in COLLECTORS if plan.runs(kind) for operation in kind.operations]
    return used if settings.auth in {"token", "aksk"} else [*used, SIGN_IN]
