"""One project's snapshot to its lines."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import Final

from drs_exporter.catalogue import ASYNC_JOB_PARTS, FAMILIES, JOB_PARTS, PROJECT_PARTS
from drs_exporter.render.store import Families, Store
from drs_exporter.snapshot import Project

HEADERS: Final = tuple(f"# HELP {one.name} {one.help}\n# TYPE {one.name} gauge\n".encode() for one in FAMILIES)
"""HELP and TYPE of each family, in the order of the page."""


def page_of(projects: Sequence[Iterable[bytes]]) -> Iterator[bytes]:
    """The lines of these projects under their headers: family, project, record; no family without samples."""
    for heading, *lines in zip(HEADERS, *projects, strict=True):
        found = [line for line in lines if line]
        if found:
            yield heading
            yield from found


class ProjectLines:
    """What one poll found of one project, as it stands on the page."""

    def __init__(self, *kinds: Families) -> None:
        """Jobs, batches and the project itself."""
        self._kinds: Final = kinds
        self.series: Final = sum(kind.series for kind in kinds)

    def __iter__(self) -> Iterator[bytes]:
        """Join the lines of one of `FAMILIES` after the other."""
        return chain.from_iterable(self._kinds)

    @cached_property
    def plain(self) -> Sequence[bytes]:
        """The same, held from the first time that somebody wants a page as it is."""
        return tuple(self)


class ProjectRenderer:
    """Turns snapshots of one project into lines, making anew only those of records that changed."""

    def __init__(self, project: str) -> None:
        """Start empty; `project` is the configured name."""
        self._jobs = Store(JOB_PARTS, {"job_id": lambda job: job.id, "job_name": lambda job: job.name}, project=project)
        self._async_jobs = Store(ASYNC_JOB_PARTS, {"async_job_id": lambda batch: batch.id}, project=project)
        self._project = Store(PROJECT_PARTS, {"project": lambda snapshot: snapshot.name})

    def render(self, snapshot: Project) -> ProjectLines:
        """The lines of this snapshot; not safe to run twice at a time."""
        return ProjectLines(
            self._jobs.update(snapshot.jobs or ()),
            self._async_jobs.update(snapshot.async_jobs),
            self._project.update((snapshot,)),
        )
