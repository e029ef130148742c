"""One colour and one number per phase, the same on every dashboard."""

from collections.abc import Mapping
from typing import Final

from drs_exporter.status import Phase

PHASE_COLOURS: Final[Mapping[Phase, str]] = {
    Phase.PENDING: "#8AB8FF",
    Phase.STARTING: "#33A2E5",
    Phase.FULL: "#3274D9",
    Phase.FULL_COMPLETE: "#37B7A5",
    Phase.INCREMENTAL: "#56A64B",
    Phase.PAUSED: "#F2CC0C",
    Phase.CHANGING: "#A352CC",
    Phase.FAILED: "#E02F44",
    Phase.STOPPING: "#A37B5C",
    Phase.STOPPED: "#5F6B7A",
    Phase.OTHER: "#FF780A",
}

PHASE_NUMBERS: Final[Mapping[Phase, int]] = {phase: number for number, phase in enumerate(Phase, start=1)}
"""A state timeline draws numbers; a value mapping turns each into the phase's word and colour."""

BATCH_COLOURS: Final[Mapping[str, str]] = {
    "ASYNC_JOB_VALIDATING": "#3274D9",
    "AUTO_PARAM_VALIDATE_SUCCESS": "#37B7A5",
    "COMMIT_SUCCESS": "#56A64B",
    "ASYNC_JOB_VALIDATE_FAILED": "#E02F44",
}
"""Batch states, in the order in which a batch passes through them; the refused one last."""

BATCH_WORDS: Final[Mapping[str, str]] = {
    "ASYNC_JOB_VALIDATING": "validating",
    "AUTO_PARAM_VALIDATE_SUCCESS": "validated",
    "COMMIT_SUCCESS": "committed",
    "ASYNC_JOB_VALIDATE_FAILED": "refused",
}

GOOD: Final = "#56A64B"
WARNING: Final = "#FF9830"
CRITICAL: Final = "#E02F44"
INFORMATION: Final = "#5794F2"
QUIET: Final = "#8E9BB3"
