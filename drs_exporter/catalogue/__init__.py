"""Every metric family that is read from snapshots, in the order of the exposition."""

from typing import Final

from drs_exporter.catalogue.details import DETAILS, NODES
from drs_exporter.catalogue.family import ASYNC_JOB_LABELS, JOB_LABELS, PROJECT_LABELS, Family, Row
from drs_exporter.catalogue.jobs import JOBS
from drs_exporter.catalogue.projects import ASYNC_JOBS, PROJECTS

JOB_FAMILIES: Final[tuple[Family, ...]] = (*JOBS, *DETAILS, *NODES)
ASYNC_JOB_FAMILIES: Final[tuple[Family, ...]] = ASYNC_JOBS
PROJECT_FAMILIES: Final[tuple[Family, ...]] = PROJECTS
FAMILIES: Final[tuple[Family, ...]] = (*JOB_FAMILIES, *ASYNC_JOB_FAMILIES, *PROJECT_FAMILIES)

__all__ = [
    "ASYNC_JOB_FAMILIES",
    "ASYNC_JOB_LABELS",
    "FAMILIES",
    "JOB_FAMILIES",
    "JOB_LABELS",
    "PROJECT_FAMILIES",
    "PROJECT_LABELS",
    "Family",
    "Row",
]
