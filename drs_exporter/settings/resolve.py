"""From what was given to what is meant: projects with their defaults, endpoints and one kind of credentials each."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from drs_exporter.errors import SettingsError
from drs_exporter.settings import names
from drs_exporter.settings.configuration import Configuration
from drs_exporter.settings.credentials import CREDENTIALS, Place, choose, foreign
from drs_exporter.settings.files import check_files
from drs_exporter.settings.messages import wrong
from drs_exporter.settings.model import ProcessKnobs, ProjectKnobs, ProjectSettings, Settings
from drs_exporter.settings.regions import REGIONS, cloud_of, endpoints, nearest_region
from drs_exporter.settings.sources import Given
from drs_exporter.settings.values import duration

FREQUENT_POLL_SECONDS: Final = 15
"""Below this, polling costs more of the cloud's request rate than it tells."""

_SINGLE: Final = ("project_id", "iam_project", "discover_projects", "project_name", "region")
_OF_OTHER_PROGRAMS: Final = ("project_id", "region", "iam_endpoint")
_LEAST_TIMEOUT: Final = 30.0
"""Seconds: a poll is not given up sooner, however short its interval."""

_NEEDED: Final = "a project needs project_id and region; several of them are listed as projects in a file"


@dataclass(frozen=True)
class _Project:
    """One project before its defaults are merged: what is its own, and how its settings are spelled."""

    own: dict[str, Any]
    spell: Callable[[str], str]
    places: tuple[Place, ...]


def resolve(configuration: Configuration, given: Given, *, hostname: Callable[[], str]) -> Settings:
    """The settings, or SettingsError with one line."""
    spell = _spelling_at_the_top(given)
    shard = _shard(configuration, spell, hostname=hostname)
    unresolved = list(_projects(configuration, given, spell))
    projects = tuple(_resolve(configuration, project) for project in unresolved)
    _check_names(projects)
    for project, settings in zip(unresolved, projects, strict=True):
        check_files(settings, project.spell)
    process = {name: getattr(configuration, name) for name in ProcessKnobs.model_fields}
    warnings = (
        warning
        for project, settings in zip(unresolved, projects, strict=True)
        for warning in _warnings(settings, project.spell)
    )
    return Settings(**process | {"shard": shard, "projects": projects, "warnings": tuple(dict.fromkeys(warnings))})


def _spelling_at_the_top(given: Given) -> Callable[[str], str]:
    """How a setting at the top is written, or would be by someone who wrote the others."""
    in_the_file = any(given.spellings.get((name,)) == name for name in _SINGLE)

    def spell(setting: str) -> str:
        return given.spellings.get((setting,)) or (setting if in_the_file else names.variable(setting))

    return spell


def _projects(configuration: Configuration, given: Given, spell: Callable[[str], str]) -> Iterable[_Project]:
    """Every project, whether it stands alone or in a list."""
    top = Place(_said(configuration, ("auth", *CREDENTIALS)), spell)
    others = foreign(given.environ)
    if configuration.projects is None:
        own = _said(configuration, ("project_id", "region", "iam_endpoint"))
        if not top.kinds():
            own = {name: others.values[name] for name in _OF_OTHER_PROGRAMS if name in others.values} | own
        own["name"] = configuration.project_name
        yield _Project(own, lambda name: spell("project_name" if name == "name" else name), (top, others))
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
        places = (Place(_said(entry, ("auth", *CREDENTIALS)), spell_here), top, others)
        yield _Project(own, spell_anywhere, places)


def _said(model: BaseModel, settings: Iterable[str]) -> dict[str, Any]:
    """Those of the settings that were given here, and not expressly as nothing."""
    return {
        name: getattr(model, name)
        for name in settings
        if name in model.model_fields_set and getattr(model, name) is not None
    }


def _resolve(configuration: Configuration, project: _Project) -> ProjectSettings:
    """One project with everything it needs."""
    own, spell = project.own, project.spell
    values = {name: own.get(name, getattr(configuration, name)) for name in ProjectKnobs.model_fields}
    values |= {name: own[name] for name in own if name not in values}
    for name in ("project_id", "region"):
        if values[name] is None:
            raise SettingsError(f"{spell(name)}: is missing; {_NEEDED}")
    values |= choose(project.places)
    values["cloud"] = values["cloud"] or cloud_of(values["region"]) or "huaweicloud"
    derived = endpoints(values["cloud"], values["region"])
    _check_region(values, spell)
    values |= {name: url for name, url in derived.items() if values[name] is None}
    values["name"] = values.get("name") or values["project_id"]
    values["poll_timeout"] = values["poll_timeout"] or max(values["poll_interval"], _LEAST_TIMEOUT)
    try:
        return ProjectSettings(**values)
    except ValidationError as exc:
        # Only what other programs' variables say has not been checked before.
        others = project.places[-1]
        raise wrong(exc, {(name,): others.spell(name) for name in ProjectKnobs.model_fields}) from None


def _check_region(values: Mapping[str, Any], spell: Callable[[str], str]) -> None:
    """A region of the other cloud has no host names in this one."""
    cloud, region = values["cloud"], values["region"]
    there = cloud_of(region)
    if there not in {None, cloud} and values["endpoint"] is None:
        raise SettingsError(f"{spell('region')}: {region} is a region of {there}, not of {cloud}; see {spell('cloud')}")


def _check_names(projects: tuple[ProjectSettings, ...]) -> None:
    """A project's name is what tells its series from those of the others."""
    seen: dict[str, int] = {}
    for position, project in enumerate(projects):
        if project.name in seen:
            raise SettingsError(
                f"projects[{seen[project.name]}] and projects[{position}]: have the same name; give each its own"
            )
        seen[project.name] = position


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


def _warnings(project: ProjectSettings, spell: Callable[[str], str]) -> Iterator[str]:
    """What is allowed and still worth a word."""
    if project.poll_interval < FREQUENT_POLL_SECONDS:
        yield (
            f"{spell('poll_interval')}: polling every {duration(project.poll_interval)} spends much of the request "
            f"rate the cloud allows; {FREQUENT_POLL_SECONDS}s or more is enough for alerts"
        )
    if (
        project.region not in REGIONS[project.cloud]
        and project.endpoint == endpoints(project.cloud, project.region)["endpoint"]
    ):
        near = nearest_region(project.region, project.cloud)
        meant = f"; did you mean {near}?" if near else "; its endpoints are a guess"
        yield f"{spell('region')}: {project.region} is not known to be a region of {project.cloud}{meant}"
    if not project.tls_verify:
        yield f"{spell('tls_verify')}: certificates are not verified, so credentials could be read on the way"
