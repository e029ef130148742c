"""Listed jobs, statuses, progress, recovery delays and batch details: the v3 operations."""

from datetime import tzinfo
from functools import lru_cache

import msgspec

from drs_exporter import status
from drs_exporter.drs import wire
from drs_exporter.parse.values import Reader
from drs_exporter.snapshot import JobInfo, PartProgress, Progress, RpoRto, Thresholds, Times
from drs_exporter.status import DELAY_PHASES, Phase


class Listed(msgspec.Struct, frozen=True, gc=False):
    """One job or subtask as the listing gives it."""

    id: str
    name: str
    status: str | None
    info: JobInfo
    created: float | None = None
    billing: bool | None = None


class StatusReading(msgspec.Struct, frozen=True, gc=False):
    """A status as it was answered, with the error code that came along."""

    status: str
    error_code: str | None = None


class BatchDetail(msgspec.Struct, frozen=True, gc=False):
    """One job's batch detail."""

    reading: StatusReading | None = None
    created: float | None = None
    times: Times | None = None
    thresholds: Thresholds | None = None


def listing(raw: object, scenario: str, read: Reader, zone: tzinfo | None) -> list[Listed]:
    """Every job and subtask with an id, each id once: a listing that moves while it is paged repeats some."""
    found: dict[str, Listed] = {}
    for item in read.records(raw, wire.ListedJob, "jobs"):
        job = _listed(item, scenario=scenario, parent_id="", read=read, zone=zone)
        if job is None:
            continue
        found[job.id] = job
        for child in read.records(item.children, wire.ChildJob, "children"):
            subtask = _listed(child, scenario=scenario, parent_id=job.id, read=read, zone=zone)
            if subtask is not None and subtask.id != job.id:
                found[subtask.id] = subtask
    return list(found.values())


def _listed(raw: wire.ChildJob, *, scenario: str, parent_id: str, read: Reader, zone: tzinfo | None) -> Listed | None:
    job_id = _job_id(raw.id, read)
    if job_id is None:
        return None
    name = read.text(raw.name, "name")
    if name is None and raw.name in (None, ""):
        read.errors["name"] += 1
    return Listed(
        id=job_id,
        name=name or "",
        status=status_word(raw.status, read),
        info=_info(
            read.word(raw.db_use_type, "db_use_type") or scenario,
            read.word(raw.engine_type, "engine_type") or "",
            read.word(raw.task_type, "task_type") or "",
            read.word(raw.net_type, "net_type") or "",
            read.word(raw.job_direction, "job_direction") or "",
            parent_id,
        ),
        created=read.local_time(raw.create_time, "create_time", zone),
        billing=read.flag(raw.billing_tag, "billing_tag"),
    )


@lru_cache(maxsize=1024)
def _info(*values: str) -> JobInfo:
    """One object for all jobs of which the same is known."""
    return JobInfo(*values)


def status_word(raw: wire.Scalar, read: Reader) -> str | None:
    """A job's status in the one spelling that is exported."""
    word = read.word(raw, "status")
    return None if word is None else status.spelling(word)


def reading(raw_status: wire.Scalar, raw_code: wire.Scalar, read: Reader) -> StatusReading | None:
    """A status with its code; without a status the code is a refused question, not a job's error."""
    word = status_word(raw_status, read)
    return None if word is None else StatusReading(word, read.word(raw_code, "error_code"))


def statuses(results: object, read: Reader) -> dict[str, StatusReading | None]:
    """Results of `batch_status` by job id; one with a code and no status is a refused question: `None`."""
    found = {}
    for item in read.records(results, wire.JobStatus, "results"):
        job_id = _job_id(item.id, read)
        if job_id is not None:
            found[job_id] = reading(item.status, item.error_code, read)
    return found


def progresses(results: object, read: Reader) -> dict[str, Progress | None]:
    """Results of `batch_progress` by job id, whatever the phase; one with only a code is refused: `None`."""
    found = {}
    for item in read.records(results, wire.Progress, "results"):
        job_id = _job_id(item.job_id, read)
        if job_id is not None:
            record = progress(item, read)
            found[job_id] = None if record == _NO_PROGRESS and _refused(item.error_code) else record
    return found


def progress(raw: wire.Progress, read: Reader) -> Progress:
    """A progress record as answered; `in_phase` takes out what means nothing where the job stands."""
    return Progress(
        ratio=read.ratio(raw.progress, "progress"),
        remaining=read.amount(raw.remaining_time, "remaining_time"),
        updated=read.time(raw.process_time, "process_time"),
        delay=read.seconds(
            _first(raw.incre_trans_delay_millis, raw.incr_trans_delay_millis),
            _first(raw.incre_trans_delay, raw.incr_trans_delay),
            "incre_trans_delay",
        ),
        apply_rows=read.amount(raw.apply_rows_rate, "apply_rows_rate"),
        apply_bytes=read.amount(raw.apply_bytes_rate, "apply_bytes_rate"),
        parts=_parts(raw.progress_map, read),
    )


def in_phase(record: Progress, *, phase: Phase, job_status: str, task_type: str) -> Progress:
    """The record without what has no meaning in the phase; the very same object where all of it has."""
    ratio = record.ratio
    if phase is Phase.FULL_COMPLETE or task_type == "INCR_TRANS":
        ratio = None
    remaining = record.remaining if phase in _REMAINING_PHASES else None
    delayed = phase in DELAY_PHASES or job_status == "INCRE_TRANSFER_FAILED"
    delay = record.delay if delayed else None
    if ratio is record.ratio and remaining is record.remaining and delay is record.delay:
        return record
    return msgspec.structs.replace(record, ratio=ratio, remaining=remaining, delay=delay)


def rpo_rtos(results: object, read: Reader) -> dict[str, RpoRto | None]:
    """Results of `batch_rpo_rto` by job id; one with only a code is refused: `None`."""
    found = {}
    for item in read.records(results, wire.RpoRto, "results"):
        job_id = _job_id(item.job_id, read)
        if job_id is None:
            continue
        record = RpoRto(
            rpo=read.milliseconds(read.record(item.rpo_info, wire.Lag, "rpo_info").delay, "rpo_delay"),
            rto=read.milliseconds(read.record(item.rto_info, wire.Lag, "rto_info").delay, "rto_delay"),
        )
        found[job_id] = None if record == _NO_RPO_RTO and _refused(item.error_code) else record
    return found


def details(results: object, read: Reader) -> dict[str, BatchDetail | None]:
    """Results of `batch_detail` by job id; one with a code and no status is a refused question: `None`."""
    found: dict[str, BatchDetail | None] = {}
    for item in read.records(results, wire.BatchDetail, "results"):
        job_id = _job_id(item.id, read)
        if job_id is None:
            continue
        answer = reading(item.status, item.error_code, read)
        if answer is None and _refused(item.error_code):
            found[job_id] = None
            continue
        inst_info = read.record(item.inst_info, wire.InstInfo, "inst_info")
        found[job_id] = BatchDetail(
            reading=answer,
            created=read.time(item.create_time, "create_time"),
            times=Times(
                scheduled_start=read.time(inst_info.start_time, "start_time"),
                start=read.time(item.actual_start_time, "actual_start_time"),
                updated=read.time(item.update_time, "update_time"),
                full_complete=read.time(item.full_transfer_complete_time, "full_transfer_complete_time"),
            ),
            thresholds=thresholds(item.alarm_notify, read),
        )
    return found


def thresholds(raw: object, read: Reader) -> Thresholds:
    """The owner's thresholds of a v3 or v5 detail."""
    notify = read.record(raw, wire.AlarmNotify, "alarm_notify")
    return Thresholds(
        delay=read.positive(notify.delay_time, "delay_time"),
        rpo=read.positive(notify.rpo_delay, "rpo_delay"),
        rto=read.positive(notify.rto_delay, "rto_delay"),
    )


_NO_PROGRESS = Progress()
_NO_RPO_RTO = RpoRto()
_REMAINING_PHASES = frozenset({Phase.STARTING, Phase.FULL})


def _job_id(raw: wire.Scalar, read: Reader) -> str | None:
    """The id an answer is about; one without is nobody's, and counted."""
    job_id = read.text(raw, "id")
    if job_id is None and raw in (None, ""):
        read.errors["id"] += 1
    return job_id


def _refused(error_code: wire.Scalar) -> bool:
    return error_code not in (None, "")


def _first(one: wire.Scalar, other: wire.Scalar) -> wire.Scalar:
    return other if one is None else one


def _parts(raw: object, read: Reader) -> tuple[PartProgress, ...]:
    """The parts of a full transfer, each name once, sorted; the map comes as an array on one page."""
    named: list[tuple[str | None, object]]
    if raw is None:
        return ()
    if isinstance(raw, dict):
        named = [(read.word(key, "progress_map"), value) for key, value in raw.items()]
    elif isinstance(raw, list):
        entries = read.records(raw, wire.PartProgress, "progress_map")
        named = [(read.word(_first(entry.type, entry.name), "progress_map"), entry) for entry in entries]
    else:
        read.errors["progress_map"] += 1
        return ()
    found = {}
    for name, value in named:
        if name is None:
            read.errors["progress_map"] += 1
            continue
        entry = read.record(value, wire.PartProgress, "progress_map")
        ratio = read.ratio(entry.completed, "completed")
        remaining = read.amount(entry.remaining_time, "remaining_time")
        if ratio is not None or remaining is not None:
            found[name] = _part(name, ratio, remaining)
    return _shared(tuple(found[name] for name in sorted(found)))


@lru_cache(maxsize=1024)
def _part(name: str, ratio: float | None, remaining: float | None) -> PartProgress:
    """One object for parts that are equally far: most are at their beginning or their end."""
    return PartProgress(name, ratio, remaining)


@lru_cache(maxsize=4096)
def _shared(parts: tuple[PartProgress, ...]) -> tuple[PartProgress, ...]:
    """As `_part`, for all parts of a job."""
    return parts
