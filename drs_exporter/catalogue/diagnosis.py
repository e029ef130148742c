"""Families of what a job answers when it is asked about alone."""

from collections.abc import Callable
from typing import Final

from drs_exporter.catalogue.family import Family, flag, known
from drs_exporter.snapshot import Diagnosis

_DIAGNOSIS: Final = ("diagnosis",)


def _told(name: str, help_: str, source: str, read: Callable[[Diagnosis], float | None]) -> Family[Diagnosis]:
    return Family(name=name, help=help_, collectors=_DIAGNOSIS, source=source, value=read)


DIAGNOSES: Final[tuple[Family[Diagnosis], ...]] = (
    _told(
        "drs_job_source_connected",
        "1 if the service can reach the source database, 0 if not; absent where it does not tell.",
        "is_src_normal, src_normal",
        lambda diagnosis: flag(diagnosis.source_connected),
    ),
    _told(
        "drs_job_target_connected",
        "1 if the service can reach the target database, 0 if not; absent where it does not tell.",
        "is_dst_normal, dst_normal",
        lambda diagnosis: flag(diagnosis.target_connected),
    ),
    _told(
        "drs_job_transferred_bytes",
        "Bytes moved so far, from 0 again when the service starts again; absent where it does not tell.",
        "trans_data, trans_inMB",
        lambda diagnosis: diagnosis.transferred_bytes,
    ),
    _told(
        "drs_job_transferred_rows",
        "Rows moved so far, from 0 again when the service starts again; absent where it does not tell.",
        "trans_lines",
        lambda diagnosis: diagnosis.transferred_rows,
    ),
    _told(
        "drs_job_abnormal_rows",
        "Rows that could not be applied to the target; absent for disaster recovery jobs, and where the service does "
        "not tell.",
        "count of dirty-data",
        lambda diagnosis: diagnosis.abnormal_rows,
    ),
    Family(
        name="drs_job_component_status",
        help="The active status of what captures and of what applies changes, always 1; absent outside incremental "
        "replication, for disaster recovery jobs, and where the service does not tell.",
        collectors=_DIAGNOSIS,
        source="increment_components_list[].status",
        labels=("component", "status"),
        rows=lambda diagnosis: [((one.component, one.status), 1.0) for one in diagnosis.components if one.status],
    ),
    Family(
        name="drs_job_component_delay_seconds",
        help="How far behind what captures or what applies changes is; absent outside incremental replication, for "
        "disaster recovery jobs, and where the service does not tell.",
        collectors=_DIAGNOSIS,
        source="increment_components_list[].delay",
        labels=("component",),
        rows=lambda diagnosis: known([((one.component,), one.delay) for one in diagnosis.components]),
    ),
    _told(
        "drs_job_diagnosed_timestamp_seconds",
        "Unix time at which the job was last asked about alone; absent until it was.",
        "the exporter",
        lambda diagnosis: diagnosis.diagnosed,
    ),
    _told(
        "drs_instance_disk_used_bytes",
        "Bytes in use on the disk of the machine that runs the job; absent where the service does not tell.",
        "used_volumes, volume_used_inGB",
        lambda diagnosis: diagnosis.disk_used,
    ),
    _told(
        "drs_instance_disk_size_bytes",
        "Size of the disk of the machine that runs the job; absent where the service does not tell.",
        "node_volume_size, node_volume_inGB",
        lambda diagnosis: diagnosis.disk_size,
    ),
)
