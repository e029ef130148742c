"""What diagnosis asks about a job: its ends, rows that fail, components, order. A pure function, as `state` is."""

from typing import Final

import msgspec

from drs_exporter.simulator.life import Life, Segment
from drs_exporter.simulator.noise import unit
from drs_exporter.simulator.plans import Plan
from drs_exporter.simulator.state import JobState
from drs_exporter.simulator.worldtime import DAY, MINUTE

_LOST_SOURCE: Final = frozenset({"DRS.M05201", "DRS.M05301", "DRS.M05401"})
_LOST_TARGET: Final = frozenset({"DRS.M05202", "DRS.M05302", "DRS.M05402"})
_ROWS_FAIL: Final = "DRS.M05403"
"""Error codes of failures that an end, or rows, are the cause of."""

_ACTIONS: Final = {
    "CREATING": "CREATE",
    "STARTJOBING": "START",
    "CHANGE_JOB_STARTED": "CHANGE",
    "CHILD_TRANSFER_STARTING": "START",
    "RELEASE_RESOURCE_STARTED": "FREE_RESOURCE",
}
_STILL: Final = frozenset({"PAUSING", "INCRE_TRANSFER_FAILED"})
"""Statuses in which what captures and applies changes is stopped."""

_OTHER_WAY: Final = {"up": "down", "down": "up"}
_MONTH: Final = 30 * DAY


class Health(msgspec.Struct, frozen=True):
    """How a job is at a moment, beyond its state."""

    source_connected: bool
    target_connected: bool
    abnormal_rows: int
    """Rows that could not be applied."""
    objects_failed: bool
    """The transfer of some tables failed."""
    capture: str
    """Status of the component that reads changes, and below of the one that writes them."""
    apply: str
    capture_delay: int
    """Seconds, as the one below."""
    apply_delay: int
    transferred_megabytes: int
    transferred_rows: int
    restart_needed: bool
    original_direction: str
    direction: str
    """The other one once the job was switched over."""
    kernel_direction: str
    """The other one while it is being switched over."""
    action: str
    """What is being done with the job; empty for nothing."""
    order_status: str
    """Empty for a job that is paid by the hour."""
    order_end: float | None
    """Simulated moment."""
    compared: str = ""
    """Result of the last object comparison, where a test has set one; empty for what the job's life makes of it."""
    compared_at: float = 0.0
    """Simulated moment at which that one began."""


class Ailment(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a test has set of a job's health by hand."""

    source_connected: bool | None = None
    target_connected: bool | None = None
    abnormal_rows: int | None = None
    objects_failed: bool | None = None
    capture: str | None = None
    apply: str | None = None
    restart_needed: bool | None = None
    switched_over: bool | None = None
    switching_over: bool | None = None
    action: str | None = None
    order_status: str | None = None
    order_ends_in: float | None = None
    """Simulated seconds from now."""
    compared: str | None = None
    """Result of an object comparison of all types, and that all comparisons of data succeeded."""
    compared_ago: float = 0.0
    """Simulated seconds since that one began."""


def health_at(life: Life, segment: Segment, state: JobState, at: float) -> Health:
    """The health of a job in that segment, by its own life."""
    plan = life.plan
    key = plan.key
    code = segment.error_code
    still = state.status in _STILL
    ordered = unit(key, 40) < 0.3
    switched = plan.guard and unit(key, 41) < 0.2
    delay = (state.delay_millis or 0) // 1000
    moved = _moved(plan, life, state, at)
    return Health(
        source_connected=code not in _LOST_SOURCE,
        target_connected=code not in _LOST_TARGET,
        abnormal_rows=1 + int((at - segment.start) / MINUTE) if code == _ROWS_FAIL else 0,
        objects_failed=state.status == "FULL_TRANSFER_FAILED",
        capture="STOPPED" if still else "STARTED",
        apply="STOPPED" if still else "STARTED",
        capture_delay=delay // 3,
        apply_delay=delay,
        transferred_megabytes=moved // 4,
        transferred_rows=moved * 1000,
        restart_needed=False,
        original_direction=_OTHER_WAY.get(plan.direction, plan.direction) if switched else plan.direction,
        direction=plan.direction,
        kernel_direction=plan.direction,
        action=_ACTIONS.get(state.status, ""),
        order_status="COMPLETED" if ordered else "",
        order_end=life.born + _MONTH * (1 + max(0, (at - life.born) // _MONTH)) if ordered else None,
    )


def ailing(health: Health, ailment: Ailment, at: float) -> Health:
    """That health with what a test has set."""
    changes = {
        name: value
        for name in ailment.__struct_fields__
        if name in Health.__struct_fields__ and (value := getattr(ailment, name)) is not None
    }
    if ailment.order_ends_in is not None:
        changes["order_end"] = at + ailment.order_ends_in
        changes.setdefault("order_status", health.order_status or "COMPLETED")
    if ailment.compared is not None:
        changes["compared_at"] = at - ailment.compared_ago
    if ailment.switched_over is not None:
        original = _OTHER_WAY.get(health.direction, health.direction)
        changes["original_direction"] = original if ailment.switched_over else health.direction
    if ailment.switching_over:
        changes["kernel_direction"] = _OTHER_WAY.get(health.direction, health.direction)
        changes.setdefault("action", "SWITCH_OVER")
    return msgspec.structs.replace(health, **changes)


def _moved(plan: Plan, life: Life, state: JobState, at: float) -> int:
    """What was moved so far, in thousands of rows: the full transfer, and a little every minute after it."""
    full = plan.objects * (state.percent or 0)
    since = life.first("INCRE_TRANSFER_STARTED", at)
    return full if since is None else full + int(plan.rows_rate * (at - since) / 1000)
