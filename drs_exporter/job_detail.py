"""What only a v5 detail tells of a job, in our words: a part of the snapshot."""

from typing import Final

import msgspec

BEING_COMPARED: Final = frozenset({"COMPARING", "WAITING_FOR_COMPARISON"})
"""Results of a comparison that is still being made."""


class TransferTimes(msgspec.Struct, frozen=True, gc=False):
    """Unix times of a job's transfer, from a v5 detail."""

    full_start: float | None = None
    full_complete: float | None = None
    incremental_start: float | None = None
    end: float | None = None


class ObjectStatuses(msgspec.Struct, frozen=True, gc=False):
    """Entries of one object type in one status."""

    object_type: str
    status: str
    entries: int


class ObjectCount(msgspec.Struct, frozen=True, gc=False):
    """Objects of one type, to be transferred and transferred."""

    object_type: str
    to_transfer: float | None = None
    transferred: float | None = None


class Precheck(msgspec.Struct, frozen=True, gc=False):
    """Result of the pre-check."""

    passed: bool | None = None
    passed_ratio: float | None = None
    items: tuple[tuple[str, int], ...] = ()
    """Count of items by result, sorted by result."""


class ObjectComparison(msgspec.Struct, frozen=True, gc=False):
    """Object comparison of one type."""

    object_type: str
    source: float | None = None
    target: float | None = None
    result: str | None = None


class DataComparisons(msgspec.Struct, frozen=True, gc=False):
    """Data comparison tasks of one kind in one status."""

    comparison: str
    status: str
    tasks: int


class Node(msgspec.Struct, frozen=True, gc=False):
    """One replication instance, as its job's v5 detail reports it."""

    node_id: str
    cpu_ratio: float | None = None
    memory_ratio: float | None = None
    network_receive: float | None = None
    """Bytes per second, as the three below."""
    network_transmit: float | None = None
    disk_read: float | None = None
    disk_write: float | None = None
    apply_rows: float | None = None
    """Per second, as the two below."""
    apply_transactions: float | None = None
    apply_ddl: float | None = None
    apply_execute: float | None = None
    """Average seconds, as the one below."""
    apply_commit: float | None = None
    apply_state: str | None = None
    metrics_time: float | None = None
    """Unix time of the readings above."""
    instance_type: str | None = None
    role: str | None = None
    status: str | None = None


class Detail(msgspec.Struct, frozen=True, gc=False):
    """What only a v5 detail tells of a job."""

    times: TransferTimes = TransferTimes()
    abnormal_limit: float | None = None
    """Seconds a job may be abnormal before the service stops it."""
    objects: tuple[ObjectCount, ...] = ()
    object_statuses: tuple[ObjectStatuses, ...] = ()
    precheck: Precheck | None = None
    object_comparisons: tuple[ObjectComparison, ...] = ()
    compared: float | None = None
    """Unix time at which the last object comparison began."""
    data_comparisons: tuple[DataComparisons, ...] = ()
    public_ip_bound: bool | None = None
    node_type: str | None = None
    nodes: tuple[Node, ...] = ()
