"""From what was given to what is meant: projects with their defaults, endpoints and one kind of credentials each."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from pydantic import BaseModel

from drs_exporter.addresses import proxy_address
from drs_exporter.errors import SettingsError
from drs_exporter.settings import names
from drs_exporter.settings.collectors import ALWAYS, Collectors
from drs_exporter.settings.configuration import Configuration
from drs_exporter.settings.credentials import OURS, Place, choose
from drs_exporter.settings.files import check_files
from drs_exporter.settings.foreign import foreign
from drs_exporter.settings.model import ProcessKnobs, ProjectKnobs
from drs_exporter.settings.options import SWITCH
from drs_exporter.settings.questionable import questionable
from drs_exporter.settings.regions import cloud_of, endpoints, region_of
from drs_exporter.settings.resolved import ProjectSearch, ProjectSettings, Settings, complete
from drs_exporter.settings.sources import Given

_LEAST_TIMEOUT: Final = 30.0
"""Seconds: a poll is not given up sooner, however short its interval."""

_WHICH: Final = ("project_id", "iam_project", "discover_projects")
"""Ways to say which project is meant."""

_SINGLE: Final = (*_WHICH, "project_name", "region")
_OF_OTHER_PROGRAMS: Final = ("project_id", "iam_project", "region", "iam_endpoint")
_NEEDED: Final = "a project needs project_id and region; several of them are listed as projects in a file"


@dataclass(frozen=True)
class _Project:
    """One project before its defaults are merged: what is its own, and how its settings are spelled."""

    own: dict[str, Any]
    spell: Callable[[str], str]
    places: tuple[Place, ...]


def resolve(
    configuration: Configuration, given: Given, *, collectors: Collectors, hostname: Callable[[], str]
) -> Settings:
    """The settings, or SettingsError with one line."""
    spell = _spelling_at_the_top(given)
    shard = _shard(configuration, spell, hostname=hostname)
    switched = given.options.switches
    if switched.get(ALWAYS) is False:
        raise SettingsError(f"{given.options.spell(SWITCH + ALWAYS)}: {ALWAYS} is always on")
    resolved = [
        _resolve(project, configuration, collectors, switched) for project in _projects(configuration, given, spell)
    ]
    projects = tuple(project for project in resolved if isinstance(project, ProjectSettings))
    _check_names(resolved)
    for project in resolved:
        check_files(project)
        if project.proxy_url is None:
            _check_proxy(given.environ)
    process = {name: getattr(configuration, name) for name in ProcessKnobs.model_fields}
    return Settings.model_construct(
        **process
        | {
            "shard": shard,
            "projects": projects,
            "searches": tuple(project for project in resolved if isinstance(project, ProjectSearch)),
            "web_config_spelled": spell("web_config_file"),
            "warnings": questionable(resolved),
        }
    )


def _spelling_at_the_top(given: Given) -> Callable[[str], str]:
    """How a setting at the top is written, or would be by someone who wrote the others."""
    in_the_file = any(given.spellings.get((name,)) == name for name in _SINGLE)

    def spell(setting: str) -> str:
        return given.spellings.get((setting,)) or (setting if in_the_file else names.variable(setting))

    return spell


def _projects(configuration: Configuration, given: Given, spell: Callable[[str], str]) -> Iterable[_Project]:
    """Every project, whether it stands alone or in a list."""
    top = Place(_said(configuration, ("auth", *OURS)), spell)
    others = cache(lambda: foreign(given.environ))
    if configuration.projects is None:
        yield _single(configuration, top, spell, others)
        return
    for name in _SINGLE:
        if getattr(configuration, name) is not None:
            raise SettingsError(f"{spell(name)}: is for a single project and cannot stand beside projects")
    for position, entry in enumerate(configuration.projects):

        def spell_here(setting: str, position: int = position) -> str:
            return given.spellings.get(("projects", position, setting)) or f"projects[{position}].{setting}"

        def spell_anywhere(setting: str, position: int = position, here: Callable[[str], str] = spell_here) -> str:
            at_the_top = ("projects", position, setting) not in given.spellings and (setting,) in given.spellings
            return spell(setting) if at_the_top else here(setting)

        own = {name: getattr(entry, name) for name in entry.model_fields_set}
        here = Place(_said(entry, ("auth", *OURS)), spell_here)
        yield _Project(own, spell_anywhere, (here, top, _place(others, here, top)))


def _single(
    configuration: Configuration, top: Place, spell: Callable[[str], str], others: Callable[[], Place]
) -> _Project:
    """The one project there is without a list; other programs may know which, if they have its credentials."""
    own = _said(configuration, (*_OF_OTHER_PROGRAMS, "discover_projects"))
    foreign_place = _place(others, top)
    theirs: Mapping[str, Any] = {} if top.kinds() else foreign_place.values
    if any(name in own for name in _WHICH):
        theirs = {name: value for name, value in theirs.items() if name not in _WHICH}
    borrowed = {name: theirs[name] for name in _OF_OTHER_PROGRAMS if name in theirs and name not in own}
    own = borrowed | own | {"name": configuration.project_name}

    def spell_anywhere(setting: str) -> str:
        if setting in borrowed:
            return foreign_place.spell(setting)
        return spell("project_name" if setting == "name" else setting)

    return _Project(own, spell_anywhere, (top, foreign_place))


def _place(others: Callable[[], Place], *ours: Place) -> Place:
    """What other programs say; not even looked at where we have credentials, unless only they can have them."""
    auths = {place.values.get("auth") for place in ours}
    if any(place.kinds() for place in ours) and not auths & {"pod_identity", "oidc"}:
        return Place({}, names.variable)
    return others()


def _said(model: BaseModel, settings: Iterable[str]) -> dict[str, Any]:
    """Those of the settings that were given here, and not expressly as nothing."""
    return {
        name: getattr(model, name)
        for name in settings
        if name in model.model_fields_set and getattr(model, name) is not None
    }


def _resolve(
    project: _Project, configuration: Configuration, collectors: Collectors, switched: dict[str, bool]
) -> ProjectSettings | ProjectSearch:
    """One project, or one search, with everything it needs."""
    own, spell = project.own, project.spell
    values = {name: own.get(name, getattr(configuration, name)) for name in ProjectKnobs.model_fields}
    searched = _is_searched(values, spell)
    credentials, words = choose(project.places)
    spelled = {name: spell(name) for name in (*ProjectKnobs.model_fields, "name")} | words
    values |= credentials | {"spellings": spelled, "name": own.get("name")}
    values["collectors"] = collectors.choose(
        values["collectors"], switched={} if "collectors" in own else switched, spell=spell
    )
    collectors.check("collector_intervals", values["collector_intervals"], spell=spell)
    values["poll_timeout"] = values["poll_timeout"] or max(values["poll_interval"], _LEAST_TIMEOUT)
    if searched:
        return _search(values, spell)
    return complete(values | {"name": values["name"] or values["project_id"]})


def _is_searched(values: Mapping[str, Any], spell: Callable[[str], str]) -> bool:
    """Whether IAM has to be asked for the project; SettingsError if nothing, or too much, says which it is."""
    which = [name for name in _WHICH if values[name] is not None]
    if len(which) > 1:
        raise SettingsError(f"{spell(which[0])} and {spell(which[1])}: give only one of the two")
    searched = bool(which) and which != ["project_id"]
    for name in () if searched else ("project_id", "region"):
        if values[name] is None:
            raise SettingsError(f"{spell(name)}: is missing; {_NEEDED}")
    _check_region(values, spell)
    return searched


def _search(values: dict[str, Any], spell: Callable[[str], str]) -> ProjectSearch:
    """Projects that are known by their names only."""
    if values["discover_projects"] is not None and values["name"] is not None:
        raise SettingsError(f"{spell('name')}: projects that are discovered bear their names in IAM")
    region = values["region"] or (region_of(values["iam_project"]) if values["iam_project"] else None)
    if values["iam_endpoint"] is None and region is None:
        which = "iam_project" if values["iam_project"] else "discover_projects"
        raise SettingsError(f"{spell('region')}: is missing; {which} needs region or iam_endpoint to know whom to ask")
    if region is not None:
        cloud = values["cloud"] or cloud_of(region) or "huaweicloud"
        values = values | {"iam_endpoint": values["iam_endpoint"] or endpoints(cloud, region)["iam_endpoint"]}
    return ProjectSearch.model_construct(**values | {"region": region, "name": values["name"] or values["iam_project"]})


def _check_region(values: Mapping[str, Any], spell: Callable[[str], str]) -> None:
    """A region of the other cloud has no host names in this one."""
    cloud, region = values["cloud"], values["region"]
    there = None if region is None else cloud_of(region)
    if cloud is not None and there not in {None, cloud} and values["endpoint"] is None:
        raise SettingsError(f"{spell('region')}: {region} is a region of {there}, not of {cloud}; see {spell('cloud')}")


def _check_names(projects: Iterable[ProjectSettings | ProjectSearch]) -> None:
    """A project's name is what tells its series from those of the others."""
    seen: dict[str, int] = {}
    for position, project in enumerate(projects):
        if project.name is None:
            continue
        if project.name in seen:
            raise SettingsError(
                f"projects[{seen[project.name]}] and projects[{position}]: have the same name; give each its own"
            )
        seen[project.name] = position


def _check_proxy(environ: Mapping[str, str]) -> None:
    """Where no proxy of ours is given, the usual variable has to name one that is spoken."""
    variable = next((name for name in ("https_proxy", "HTTPS_PROXY") if environ.get(name, "").strip()), None)
    if variable is not None:
        try:
            proxy_address(environ[variable])
        except ValueError as exc:
            raise SettingsError(f"{variable}: {exc}") from None


def _shard(configuration: Configuration, spell: Callable[[str], str], *, hostname: Callable[[], str]) -> int:
    """The number of this shard, which must be below the number of shards."""
    shard = configuration.shard
    if shard == "auto":
        ordinal = re.search(r"\d+$", hostname().partition(".")[0])
        if ordinal is None:
            raise SettingsError(f"{spell('shard')}: auto needs a host name that ends in a number, as in a StatefulSet")
        shard = int(ordinal[0])
    if shard >= configuration.total_shards:
        raise SettingsError(
            f"{spell('shard')}: must be below {spell('total_shards')}; "
            f"this is shard {shard} (counted from 0) of {configuration.total_shards}"
        )
    return shard
