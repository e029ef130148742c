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
        in_other_words = wire.MonitorData(
            is_src_normal=monitor.src_normal,
            is_dst_normal=monitor.dst_normal,
            trans_data=monitor.trans_inMB,
            trans_lines=monitor.trans_lines,
            used_volumes=monitor.volume_used_inGB,
            node_volume_size=monitor.node_volume_inGB,
        )
        record = monitored(in_other_words, read)
        found[job_id] = None if record == _NOTHING and says_no(item.error_code) else record
    return found


def monitored(raw: wire.MonitorData, read: Reader) -> Diagnosis:
    """The answer of `monitor_data`."""
    return Diagnosis(
        source_connected=read.flag(raw.is_src_normal, "src_normal"),
        target_connected=read.flag(raw.is_dst_normal, "dst_normal"),
        transferred_bytes=_scaled(read.amount(raw.trans_data, "trans_data"), _MEGABYTE),
        transferred_rows=read.amount(raw.trans_lines, "trans_lines"),
        disk_used=_scaled(read.amount(raw.used_volumes, "used_volumes"), _GIGABYTE),
        disk_size=_scaled(read.amount(raw.node_volume_size, "node_volume_size"), _GIGABYTE),
    )


def abnormal_rows(raw: wire.DirtyData, read: Reader) -> float | None:
    """The answer of `dirty_data`: how many rows could not be applied, where it says so."""
    return read.amount(raw.count, "abnormal_rows")


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


def _scaled(value: float | None, unit: int) -> float | None:
    return None if value is None else value * unit
