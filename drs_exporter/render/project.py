"""One project's snapshot to one chunk a family."""

from typing import Final

from drs_exporter.catalogue import ASYNC_JOB_FAMILIES, FAMILIES, JOB_FAMILIES, PROJECT_FAMILIES
from drs_exporter.render.chunk import EMPTY, Chunk
from drs_exporter.render.lines import Identity, Lines, header, identity, label
from drs_exporter.render.table import Table
from drs_exporter.snapshot import AsyncJob, Job, Project

HEADERS: Final[tuple[Chunk, ...]] = tuple(Chunk(header(family).encode()) for family in FAMILIES)
"""HELP and TYPE of each family, in the order of the chunks."""


class ProjectRenderer:
    """Turns snapshots of one project into chunks, doing again only what changed since the one before."""

    def __init__(self, project: str) -> None:
        """Start empty; `project` is the configured name."""
        self._project = label("project", project)
        own = identity(self._project)
        self._jobs = Table(JOB_FAMILIES, self._job_identity, named="name")
        self._async_jobs = Table(ASYNC_JOB_FAMILIES, self._async_job_identity, named="id")
        self._project_lines = tuple(Lines(family, lambda _: own) for family in PROJECT_FAMILIES)
        self._project_chunks: dict[str, Chunk] = {}

    def render(self, snapshot: Project) -> tuple[Chunk, ...]:
        """One chunk for each of `FAMILIES`, in that order; not safe to run twice at a time."""
        self._jobs.update(snapshot.jobs or ())
        self._async_jobs.update(snapshot.async_jobs)
        return (
            *self._jobs.chunks,
            *self._async_jobs.chunks,
            *(self._project_chunk(lines, snapshot) for lines in self._project_lines),
        )

    def _project_chunk(self, lines: Lines, snapshot: Project) -> Chunk:
        family = lines.family
        plain = lines.render(snapshot).encode()
        chunk = self._project_chunks.get(family.name, EMPTY)
        if chunk.plain != plain:
            chunk = self._project_chunks[family.name] = Chunk(plain)
        return chunk

    def _job_identity(self, job: Job) -> Identity:
        return identity(label("job_id", job.id), label("job_name", job.name), self._project)

    def _async_job_identity(self, async_job: AsyncJob) -> Identity:
        return identity(label("async_job_id", async_job.id), self._project)
