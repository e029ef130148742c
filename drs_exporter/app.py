"""The exporter: builds the parts, runs them, takes them down."""

import asyncio
import signal
from collections.abc import Callable, Sequence

import structlog

from drs_exporter import process
from drs_exporter.clock import Clock, SystemClock
from drs_exporter.discovery import asking
from drs_exporter.errors import SettingsError
from drs_exporter.exposition import Exposition
from drs_exporter.history import History, Sample
from drs_exporter.render import ProjectLines
from drs_exporter.secret import Redactor
from drs_exporter.service_manager import ServiceManager
from drs_exporter.settings import Settings, restart_needed
from drs_exporter.settings.shown import shown
from drs_exporter.snapshot import Project
from drs_exporter.telemetry import Telemetry
from drs_exporter.watches import Watches
from drs_exporter.web.daemon import ScrapeTarget
from drs_exporter.web.descriptors import connections
from drs_exporter.web.server import Server

log = structlog.get_logger()


class Exporter:
    """Everything of one process; what `web` calls the daemon."""

    def __init__(
        self,
        settings: Settings,
        *,
        redactor: Redactor,
        load: Callable[[], Settings] | None = None,
        taken_over: Callable[[Settings], None] = lambda _settings: None,
        published: Callable[[Project], None] = lambda _project: None,
        clock: Clock | None = None,
    ) -> None:
        """Prepare to watch the projects of these settings.

        `load` reads them anew for a reload, in a thread of its own; `taken_over` is told those that are then in force,
        and `published` of everything that is served from then on.
        """
        self._settings = settings
        self._redactor = redactor
        self._load = load
        self._taken_over = taken_over
        self._published = published
        self._clock = SystemClock() if clock is None else clock
        self._telemetry = Telemetry()
        self._telemetry.reloaded(self._clock.time())
        self._exposition = Exposition(self._telemetry.render, self._clock)
        self._history = History()
        self._watches = Watches(
            settings,
            look=asking(redactor=redactor, clock=self._clock),
            telemetry=self._telemetry,
            publish=self._publish,
            arrange=self._arrange,
            redactor=redactor,
            clock=self._clock,
        )
        self._tasks: asyncio.TaskGroup | None = None
        self._reloading = asyncio.Lock()
        self._ready = False

    async def run(self, *, announce: Callable[[Sequence[str]], None] | None = None) -> None:
        """Serve until SIGTERM or SIGINT; SIGHUP reloads. `announce` gets the URLs once they are open.

        SettingsError if an address, the web configuration or a certificate authority cannot be used; anything
        unforeseen in a poll loop ends the process.
        """
        settings = self._settings
        server = Server(
            self,
            addresses=settings.web_listen_address,
            clock=self._clock,
            telemetry_path=settings.web_telemetry_path,
            external_url=settings.web_external_url,
            max_requests=settings.web_max_requests,
            max_connections=connections(settings.web_max_connections),
            web_config_file=settings.web_config_file,
            web_config_spelled=settings.web_config_spelled,
            systemd_socket=settings.web_systemd_socket,
            lifecycle=settings.web_enable_lifecycle,
        )
        manager = ServiceManager()
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        process.prepare()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        hang_up = signal.getsignal(signal.SIGHUP)
        loop.add_signal_handler(signal.SIGHUP, self._hang_up)
        try:
            await self._watches.open()
            await server.start()
            if announce is not None:
                announce(server.urls())
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                self._watches.start(tasks)
                beside = [
                    tasks.create_task(self._watches.discover(), name="discover"),
                    tasks.create_task(manager.attend(lambda: self.unhealthy() is None, self._clock.sleep)),
                ]
                manager.ready()
                await stop.wait()
                manager.stopping()
                self._tasks = None
                for task in beside:
                    task.cancel()
                await self._watches.close()
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)
            await server.stop()
            await self._watches.close()
            loop.remove_signal_handler(signal.SIGHUP)
            signal.signal(signal.SIGHUP, hang_up)

    async def poll_once(self) -> tuple[Project, ...]:
        """Poll every project once, all collectors, and return what came of it; what IAM does not tell of is not up."""
        await self._watches.look_once()
        await self._watches.open()
        try:
            async with asyncio.TaskGroup() as tasks:
                for watch in self._watches.values():
                    if watch.pace is not None:
                        tasks.create_task(watch.pace.once())
            return tuple(self.projects())
        finally:
            await self._watches.close()

    def exposition(self) -> bytes:
        """The last poll as text 0.0.4 for a textfile collector: no counters, histograms or process metrics."""
        return self._exposition.body() + self._telemetry.gauges()

    async def metrics(
        self, *, projects: Sequence[str] | None, process_wide: bool, jobs: bool, openmetrics: bool, encoding: str
    ) -> Sequence[bytes]:
        """The page a scrape asked for."""
        return await self._exposition.page(
            projects=projects, process_wide=process_wide, jobs=jobs, openmetrics=openmetrics, encoding=encoding
        )

    def projects(self) -> Sequence[Project]:
        """The current snapshots, in configured order."""
        return self._watches.snapshots()

    def history(self, project: str, job_id: str) -> Sequence[Sample]:
        """The last hours of one job, oldest first."""
        return self._history.samples(project, job_id, now=self._clock.time())

    def targets(self) -> Sequence[ScrapeTarget]:
        """Every project that is watched, or that IAM does not tell of, as service discovery tells of it."""
        return [
            ScrapeTarget(
                name,
                {
                    "project_id": project.project_id or "",
                    "region": project.region or "",
                    "cloud": project.cloud or "",
                    **{f"label_{label}": value for label, value in project.project_labels.items()},
                },
            )
            for name, project in self._watches.wanted().items()
        ]

    def configuration(self) -> str:
        """The configuration in force as YAML, every secret as `<secret>`."""
        return shown(self._settings)

    def answered(self, path: str | None, code: int) -> None:
        """Count an answer of the web server."""
        self._telemetry.answered(path, code)

    def unhealthy(self) -> str | None:
        """Why a restart would help; `None` while every poll loop keeps its pace."""
        for name, watch in self._watches.items():
            overdue = None if watch.pace is None else watch.pace.overdue()
            if overdue is not None:
                return f"project {name}: no poll has begun and no call ended for {overdue:.0f} s"
        return None

    def unready(self) -> str | None:
        """What is still waited for; `None` once every project's first poll has ended, and for ever after."""
        if not self._ready:
            waiting = self._watches.waiting()
            if waiting:
                return f"waiting for the first poll of {', '.join(waiting)}"
            self._ready = True
        return None

    async def reload(self) -> None:
        """Take over a changed configuration; SettingsError says why not, and then nothing has changed."""
        async with self._reloading:
            try:
                settings = await self._reread()
                await self._watches.take_over(settings)
            except SettingsError as exc:
                self._telemetry.reloaded(None)
                log.error("config.reload_failed", error=str(exc))  # noqa: TRY400 - a user's mistake has no traceback
                raise
            self._settings = settings
            self._taken_over(settings)
            self._telemetry.reloaded(self._clock.time())
            log.info("config.reloaded", projects=list(self._watches))

    def _hang_up(self) -> None:
        """Reload on a signal; while the exporter comes up or goes down there is nothing to reload."""
        if self._tasks is not None:
            self._tasks.create_task(self._reload_on_signal())

    async def _reload_on_signal(self) -> None:
        try:
            await self.reload()
        except SettingsError:
            return  # logged and counted, and there is nobody to tell

    async def _reread(self) -> Settings:
        if self._load is None:
            raise SettingsError("there is no configuration to read again")
        settings = await asyncio.to_thread(self._load)
        needed = restart_needed(self._settings, settings)
        if needed:
            raise SettingsError(f"{', '.join(needed)}: cannot change while the exporter runs; restart it")
        return settings

    async def _publish(self, project: Project, lines: ProjectLines) -> None:
        """Serve what a poll found, and remember a point of it."""
        await self._exposition.publish(project.name, lines)
        self._published(project)
        await asyncio.to_thread(self._history.note, project, now=self._clock.time())

    async def _arrange(self, names: Sequence[str]) -> None:
        """Show these projects in this order, and forget all others."""
        await self._exposition.arrange(names)
        self._history.retain(names)
