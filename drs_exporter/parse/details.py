"""Async batches, v5 details and quotas."""

from collections.abc import Iterable

import msgspec

from drs_exporter.drs import wire
from drs_exporter.job_detail import Detail, Node, TransferTimes
from drs_exporter.parse import checks, jobs
from drs_exporter.parse.endpoints import databases_v5, tags
from drs_exporter.parse.progress import progress
from drs_exporter.parse.values import Reader
from drs_exporter.snapshot import AsyncJob, Database, Progress, Quota, Thresholds

_DAY = 86_400
_BOUND = {"SUCCESS": True, "FAILED": False}
_MOST_NODES = 100
_MOST_QUOTAS = 100
"""Far more than any honest answer has of each."""


class JobDetail(msgspec.Struct, frozen=True, gc=False):
    """All that is read of one job's v5 detail."""

    detail: Detail
    status: str | None = None
    task_type: str = ""
    progress: Progress | None = None
    thresholds: Thresholds | None = None
    databases: tuple[Database, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()


def async_jobs(raw: object, read: Reader) -> list[AsyncJob]:
    """Every batch with an id, each id once."""
    found: dict[str, AsyncJob] = {}
    for item in read.records(raw, wire.AsyncJob, "jobs"):
        async_job_id = read.identifier(item.async_job_id, "async_job_id")
        if async_job_id is None:
            if item.async_job_id in (None, ""):
                read.fail("async_job_id")
            continue
        found[async_job_id] = AsyncJob(
            id=async_job_id,
            status=read.word(item.status, "async_job_status"),
            domain_name=read.word(item.domain_name, "domain_name") or "",
            created=read.time(item.create_time, "create_time"),
        )
    return list(found.values())


def members(items: object, read: Reader) -> dict[str, JobDetail]:
    """The members of one batch by job id; one without an id is nobody."""
    return jobs.by_job(read.records(items, wire.JobDetail, "jobs"), lambda item: item.id, _member, read)


def _member(raw: wire.JobDetail, read: Reader, _job_id: str) -> JobDetail:
    return job_detail([raw], read)


def job_detail(answers: Iterable[wire.JobDetail], read: Reader) -> JobDetail:
    """One job's v5 detail, told in one or several answers; of each part the last that gives it counts."""
    merged = _merge(answers)
    base_info = read.record(merged.base_info, wire.BaseInfo, "base_info")
    expired_days = read.positive(base_info.expired_days, "expired_days")
    node_info = read.record(merged.node_info, wire.NodeInfo, "node_info")
    spec = read.record(node_info.spec, wire.NodeSpec, "spec")
    compare = read.record(merged.compare_result, wire.CompareResult, "compare_result")
    compared = read.record(
        compare.objects_compare_overview_info, wire.ObjectComparisonOverview, "objects_compare_overview_info"
    )
    objects = read.record(merged.migration_object_progress_info, wire.ObjectProgress, "migration_object_progress_info")
    counts, statuses = checks.object_counts(objects.migration_object_overview, read)
    return JobDetail(
        status=jobs.status_word(merged.status, read),
        task_type=read.word(base_info.task_type, "task_type") or "",
        progress=None if merged.progress_info is None else _progress(merged.progress_info, read),
        thresholds=jobs.thresholds(merged.alarm_notify, read),
        databases=databases_v5(merged.source_endpoint, merged.target_endpoint, read),
        tags=tags(base_info.tags, read.tags, read),
        detail=Detail(
            times=TransferTimes(
                full_start=read.time(objects.full_start_time, "full_start_time"),
                full_complete=read.time(objects.full_complete_time, "full_complete_time"),
                incremental_start=read.time(objects.incr_start_time, "incr_start_time"),
                end=read.time(objects.end_time, "end_time"),
            ),
            abnormal_limit=None if expired_days is None else expired_days * _DAY,
            objects=counts,
            object_statuses=statuses,
            precheck=checks.precheck(merged.precheck_result, read),
            object_comparisons=checks.object_comparisons(compared, read),
            compared=read.time(compared.start_time, "compare_start_time"),
            data_comparisons=checks.data_comparisons(compare.data_compare_task_list, read),
            public_ip_bound=_public_ip_bound(merged.bind_public_ip_state, read),
            node_type=read.word(spec.node_type, "node_type"),
            nodes=_nodes(merged.metrics, node_info, read),
        ),
    )


def quotas(raw: object, read: Reader) -> tuple[Quota, ...]:
    """Quotas by resource, sorted."""
    found = {}
    for item in read.first(read.records(raw, wire.QuotaResource, "resource"), _MOST_QUOTAS, "quota"):
        resource = read.word(item.type, "type")
        if resource is None:
            read.fail("type")
            continue
        found[resource] = Quota(
            resource=resource, limit=read.amount(item.quota, "quota"), used=read.amount(item.used, "used")
        )
    return tuple(found[resource] for resource in sorted(found))


def _merge(answers: Iterable[wire.JobDetail]) -> wire.JobDetail:
    merged = wire.JobDetail()
    for answer in answers:
        for field in wire.JobDetail.__struct_fields__:
            value = getattr(answer, field)
            if value is not None:
                setattr(merged, field, value)
    return merged


def _progress(raw: object, read: Reader) -> Progress:
    """The progress without the job's rates, which only batch progress is a source of."""
    record = progress(read.record(raw, wire.Progress, "progress_info"), read)
    return msgspec.structs.replace(record, apply_rows=None, apply_bytes=None)


def _public_ip_bound(raw: wire.Scalar, read: Reader) -> bool | None:
    word = read.text(raw, "bind_public_ip_state")
    if word is None:
        return None
    bound = _BOUND.get(word)
    if bound is None:
        read.fail("bind_public_ip_state")
    return bound


def _nodes(metrics: object, node_info: wire.NodeInfo, read: Reader) -> tuple[Node, ...]:
    """One node for each reading with a node id; what is said of the instance as a whole holds for each."""
    info = read.record(node_info.base_info, wire.NodeBaseInfo, "base_info")
    readings = metrics if isinstance(metrics, list) else [] if metrics is None else [metrics]
    instance_type = read.word(info.instance_type, "instance_type")
    role = read.word(info.role, "role")
    status = read.word(info.status, "node_status")
    found = {}
    for item in read.first(read.records(readings, wire.NodeMetrics, "metrics"), _MOST_NODES, "node"):
        node_id = read.identifier(item.node_id, "node_id")
        if node_id is not None:
            found[node_id] = Node(
                node_id=node_id,
                cpu_ratio=read.ratio(item.cpu_util, "cpu_util"),
                memory_ratio=read.ratio(item.mem_util, "mem_util"),
                network_receive=read.amount(item.network_incoming_bytes_rate, "network_incoming_bytes_rate"),
                network_transmit=read.amount(item.network_outgoing_bytes_rate, "network_outgoing_bytes_rate"),
                disk_read=read.amount(item.disk_read_bytes_rate, "disk_read_bytes_rate"),
                disk_write=read.amount(item.disk_write_bytes_rate, "disk_write_bytes_rate"),
                apply_rows=read.amount(item.apply_rows_rate, "apply_rows_rate"),
                apply_transactions=read.amount(item.apply_transactions_rate, "apply_transactions_rate"),
                apply_ddl=read.amount(item.apply_ddl_rate, "apply_ddl_rate"),
                apply_execute=read.milliseconds(item.apply_average_execute_time, "apply_average_execute_time"),
                apply_commit=read.milliseconds(item.apply_average_commit_time, "apply_average_commit_time"),
                apply_state=read.word(item.apply_current_state, "apply_current_state"),
                metrics_time=read.time(item.time_stamp, "time_stamp"),
                instance_type=instance_type,
                role=role,
                status=status,
            )
    return tuple(found[node_id] for node_id in sorted(found))
