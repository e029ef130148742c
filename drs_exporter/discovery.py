"""Projects that IAM is asked for: which there are now."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from drs_exporter.clock import Clock
from drs_exporter.cloud.identity import IamProject, list_projects
from drs_exporter.cloud.observer import Observer
from drs_exporter.cloud.request import SIGN_IN
from drs_exporter.connect import connect_identity
from drs_exporter.errors import ApiError, NoProjectError
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

_NAMED: Final = 10
"""Names of projects that one message tells."""

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
    failure: ApiError | None = None
    """Why the last look failed, or what it says of finding nothing."""

    @property
    def error(self) -> str | None:
        """The same as one line for people."""
        return None if self.failure is None else str(self.failure)

    @property
    def empty(self) -> bool:
        """Whether IAM told of projects, and none is wanted or can be watched."""
        return isinstance(self.failure, NoProjectError)

    def log_failure(self) -> None:
        """Log that the last look failed, and how."""
        if self.failure is None:
            return
        search, reason = self.wanted.wanted, self.failure.reason
        if self.empty:
            log.warning("discovery.empty", search=search, reason=reason, error=self.error)
        else:
            log.warning("discovery.failed", search=search, reason=reason, error=self.error)


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
                    search.found, search.left_out, search.failure = known.found, known.left_out, known.failure
        next_.looked = self.looked or next_.looked
        return next_

    @property
    def pending(self) -> list[Search]:
        """Searches that have nothing."""
        return [search for search in self._searches if not search.found]

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
            known, was_empty = search.failure is not None, search.empty
            await self._look_for(search)
            if search.failure is None:
                if known:
                    log.info("discovery.recovered", search=search.wanted.wanted)
            elif not known or search.empty != was_empty:
                search.log_failure()
        self.looked = True
        self._in_vain = self._in_vain + 1 if self.pending else -1
        after = {project.name for project in self.projects()}
        if after != before:
            log.info("discovery.changed", added=sorted(after - before), removed=sorted(before - after))

    async def look_once(self) -> Sequence[Search]:
        """Ask IAM once for each search; those that failed."""
        for search in self._searches:
            await self._look_for(search)
        self.looked = True
        return [search for search in self._searches if search.failure is not None]

    async def _look_for(self, search: Search) -> None:
        try:
            await self._find(search)
        except ApiError as exc:
            search.failure = exc.alone()
        else:
            search.failure = None

    async def _find(self, search: Search) -> None:
        """Ask IAM once; ApiError if it does not tell, or of nothing that is wanted.

        The one project found by its name stays though IAM tells of it no more; of many, those that are gone go.
        """
        wanted = search.wanted
        seen = [project for project in await self._look(wanted) if project.enabled]
        matching = [project for project in seen if wanted.wants(project.name)]
        if matching or wanted.discover_projects is not None:
            found, left_out = _watchable(wanted, matching)
            if left_out != search.left_out:
                log.warning("discovery.left_out", search=wanted.wanted, projects=list(left_out), most=MOST)
            search.found, search.left_out = found, left_out
            if found:
                return
        raise NoProjectError(_nothing(wanted, seen=seen, matching=matching), operation=SIGN_IN)


def _nothing(wanted: ProjectSearch, *, seen: Sequence[IamProject], matching: Sequence[IamProject]) -> str:
    """Why a search has no project, in one line for people."""
    many = wanted.discover_projects is not None
    setting = f"{wanted.spell('discover_projects' if many else 'iam_project')} '{wanted.wanted}'"
    if matching:
        return f"no project that {setting} means can be watched: no region is known for {_names(matching)}"
    told = f"they see {len(seen)}: {_names(seen)}" if seen else "they see none at all"
    return f"no project that these credentials can see {'matches' if many else 'is called as in'} {setting}; {told}"


def _names(projects: Sequence[IamProject]) -> str:
    """Some of their names, as far as a line can hold them."""
    names = sorted(project.name[:_LONGEST_NAME] for project in projects if project.name.isprintable())
    return ", ".join(names[:_NAMED]) + (", …" if len(projects) > len(names[:_NAMED]) else "")


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
        async with connect_identity(search, redactor=redactor, observer=Observer(), clock=clock) as identity:
            return await list_projects(identity)

    return look


async def found(settings: Settings, *, look: Look) -> tuple[Settings, Sequence[Search]]:
    """The settings with every project that IAM tells of now, and the searches that failed."""
    discovery = Discovery(settings, look=look)
    failed = await discovery.look_once()
    return settings.model_copy(update={"projects": discovery.projects(), "searches": ()}), failed
