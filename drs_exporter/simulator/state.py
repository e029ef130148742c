"""What a job is doing at a moment: a pure function of its plan, its segment and simulated time."""

import math
from typing import Final

import msgspec

from drs_exporter.simulator.life import CATCH_UP, Segment
from drs_exporter.simulator.noise import between, unit
from drs_exporter.simulator.plans import Plan
from drs_exporter.simulator.worldtime import HOUR, MINUTE

_LAGGED: Final = frozenset(
    {
        "INCRE_TRANSFER_STARTED",
        "INCRE_TRANSFER_FAILED",
        "PAUSING",
        "CHANGE_JOB_STARTED",
        "REBUILD_NODE_STARTED",
        "NODE_UPGRADE_START",
        "NODE_UPGRADE_COMPLETE",
    }
)
"""Statuses in which the service reports how far the target is behind."""

_UNSTARTED: Final = frozenset(
    {"CREATING", "CREATE_FAILED", "CONFIGURATION", "WAITING_FOR_START", "STARTJOBING", "START_JOB_FAILED"}
)
_MOVING: Final = frozenset({"FULL_TRANSFER_STARTED", "CHILD_TRANSFER_STARTED"})
_STOPPED: Final = frozenset({"RELEASE_RESOURCE_COMPLETE", "RELEASE_CHILD_TRANSFER_COMPLETE", "DELETED"})
_STEP: Final = 10.0
"""Seconds between two progress reports of a node."""
_WINDOW: Final = 4 * HOUR
"""At most one spike in each."""


class JobState(msgspec.Struct, frozen=True):
    """A job at a moment."""

    status: str
    error_code: str
    since: float
    """Simulated moment at which the status began."""
    percent: int | None
    """Of the full transfer; `None` before the start."""
    parts: tuple[tuple[str, int, int], ...]
    """Part, percent, seconds remaining."""
    remaining: int | None
    """Seconds of the full transfer that is running."""
    delay_millis: int | None
    rpo_millis: int | None
    rto_millis: int | None
    rows_rate: int
    """Per second; -1 outside the incremental phase, as the one below."""
    bytes_rate: int
    updated: float | None
    """Simulated moment of the last progress report."""
    stopped: bool


def state_at(plan: Plan, segment: Segment, at: float) -> JobState:
    """Everything the service can say of a job that is in that segment."""
    status = segment.status
    moment = segment.start if status.endswith("_FAILED") else max(segment.start, math.floor(at / _STEP) * _STEP)
    unstarted = status in _UNSTARTED
    share = _share(segment, moment)
    remaining = int(segment.end - moment) if status in _MOVING and segment.end != math.inf else None
    behind = _behind(plan, segment, moment) if status in _LAGGED else None
    flowing = status == "INCRE_TRANSFER_STARTED"
    rows = int(plan.rows_rate * between(0.5, 1.5, plan.key, 3, int(moment))) if flowing else -1
    stopped = status in _STOPPED
    return JobState(
        status=status,
        error_code=segment.error_code,
        since=segment.start,
        percent=None if unstarted else int(share * 100),
        parts=() if unstarted or plan.task_type == "INCR_TRANS" else _parts(share, remaining or 0),
        remaining=remaining,
        delay_millis=None if behind is None else int(behind * 1000),
        rpo_millis=None if behind is None or not plan.guard else int(behind * 1000 * 0.6),
        rto_millis=None if behind is None or not plan.guard else int(behind * 1000 * 0.4) + 150,
        rows_rate=rows,
        bytes_rate=rows * int(between(80, 400, plan.key, 4)) if flowing else -1,
        updated=None if unstarted else min(moment, at),
        stopped=stopped,
    )


def _share(segment: Segment, moment: float) -> float:
    """Share of the full transfer that is done."""
    if segment.done_from == segment.done_to:
        return segment.done_from
    run = min(1.0, (moment - segment.start) / (segment.end - segment.start))
    return segment.done_from + (segment.done_to - segment.done_from) * run


def _parts(share: float, remaining: int) -> tuple[tuple[str, int, int], ...]:
    """Structures come first, then rows, then indexes."""
    stages = (("struct", 0.0, 0.08), ("data", 0.08, 0.85), ("index", 0.85, 1.0))
    left = max(1.0 - share, 1e-9)
    return tuple(
        (
            part,
            int(100 * min(1.0, max(0.0, (share - low) / (high - low)))),
            int(remaining * max(0.0, high - max(low, share)) / left),
        )
        for part, low, high in stages
    )


def _behind(plan: Plan, segment: Segment, moment: float) -> float:
    """Seconds the target is behind: a backlog that is worked off, the usual breath, and spikes."""
    run = moment - segment.start
    if segment.status in ("PAUSING", "INCRE_TRANSFER_FAILED"):
        backlog = segment.backlog + run
    else:
        backlog = segment.backlog * 2.0 ** (-run / CATCH_UP)
    tide = 1 + 0.6 * math.sin(2 * math.pi * (moment / plan.breath + unit(plan.key, 5)))
    ripple = between(0.8, 1.2, plan.key, 6, int(moment // _STEP))
    return max(0.0, backlog + plan.base_delay * tide * ripple + _spike(plan, moment))


def _spike(plan: Plan, moment: float) -> float:
    """Seconds of delay a burst on the source adds: five minutes up, fifteen down."""
    window = math.floor(moment / _WINDOW)
    if unit(plan.key, 7, window) >= plan.spikiness:
        return 0.0
    start = window * _WINDOW + between(0, _WINDOW - 20 * MINUTE, plan.key, 8, window)
    height = between(60, 1800, plan.key, 9, window)
    run = moment - start
    if run < 0 or run > 20 * MINUTE:
        return 0.0
    return height * run / (5 * MINUTE) if run < 5 * MINUTE else height * (20 * MINUTE - run) / (15 * MINUTE)
