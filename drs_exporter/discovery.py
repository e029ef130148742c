"""Projects that IAM is asked for: which there are now."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from drs_exporter.clock import Clock
from drs_exporter.cloud.identity import IamProject, list_projects
from drs_exporter.cloud.observer import SilentObserver
from drs_exporter.cloud.request import SIGN_IN
from drs_exporter.connect import connect_identity
from drs_exporter.errors import ApiCredentialError, ApiError
from drs_exporter.secret import Redactor
from drs_exporter.settings import ProjectSearch, ProjectSettings, Settings

log = structlog.get_logger()

INTERVAL: Final = 600.0
"""Seconds from one look to the next."""

RETRY: Final = 60.0
"""Seconds to the next look while something that was searched for has never been found; doubled each time, or an account
would be locked by a wrong password."""

LONGEST_RETRY: Final = 300.0

MOST: Final = 100
"""Projects that all searches together may find."""

_LONGEST_NAME: Final = 255

Look = Callable[[ProjectSearch], Awaitable[Sequence[IamProject]]]
"""Every project that the credentials of a search can see; ApiError if IAM does not tell."""


@dataclass(slots=True)
class Search:
    """One search and what came of it; a look that fails leaves what the last one found."""

    wanted: ProjectSearch
    found: tuple[ProjectSettings, ...] | None = None
    """`None` until a look succeeded."""
    left_out: tuple[str, ...] = ()
    """Names that match and cannot be watched."""
    error: str | None = None
    """Why the last look failed; one line for people."""


class Discovery:
    """Knows the projects of a configuration, the ones that are searched for included."""

    def __init__(self, settings: Settings, *, look: Look) -> None:
        """Know only what is configured until the first look."""
        self._configured = settings.projects
        self._searches = [Search(wanted) for wanted in settings.searches]
        self._look = look
        self._in_vain = -1
        self.looked = not self._searches
        """Whether a look has ended, in success or not."""

    @property
    def searches(self) -> bool:
        """Whether there is anything to search for."""
        return bool(self._searches)

    def following(self, settings: Settings) -> "Discovery":
        """The one of changed settings: what the same search has found stays."""
        next_ = Discovery(settings, look=self._look)
        for search in next_._searches:
            for known in self._searches:
                if known.wanted == search.wanted:
                    search.found, search.left_out, search.error = known.found, known.left_out, known.error
        next_.looked = self.looked or next_.looked
        return next_

    @property
    def pending(self) -> list[Search]:
        """Searches that have nothing and were not told either that there is nothing."""
        return [search for search in self._searches if search.found is None or (search.error and not search.found)]

    @property
    def pause(self) -> float:
        """Seconds until the next look makes sense."""
        return min(LONGEST_RETRY, RETRY * 2 ** min(max(self._in_vain, 0), 8)) if self.pending else INTERVAL

    def projects(self) -> tuple[ProjectSettings, ...]:
        """The projects configured, then those found; each name and each id once, the first of its kind."""
        names = {project.name for project in self._configured}
        ids = {_identity(project) for project in self._configured}
        found: list[ProjectSettings] = []
        for search in self._searches:
            for project in search.found or ():
                if project.name in names or _identity(project) in ids or len(found) == MOST:
                    continue
                names.add(project.name)
                ids.add(_identity(project))
                found.append(project)
        return (*self._configured, *found)

    async def look(self) -> None:
        """Ask IAM once for each search; what fails is logged when it begins and when it is over."""
        before = {project.name for project in self.projects()}
        for search in self._searches:
            try:
                await self._look_for(search)
            except ApiError as exc:
                if search.error is None:
                    log.warning("discovery.failed", search=search.wanted.wanted, reason=exc.reason, error=str(exc))
                search.error = str(exc)
            else:
                if search.error is not None:
                    log.info("discovery.recovered", search=search.wanted.wanted)
                search.error = None
        self.looked = True
        self._in_vain = self._in_vain + 1 if self.pending else -1
        after = {project.name for project in self.projects()}
        if after != before:
            log.info("discovery.changed", added=sorted(after - before), removed=sorted(before - after))

    async def look_once(self) -> None:
        """Ask IAM once for each search; ApiError for the first that fails."""
        for search in self._searches:
            await self._look_for(search)

    async def _look_for(self, search: Search) -> None:
        wanted = search.wanted
        seen = [project for project in await self._look(wanted) if project.enabled and wanted.wants(project.name)]
        if not seen and wanted.discover_projects is None:
            name, setting = wanted.wanted, wanted.spell("iam_project")
            message = f"IAM knows no project {name} that these credentials can see; {setting} names it"
            raise ApiCredentialError(message, operation=SIGN_IN)
        found, left_out = _watchable(wanted, seen)
        if left_out != search.left_out:
            log.warning("discovery.left_out", search=wanted.wanted, projects=list(left_out), most=MOST)
        search.found, search.left_out = found, left_out


def _watchable(
    search: ProjectSearch, seen: Iterable[IamProject]
) -> tuple[tuple[ProjectSettings, ...], tuple[str, ...]]:
    """The projects that can be watched, by name, and the names of those that cannot: no region, or too many."""
    found: list[ProjectSettings] = []
    left_out: list[str] = []
    for told in sorted(seen, key=lambda told: told.name):
        usable = told.name.isprintable() and len(told.name) <= _LONGEST_NAME and len(found) < MOST
        project = search.project(told.id, told.name) if usable else None
        if project is None:
            left_out.append(told.name[:_LONGEST_NAME])
        else:
            found.append(project)
    return tuple(found), tuple(left_out[:MOST])


def _identity(project: ProjectSettings) -> tuple[str, str]:
    """What makes two entries the same project of the cloud."""
    return project.endpoint, project.project_id


def asking(*, redactor: Redactor, clock: Clock) -> Look:
    """How IAM is asked: signed in for each look, with connections that end with it."""

    async def look(search: ProjectSearch) -> Sequence[IamProject]:
        async with connect_identity(search, redactor=redactor, observer=SilentObserver(), clock=clock) as identity:
            return await list_projects(identity)

    return look


async def found(settings: Settings, *, look: Look) -> Settings:
    """The settings with every project that IAM tells of now; ApiError if it does not."""
    discovery = Discovery(settings, look=look)
    await discovery.look_once()
    return settings.model_copy(update={"projects": discovery.projects(), "searches": ()})
