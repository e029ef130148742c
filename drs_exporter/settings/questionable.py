"""What is allowed and still worth a word at the start."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Final

from drs_exporter.settings.regions import REGIONS, endpoints
from drs_exporter.settings.resolved import ProjectSearch, ProjectSettings
from drs_exporter.settings.values import duration

FREQUENT_POLL_SECONDS: Final = 15
"""Below this, polling costs more of the cloud's request rate than it tells."""


def questionable(projects: Sequence[ProjectSettings | ProjectSearch]) -> tuple[str, ...]:
    """One line for each, naming the setting as it was written."""
    known = [project for project in projects if isinstance(project, ProjectSettings)]
    found = [line for project in projects for line in _of_each(project)]
    return tuple(dict.fromkeys([*found, *_of_regions(known), *_of_twins(known)]))


def _of_each(project: ProjectSettings | ProjectSearch) -> Iterator[str]:
    if project.poll_interval < FREQUENT_POLL_SECONDS:
        yield (
            f"{project.spell('poll_interval')}: polling every {duration(project.poll_interval)} spends much of the "
            f"request rate the cloud allows; {FREQUENT_POLL_SECONDS}s or more is enough for alerts"
        )
    if not project.tls_verify:
        yield f"{project.spell('tls_verify')}: certificates are not verified, so credentials could be read on the way"


def _of_regions(projects: Iterable[ProjectSettings]) -> Iterator[str]:
    """Regions nobody knows, whose endpoints are therefore guessed."""
    for project in projects:
        cloud, region = project.cloud, project.region
        if region not in REGIONS[cloud] and project.endpoint == endpoints(cloud, region)["endpoint"]:
            near = get_close_matches(region, REGIONS[cloud], n=1)
            meant = f"; did you mean {near[0]}?" if near else "; its endpoints are a guess"
            yield f"{project.spell('region')}: {region} is not known to be a region of {cloud}{meant}"


def _of_twins(projects: Iterable[ProjectSettings]) -> Iterator[str]:
    """One project under two names: every call is made twice."""
    seen: dict[tuple[str, str], ProjectSettings] = {}
    for project in projects:
        first = seen.setdefault((project.endpoint, project.project_id), project)
        if first is not project:
            yield (
                f"{first.spell('project_id')} and {project.spell('project_id')}: are one and the same project; "
                "all its calls are made twice"
            )
