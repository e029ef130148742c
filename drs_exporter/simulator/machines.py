"""The machine under every job: a pure function of what the job is doing, so that a job that falls behind shows why."""

from enum import Enum
from typing import Final

import msgspec

from drs_exporter.simulator.life import Life
from drs_exporter.simulator.noise import between, unit
from drs_exporter.simulator.state import JobState
from drs_exporter.simulator.worldtime import DAY, HOUR, MINUTE

_WITHOUT: Final = frozenset(
    {
        "CREATING",
        "CREATE_FAILED",
        "CONFIGURATION",
        "WAITING_FOR_START",
        "STARTJOBING",
        "START_JOB_FAILED",
        "RELEASE_RESOURCE_STARTED",
        "RELEASE_RESOURCE_COMPLETE",
        "DELETED",
    }
)
"""Statuses in which no machine runs."""

_WORKERS: Final = {"micro": 4, "small": 8, "medium": 16, "high": 32}
_USUAL_LATENCY: Final = (30.0, 300.0)
"""Milliseconds that reading and writing take where nothing is wrong."""


class Weakness(Enum):
    """Why a job falls behind, when it does."""

    SOURCE = "the source is read too slowly"
    TARGET = "the target takes writes too slowly"
    CPU = "the machine is too small"
    DISK = "the target is slow, and what waits for it fills the disk"


class Fill(msgspec.Struct, frozen=True):
    """A disk set by hand."""

    since: float
    """Simulated moment from which it counts."""
    ratio: float
    rate: float = 0.0
    """Share of the disk that is added each simulated second."""


class Machine(msgspec.Struct, frozen=True):
    """One machine at a moment, field by field as Cloud Eye names and measures it."""

    cpu_util: float
    mem_util: float
    disk_util: float
    network_incoming_bytes_rate: float
    network_outgoing_bytes_rate: float
    disk_read_bytes_rate: float
    disk_write_bytes_rate: float
    extract_bytes_rate: float
    extract_rows_rate: float
    extract_latency: float
    apply_bytes_rate: float
    apply_rows_rate: float
    apply_transactions_rate: float
    apply_ddls_rate: float
    apply_latency: float
    apply_average_execute_time: float
    apply_average_commit_time: float
    apply_current_state: float
    apply_thread_workers: float


UNITS: Final = {
    "cpu_util": "%",
    "mem_util": "%",
    "disk_util": "%",
    "network_incoming_bytes_rate": "byte/s",
    "network_outgoing_bytes_rate": "byte/s",
    "disk_read_bytes_rate": "byte/s",
    "disk_write_bytes_rate": "byte/s",
    "extract_bytes_rate": "byte/s",
    "extract_rows_rate": "row/s",
    "extract_latency": "ms",
    "apply_bytes_rate": "byte/s",
    "apply_rows_rate": "row/s",
    "apply_transactions_rate": "transaction/s",
    "apply_ddls_rate": "ddl/s",
    "apply_latency": "ms",
    "apply_average_execute_time": "ms",
    "apply_average_commit_time": "ms",
    "apply_current_state": "",
    "apply_thread_workers": "count",
}
"""The unit of every metric; the names are those of `Machine`."""


def has_machine(status: str) -> bool:
    """Whether a machine of its own runs for the job; what edits a running job runs on that job's."""
    return status not in _WITHOUT and "CHILD_TRANSFER" not in status


def weakness(life: Life) -> Weakness:
    """What gives way first in that job."""
    return tuple(Weakness)[int(unit(life.plan.key, 30) * len(Weakness))]


def machine_at(life: Life, state: JobState, at: float, *, fill: Fill | None = None) -> Machine:
    """What the machine of a job does at that moment."""
    plan, key, minute = life.plan, life.plan.key, int(at // MINUTE)
    weak = weakness(life)
    behind = (state.delay_millis or 0) / 1000
    strain = behind / (behind + 300)
    flows = state.status == "INCRE_TRANSFER_STARTED"
    whole = state.status == "FULL_TRANSFER_STARTED"
    row = int(between(80, 400, key, 4))
    applied = float(max(state.rows_rate, 0)) if not whole else plan.rows_rate * between(3, 5, key, 34, minute)
    piles = flows and weak is not Weakness.SOURCE
    extracted = applied * (1 + strain * 0.6) if piles else applied
    reading, writing = _latencies(weak, behind * 1000 if flows else 0.0, key, minute)
    busy = flows or whole
    slow = strain if flows and weak in (Weakness.TARGET, Weakness.DISK) else 0.0
    return Machine(
        cpu_util=_cpu(key, minute, busy=busy, strained=strain if flows and weak is Weakness.CPU else 0.0),
        mem_util=min(97.0, between(30, 70, key, 12, minute // 30) + 15 * slow),
        disk_util=_disk(key, minute, state, at, behind=behind, weak=weak, fill=fill),
        network_incoming_bytes_rate=extracted * row * 1.1 + 4096,
        network_outgoing_bytes_rate=applied * row * 1.05 + 2048,
        disk_read_bytes_rate=between(0, 90_000, key, 13, minute) + applied * row * 0.2,
        disk_write_bytes_rate=extracted * row * 1.15,
        extract_bytes_rate=extracted * row,
        extract_rows_rate=extracted,
        extract_latency=reading,
        apply_bytes_rate=applied * row,
        apply_rows_rate=applied,
        apply_transactions_rate=applied / 7,
        apply_ddls_rate=1.0 if flows and unit(key, 35, minute) < 0.02 else 0.0,
        apply_latency=writing if flows else behind * 1000,
        apply_average_execute_time=between(0.5, 9, key, 14, minute) + 60 * slow if busy else 0.0,
        apply_average_commit_time=between(0.2, 3, key, 15, minute) + 20 * slow if busy else 0.0,
        apply_current_state=_apply_state(state, key, minute, busy=busy),
        apply_thread_workers=float(_WORKERS[plan.node_type]) if busy else 0.0,
    )


def _latencies(weak: Weakness, behind: float, key: int, minute: int) -> tuple[float, float]:
    """Milliseconds that reading and writing lag: the whole delay stands where the weakness is."""
    usual = (between(*_USUAL_LATENCY, key, 32, minute), between(*_USUAL_LATENCY, key, 33, minute))
    share = {Weakness.SOURCE: 1.0, Weakness.CPU: 0.5}.get(weak, 0.0)
    return usual[0] + behind * share, usual[1] + behind * (1 - share)


def _cpu(key: int, minute: int, *, busy: bool, strained: float) -> float:
    noise = 10 * unit(key, 11, minute)
    if not busy:
        return 3 + noise / 2
    return min(99.0, 15 + 45 * unit(key, 10) + noise + 60 * strained)


def _disk(
    key: int, minute: int, state: JobState, at: float, *, behind: float, weak: Weakness, fill: Fill | None
) -> float:
    """Percent of the disk in use: logs that were read and could not be applied pile up on it."""
    if fill is not None and at >= fill.since:
        return 100 * min(1.0, fill.ratio + fill.rate * (at - fill.since))
    piled = 0.0
    if state.status == "INCRE_TRANSFER_FAILED":
        piled = min(50.0, 50 * behind / DAY)
    elif weak is Weakness.DISK:
        piled = min(55.0, 55 * behind / (2 * HOUR))
    return 8 + 30 * unit(key, 31) + between(0, 2, key, 36, minute // 10) + piled


def _apply_state(state: JobState, key: int, minute: int, *, busy: bool) -> float:
    """10 is abnormal, 1 idle, 2 DML, 3 DDL."""
    if state.status.endswith("_FAILED"):
        return 10.0
    if not busy:
        return 1.0
    return 3.0 if unit(key, 35, minute) < 0.02 else 2.0
