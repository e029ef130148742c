"""What the web needs of the rest of the program, and no more."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from drs_exporter.history import Sample
from drs_exporter.snapshot import Project


class ScrapeTarget(NamedTuple):
    """One project, for service discovery."""

    project: str
    labels: Mapping[str, str]
    """What is known of it besides, by name: `region`, `project_id` and the like."""


class Daemon(Protocol):
    """The running exporter, as its HTTP side sees it."""

    async def metrics(
        self, *, projects: Sequence[str] | None, process_wide: bool, jobs: bool, openmetrics: bool, encoding: str
    ) -> Sequence[bytes | memoryview]:
        """Buffers that together are the body, in one of `ENCODINGS`: prepared, unless nobody asked for that of late.

        `projects` are configured names, `None` means all. `jobs` asks for what belongs to projects, `process_wide` for
        what belongs to the exporter itself.
        """
        ...

    def projects(self) -> Sequence[Project]:
        """The current snapshots, in configured order."""
        ...

    def history(self, project: str, job_id: str) -> Sequence[Sample]:
        """The last hours of one job, oldest first; empty where nothing is remembered."""
        ...

    def unhealthy(self) -> str | None:
        """Why a restart would help; `None` while every poll loop keeps its pace."""
        ...

    def unready(self) -> str | None:
        """What is still waited for; `None` once every project's first poll has ended."""
        ...

    def targets(self) -> Sequence[ScrapeTarget]:
        """Every project, one that IAM does not tell of too, as service discovery tells of it."""
        ...

    def configuration(self) -> str:
        """The configuration in force as YAML, without a secret."""
        ...

    def answered(self, path: str | None, code: int) -> None:
        """Count an answer; the path is `None` where none of ours was asked for."""
        ...

    async def reload(self) -> None:
        """Take over a changed configuration; SettingsError says why not, and then nothing has changed."""
        ...
