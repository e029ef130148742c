"""The vendor's job statuses and the phases that group them, so that rules survive new ones."""

from enum import StrEnum
from typing import Final


class Phase(StrEnum):
    """What a status means for an operator; label `phase`."""

    PENDING = "pending"
    STARTING = "starting"
    FULL = "full"
    FULL_COMPLETE = "full_complete"
    INCREMENTAL = "incremental"
    PAUSED = "paused"
    CHANGING = "changing"
    FAILED = "failed"
    STOPPING = "stopping"
    STOPPED = "stopped"
    OTHER = "other"


STATUSES: Final[dict[str, Phase]] = {
    "CREATING": Phase.PENDING,
    "CONFIGURATION": Phase.PENDING,
    "WAITING_FOR_START": Phase.PENDING,
    "STARTJOBING": Phase.STARTING,
    "CHILD_TRANSFER_STARTING": Phase.STARTING,
    "FULL_TRANSFER_STARTED": Phase.FULL,
    "FULL_TRANSFER_COMPLETE": Phase.FULL_COMPLETE,
    "INCRE_TRANSFER_STARTED": Phase.INCREMENTAL,
    "PAUSING": Phase.PAUSED,
    "CHANGE_JOB_STARTED": Phase.CHANGING,
    "CHILD_TRANSFER_STARTED": Phase.CHANGING,
    "CHILD_TRANSFER_COMPLETE": Phase.CHANGING,
    "REBUILD_NODE_STARTED": Phase.CHANGING,
    "NODE_UPGRADE_START": Phase.CHANGING,
    "NODE_UPGRADE_COMPLETE": Phase.CHANGING,
    "CREATE_FAILED": Phase.FAILED,
    "START_JOB_FAILED": Phase.FAILED,
    "FULL_TRANSFER_FAILED": Phase.FAILED,
    "INCRE_TRANSFER_FAILED": Phase.FAILED,
    "RELEASE_RESOURCE_FAILED": Phase.FAILED,
    "CHANGE_JOB_FAILED": Phase.FAILED,
    "CHILD_TRANSFER_FAILED": Phase.FAILED,
    "REBUILD_NODE_FAILED": Phase.FAILED,
    "NODE_UPGRADE_FAILED": Phase.FAILED,
    "RELEASE_RESOURCE_STARTED": Phase.STOPPING,
    "RELEASE_CHILD_TRANSFER_STARTED": Phase.STOPPING,
    "RELEASE_RESOURCE_COMPLETE": Phase.STOPPED,
    "RELEASE_CHILD_TRANSFER_COMPLETE": Phase.STOPPED,
    "DELETED": Phase.STOPPED,
}
"""Every status the vendor documents or its SDK names; `PAUSEING` is a misspelling of PAUSING and read as that."""

_MISSPELT: Final = {"PAUSEING": "PAUSING"}

PROGRESS_PHASES: Final = frozenset(
    {Phase.FULL, Phase.FULL_COMPLETE, Phase.INCREMENTAL, Phase.PAUSED, Phase.CHANGING, Phase.FAILED}
)
"""Phases in which batch progress is asked."""

DELAY_PHASES: Final = frozenset({Phase.INCREMENTAL, Phase.CHANGING, Phase.PAUSED})
"""Phases in which an incremental delay means something."""


def spelling(status: str) -> str:
    """The status as it is exported: one spelling for each."""
    return _MISSPELT.get(status, status)


def phase_of(status: str) -> Phase:
    """The phase of a status, known or not: an unknown `*_FAILED` is failed, any other unknown one is other."""
    known = STATUSES.get(status)
    if known is not None:
        return known
    return Phase.FAILED if status.endswith("_FAILED") else Phase.OTHER
