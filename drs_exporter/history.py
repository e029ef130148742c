"""The last hours of every job, for people who look at one: few points, in bounded memory, nothing on disk."""

from array import array
from collections.abc import Sequence
from typing import Final, NamedTuple

from drs_exporter.snapshot import Job, Project

WINDOW: Final = 6 * 3600.0
"""Seconds that are remembered."""
_MOST_POINTS: Final = 240
"""Of one job: one every 90 seconds."""
_FEWEST_POINTS: Final = 12
_ALL_POINTS: Final = 240_000
"""Of all jobs of a project together; where there are many, each has fewer."""
_NONE: Final = float("nan")


class Sample(NamedTuple):
    """One job at one moment; what is not known is not a number."""

    time: float
    """Unix time."""
    delay: float
    """Seconds behind the source; of disaster recovery, the recovery point."""
    progress: float
    """0 to 1."""
    rows: float
    """Applied to the target each second."""


class _Course:
    """Points of one job, oldest first."""

    __slots__ = ("_values",)

    def __init__(self) -> None:
        self._values = array("d")

    def add(self, sample: Sample, *, points: int) -> None:
        self._values.extend(sample)
        surplus = len(self._values) - points * len(sample)
        if surplus > 0:
            del self._values[:surplus]

    def samples(self, *, since: float) -> list[Sample]:
        values, width = self._values, len(Sample._fields)
        every = (Sample(*values[place : place + width]) for place in range(0, len(values), width))
        return [sample for sample in every if sample.time >= since]


class History:
    """Remembers one point of each job now and then."""

    def __init__(self) -> None:
        self._courses: dict[str, dict[str, _Course]] = {}
        self._noted: dict[str, float] = {}

    def note(self, project: Project, *, now: float) -> None:
        """Take a point of every job, unless the last one was taken a moment ago; jobs that are gone are forgotten."""
        jobs = project.jobs or ()
        points = max(_FEWEST_POINTS, min(_MOST_POINTS, _ALL_POINTS // max(1, len(jobs))))
        if now - self._noted.get(project.name, -WINDOW) < WINDOW / points:
            return
        self._noted[project.name] = now
        before, courses = self._courses.get(project.name, {}), {}
        for job in jobs:
            course = courses[job.id] = before.get(job.id) or _Course()
            course.add(_sample(job, now), points=points)
        self._courses[project.name] = courses

    def retain(self, projects: Sequence[str]) -> None:
        """Forget all projects but these."""
        for name in self._courses.keys() - set(projects):
            del self._courses[name]
            self._noted.pop(name, None)

    def samples(self, project: str, job_id: str, *, now: float) -> list[Sample]:
        """What is remembered of one job, oldest first; empty where there is nothing."""
        course = self._courses.get(project, {}).get(job_id)
        return [] if course is None else course.samples(since=now - WINDOW)


def _sample(job: Job, now: float) -> Sample:
    progress = job.progress
    delay = job.rpo_rto.rpo if progress.delay is None else progress.delay
    return Sample(now, *(_NONE if value is None else value for value in (delay, progress.ratio, progress.apply_rows)))
