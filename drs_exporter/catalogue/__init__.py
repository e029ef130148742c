"""Every metric family that is read from snapshots, in the order of the exposition."""

from typing import Any, Final

from drs_exporter.catalogue.conditions import ACTION, CONDITIONS, DATABASES, TAGS
from drs_exporter.catalogue.details import DETAILS, NODES
from drs_exporter.catalogue.diagnosis import DIAGNOSES
from drs_exporter.catalogue.family import Family, Part
from drs_exporter.catalogue.instances import INSTANCES
from drs_exporter.catalogue.jobs import (
    BILLING,
    CREATED,
    DELAYS,
    FULL_COMPLETE,
    INFO,
    PROGRESS,
    STATES,
    THRESHOLDS,
    TIMES,
)
from drs_exporter.catalogue.projects import ASYNC_JOBS, PROJECTS
from drs_exporter.job_detail import Detail
from drs_exporter.snapshot import (
    AsyncJob,
    Condition,
    Database,
    Diagnosis,
    Instance,
    Job,
    JobInfo,
    JobState,
    Progress,
    Project,
    RpoRto,
    Thresholds,
    Times,
)

JOB_PARTS: Final[tuple[Part[Job, Any], ...]] = (
    Part[Job, JobInfo | None](lambda job: job.info, INFO),
    Part[Job, JobState | None](lambda job: job.state, STATES),
    Part[Job, float | None](lambda job: job.created, (CREATED,)),
    Part[Job, bool | None](lambda job: job.billing, (BILLING,)),
    Part[Job, float | None](lambda job: job.full_complete, (FULL_COMPLETE,)),
    Part[Job, str | None](lambda job: job.action, (ACTION,)),
    Part[Job, tuple[tuple[str, str], ...]](lambda job: job.tags, (TAGS,)),
    Part[Job, tuple[Database, ...]](lambda job: job.databases, DATABASES),
    Part[Job, Condition](lambda job: job.condition, CONDITIONS),
    Part[Job, Progress](lambda job: job.progress, PROGRESS),
    Part[Job, RpoRto](lambda job: job.rpo_rto, DELAYS),
    Part[Job, Thresholds](lambda job: job.thresholds, THRESHOLDS),
    Part[Job, Times](lambda job: job.times, TIMES),
    Part[Job, Diagnosis](lambda job: job.diagnosis, DIAGNOSES),
    Part[Job, Instance](lambda job: job.instance, INSTANCES),
    Part[Job, Detail](lambda job: job.detail, (*DETAILS, *NODES)),
)
ASYNC_JOB_PARTS: Final[tuple[Part[AsyncJob, Any], ...]] = (Part[AsyncJob, AsyncJob](lambda batch: batch, ASYNC_JOBS),)
PROJECT_PARTS: Final[tuple[Part[Project, Any], ...]] = (Part[Project, Project](lambda project: project, PROJECTS),)

PARTS: Final[tuple[Part[Any, Any], ...]] = (*JOB_PARTS, *ASYNC_JOB_PARTS, *PROJECT_PARTS)
FAMILIES: Final[tuple[Family[Any], ...]] = tuple(family for part in PARTS for family in part.families)

__all__ = ["ASYNC_JOB_PARTS", "FAMILIES", "JOB_PARTS", "PARTS", "PROJECT_PARTS", "Family", "Part"]
