"""Diagnosis: connections, rows that could not be applied, components, disk."""

from typing import Final

from drs_exporter.cloud.error_body import says_no
from drs_exporter.drs import wire
from drs_exporter.parse.jobs import job_id_of
from drs_exporter.parse.values import Reader
from drs_exporter.snapshot import Component, Diagnosis

_MEGABYTE: Final = 2**20
_GIGABYTE: Final = 2**30
_COMPONENTS: Final = frozenset({"capture", "apply"})
_NOTHING: Final = Diagnosis()


def guarded(results: object, read: Reader) -> dict[str, Diagnosis | None]:
    """Results of `dr_monitor` by job id; one with only a code is refused: `None`."""
    found = {}
    for item in read.records(results, wire.GuardMonitored, "results"):
        job_id = job_id_of(item.id, read)
        if job_id is None:
            continue
        raw = item.data_guard_minitor if item.data_guard_monitor is None else item.data_guard_monitor
        monitor = read.record(raw, wire.GuardMonitor, "data_guard_monitor")
        record = _monitored(
            (monitor.src_normal, monitor.dst_normal),
            (monitor.trans_inMB, monitor.trans_lines),
            (monitor.volume_used_inGB, monitor.node_volume_inGB),
            read,
        )
        found[job_id] = None if record == _NOTHING and says_no(item.error_code) else record
    return found


def monitored(raw: wire.MonitorData, read: Reader) -> Diagnosis:
    """The answer of `monitor_data`."""
    return _monitored(
        (raw.is_src_normal, raw.is_dst_normal),
        (raw.trans_data, raw.trans_lines),
        (raw.used_volumes, raw.node_volume_size),
        read,
    )


def components(raw: object, read: Reader) -> tuple[Component, ...]:
    """The answer of `components`, each of the two once."""
    found = {}
    for item in read.records(raw, wire.IncrementComponent, "increment_components_list"):
        name = read.text(item.type, "component")
        if name in _COMPONENTS:
            found[name] = Component(name, read.word(item.status, "component_status"), read.amount(item.delay, "delay"))
        elif name is not None:
            read.fail("component")
    return tuple(found[name] for name in sorted(found))


def _monitored(
    connected: tuple[wire.Scalar, wire.Scalar],
    moved: tuple[wire.Scalar, wire.Scalar],
    disk: tuple[wire.Scalar, wire.Scalar],
    read: Reader,
) -> Diagnosis:
    """Source and target, megabytes and rows, gigabytes in use and in all."""
    return Diagnosis(
        source_connected=read.flag(connected[0], "src_normal"),
        target_connected=read.flag(connected[1], "dst_normal"),
        transferred_bytes=_scaled(read.amount(moved[0], "trans_data"), _MEGABYTE),
        transferred_rows=read.amount(moved[1], "trans_lines"),
        disk_used=_scaled(read.amount(disk[0], "used_volumes"), _GIGABYTE),
        disk_size=_scaled(read.amount(disk[1], "node_volume_size"), _GIGABYTE),
    )


def _scaled(value: float | None, unit: int) -> float | None:
    return None if value is None else value * unit
