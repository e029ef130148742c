"""Every project that is watched: configured, or found; a change of one leaves the others undisturbed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Final

import structlog

from drs_exporter.clock import Clock
from drs_exporter.discovery import Discovery, Look, Search
from drs_exporter.errors import SettingsError
from drs_exporter.poll.collectors.jobs import Jobs
from drs_exporter.render import ProjectRenderer
from drs_exporter.secret import Redactor
from drs_exporter.settings import ProjectSearch, ProjectSettings, Settings
from drs_exporter.snapshot import CollectorState, Project
from drs_exporter.telemetry import Telemetry
from drs_exporter.watch import Publish, Watch

log = structlog.get_logger()


class Watches(Mapping[str, Watch]):
    """The watches by the name of their project, in configured order; those that were found come last."""

    def __init__(
        self,
        settings: Settings,
        *,
        look: Look,
        telemetry: Telemetry,
        publish: Publish,
        arrange: Callable[[Sequence[str]], Awaitable[None]],
        redactor: Redactor,
        clock: Clock,
    ) -> None:
        """Watch nothing yet; `look` asks IAM for the projects of a search, `arrange` is told all names in order."""
        self.settings = settings
        self.discovery = Discovery(settings, look=look)
        self._telemetry = telemetry
        self._publish = publish
        self._show = arrange
        self._redactor = redactor
        self._clock = clock
        self._watches: dict[str, Watch] = {}
        self._unfound: dict[str, tuple[ProjectSearch, Project]] = {}
        self._looked: float | None = None
        self._tasks: asyncio.TaskGroup | None = None
        self._changing: Final = asyncio.Lock()
        self._searched_anew = asyncio.Event()

    def __getitem__(self, name: str) -> Watch:
        return self._watches[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._watches)

    def __len__(self) -> int:
        return len(self._watches)

    def snapshots(self) -> list[Project]:
        """What is known of each project; of what IAM does not tell of, only that it is not up, and why."""
        return [*(watch.snapshot for watch in self.values()), *(project for _, project in self._unfound.values())]

    def wanted(self) -> dict[str, ProjectSettings | ProjectSearch]:
        """The settings of each of them, by its name."""
        watched = {name: watch.settings for name, watch in self.items()}
        return watched | {name: search for name, (search, _) in self._unfound.items()}

    def waiting(self) -> list[str]:
        """What could not say yet how it is: searches before the first look is shown, projects before the first poll."""
        shown = self.discovery.looked and not self._changing.locked()
        searches = [] if shown else [search.wanted.wanted for search in self.discovery.pending]
        return searches + [name for name, watch in self.items() if watch.pace is None or not watch.pace.polled]

    async def open(self) -> None:
        """Connect to every project that is known; SettingsError if certificate authorities cannot be used."""
        await self._change(self.settings, self.discovery)

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Poll, and look for projects, from now on."""
        self._tasks = tasks
        for watch in self.values():
            watch.start(tasks)

    async def close(self) -> None:
        """Stop every watch."""
        self._tasks = None
        for watch in self.values():
            await watch.stop()

    async def take_over(self, settings: Settings) -> None:
        """Watch what these settings say instead; SettingsError says why not, and then nothing has changed."""
        async with self._changing:
            await self._change(settings, self.discovery.following(settings))
        self._searched_anew.set()

    async def discover(self) -> None:
        """Ask IAM for ever, and watch what it tells of."""
        while True:
            self._searched_anew.clear()
            await self.look()
            waiting: list[asyncio.Future[bool]] = [asyncio.ensure_future(self._searched_anew.wait())]
            if self.discovery.searches:
                waiting.append(asyncio.ensure_future(self._pause()))
            try:
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for waited in waiting:
                    waited.cancel()

    async def _pause(self) -> bool:
        """Until the next look makes sense."""
        await self._clock.sleep(self.discovery.pause)
        return True

    async def look_once(self) -> None:
        """Ask IAM once, before anything is watched, and log what it does not tell of."""
        failed = await self.discovery.look_once()
        self._looked = self._clock.time()
        for search in failed:
            search.log_failure()

    async def look(self) -> None:
        """Ask IAM once, and watch what it tells of."""
        discovery = self.discovery
        if not discovery.searches:
            return
        await discovery.look()
        self._looked = self._clock.time()
        async with self._changing:
            if discovery is self.discovery:
                try:
                    await self._change(self.settings, discovery)
                except SettingsError as exc:  # of a certificate authority that has gone meanwhile
                    log.error("discovery.refused", error=str(exc))  # noqa: TRY400 - a user's mistake has no traceback

    async def _change(self, settings: Settings, discovery: Discovery) -> None:
        """Replace what changed: watches of unchanged projects go on undisturbed."""
        watches: dict[str, Watch] = {}
        changed: list[Watch] = []
        same_shard = (settings.shard, settings.total_shards) == (self.settings.shard, self.settings.total_shards)
        try:
            for project in discovery.projects():
                watch = self._watches.get(project.name)
                if watch is None or watch.settings != project or not same_shard:
                    watch = self._watch(project, settings)
                    changed.append(watch)
                    await watch.open()
                watches[project.name] = watch
        except SettingsError:
            for watch in changed:
                await watch.stop()
            raise
        before, self._watches = self._watches, watches
        self.settings, self.discovery = settings, discovery
        gone = await self._leave(before)
        await self._arrange()
        for watch in changed:
            await watch.begin(before.get(watch.settings.name))
            if self._tasks is not None:
                watch.start(self._tasks)
        for name in gone:
            self._telemetry.forget(name)

    async def _leave(self, before: Mapping[str, Watch]) -> list[str]:
        """Stop the watches that are no more, or no more the same; names of projects that are gone."""
        for name, watch in before.items():
            if self._watches.get(name) is not watch:
                await watch.stop()
        return [name for name in before if name not in self._watches]

    async def _arrange(self) -> None:
        """Put the projects in order on the page; what is not found stands there as not up.

        What an expression would find has no names before, so it stands there by the expression once a look has failed.
        """
        self._unfound = {
            search.wanted.stands_as: (search.wanted, self._not_up(search))
            for search in self.discovery.pending
            if search.wanted.stands_as not in self._watches and (search.wanted.name is not None or search.error)
        }
        await self._show([*self._watches, *self._unfound])
        for name, (_, project) in self._unfound.items():
            await self._publish(project, ProjectRenderer(name).render(project))

    def _not_up(self, search: Search) -> Project:
        """What stands for projects that are not found: a listing that failed as the last look did."""
        wanted, error = search.wanted, search.error
        listing = CollectorState(Jobs.name, interval=wanted.poll_interval, success=False, error=error)
        return Project(
            name=wanted.stands_as,
            region=wanted.region or "",
            labels=tuple(wanted.project_labels.items()),
            collectors=() if error is None else (listing,),
            polled=None if error is None else self._looked,
        )

    def _watch(self, project: ProjectSettings, settings: Settings) -> Watch:
        return Watch(
            project,
            settings,
            telemetry=self._telemetry,
            publish=self._publish,
            redactor=self._redactor,
            clock=self._clock,
        )
