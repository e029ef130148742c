"""Every metric family that is read from snapshots, in the order of the exposition."""

from typing import Final, TypeAlias

from drs_exporter.catalogue.conditions import CONDITIONS
from drs_exporter.catalogue.details import DETAILS, NODES
from drs_exporter.catalogue.family import ASYNC_JOB_LABELS, JOB_LABELS, PROJECT_LABELS, ChosenLabels, Family, Row
from drs_exporter.catalogue.instances import INSTANCES
from drs_exporter.catalogue.jobs import JOBS
from drs_exporter.catalogue.projects import ASYNC_JOBS, PROJECTS
from drs_exporter.snapshot import AsyncJob, Job, Project

AnyFamily: TypeAlias = Family[Job] | Family[AsyncJob] | Family[Project]

JOB_FAMILIES: Final[tuple[Family[Job], ...]] = (*JOBS, *CONDITIONS, *INSTANCES, *DETAILS, *NODES)
ASYNC_JOB_FAMILIES: Final[tuple[Family[AsyncJob], ...]] = ASYNC_JOBS
PROJECT_FAMILIES: Final[tuple[Family[Project], ...]] = PROJECTS
FAMILIES: Final[tuple[AnyFamily, ...]] = (*JOB_FAMILIES, *ASYNC_JOB_FAMILIES, *PROJECT_FAMILIES)

__all__ = [
    "ASYNC_JOB_FAMILIES",
    "ASYNC_JOB_LABELS",
    "FAMILIES",
    "JOB_FAMILIES",
    "JOB_LABELS",
    "PROJECT_FAMILIES",
    "PROJECT_LABELS",
    "AnyFamily",
    "ChosenLabels",
    "Family",
    "Row",
]
