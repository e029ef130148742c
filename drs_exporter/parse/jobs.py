"""Listed jobs, statuses, progress, recovery delays and batch details: the v3 operations."""

from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import Final

import msgspec

from drs_exporter.cloud.error_body import known_code, says_no
from drs_exporter.drs import wire
from drs_exporter.parse import endpoints
from drs_exporter.parse.values import Made, Reader, Record
from drs_exporter.snapshot import Condition, Database, JobInfo, JobState, RpoRto, Thresholds, Times
from drs_exporter.status import Phase, phase_of, spelling


class Listed(msgspec.Struct, frozen=True, gc=False):
    """One job or subtask as the listing gives it."""

    id: str
    name: str
    status: str | None
    info: JobInfo
    created: float | None = None
    billing: bool | None = None
    action: str | None = None


class Stand(msgspec.Struct, frozen=True, gc=False):
    """A status as it was read, the phase it belongs to, and the error code that came along."""

    status: str | None
    phase: Phase
    error_code: str | None

    @property
    def state(self) -> JobState | None:
        """What is shown of it; a job that has stopped is over, whatever went wrong before."""
        return _state(self)


@lru_cache(maxsize=512)
def _state(stand: Stand) -> JobState | None:
    """One object for all jobs that stand alike."""
    if stand.status is None:
        return None
    return JobState(stand.status, stand.phase, None if stand.phase is Phase.STOPPED else stand.error_code)


@lru_cache(maxsize=512)
def stand(status: str | None, error_code: str | None = None) -> Stand:
    """One object for all jobs that stand alike, so that comparing two is comparing identities."""
    return Stand(status, Phase.OTHER if status is None else phase_of(status), error_code)


class BatchDetail(msgspec.Struct, frozen=True, gc=False):
    """One job's batch detail."""

    reading: Stand | None = None
    created: float | None = None
    times: Times | None = None
    thresholds: Thresholds | None = None
    databases: tuple[Database, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    condition: Condition = Condition()


def listing(items: object, scenario: str, read: Reader) -> dict[str, Listed]:
    """Every job and subtask of a scenario by id: a listing that moves while it is paged repeats some."""
    make = _reads_family(scenario)
    found: dict[str, Listed] = {}
    for item in read.records(items, wire.ListedJob, "jobs"):
        job_id = job_id_of(item.id, read)
        if job_id is not None:
            for job in read.again(item, make, job_id=job_id):
                found[job.id] = job
    return found


@lru_cache(maxsize=16)
def _reads_family(scenario: str) -> Callable[[wire.ListedJob, Reader, str], list[Listed]]:
    """One function for each scenario: what it has read is known by it."""
    return partial(_family, scenario=scenario)


def _family(raw: wire.ListedJob, read: Reader, job_id: str, *, scenario: str) -> list[Listed]:
    """The job and after it its subtasks."""
    found = [_listed(raw, read, job_id, scenario=scenario)]
    children = read.records(raw.children, wire.ChildJob, "children")
    for child in read.first(children, _MOST_CHILDREN, "child"):
        child_id = job_id_of(child.id, read)
        if child_id not in (None, job_id):
            found.append(_listed(child, read, child_id, scenario=scenario, parent_id=job_id))
    return found


def _listed(raw: wire.ChildJob, read: Reader, job_id: str, *, scenario: str, parent_id: str = "") -> Listed:
    name = read.text(raw.name, "name")
    if name is None and raw.name in (None, ""):
        read.fail("name")
    return Listed(
        id=job_id,
        name=name or "",
        status=status_word(raw.status, read),
        info=_info(
            read.word(raw.db_use_type, "db_use_type") or read.word(raw.job_type, "db_use_type") or scenario,
            read.word(raw.engine_type, "engine_type") or "",
            read.word(raw.task_type, "task_type") or "",
            read.word(raw.net_type, "net_type") or "",
            read.word(raw.job_direction, "job_direction") or "",
            parent_id,
        ),
        created=read.local_time(raw.create_time, "create_time"),
        billing=read.flag(raw.billing_tag, "billing_tag"),
        action=read.word(read.record(raw.job_action, wire.JobAction, "job_action").current_action, "action"),
    )


@lru_cache(maxsize=1024)
def _info(*values: str) -> JobInfo:
    """One object for all jobs of which the same is known."""
    return JobInfo(*values)


def status_word(raw: wire.Scalar, read: Reader) -> str | None:
    """A job's status in the one spelling that is exported."""
    word = read.word(raw, "status")
    return None if word is None else spelling(word)


def reading(raw_status: wire.Scalar, raw_code: wire.Scalar, read: Reader) -> Stand | None:
    """A status with its code; without a status the code is a refused question, not a job's error."""
    word = status_word(raw_status, read)
    return None if word is None else stand(word, _error_code(raw_code, read))


def _error_code(raw: wire.Scalar, read: Reader) -> str | None:
    """The code of what went wrong; a zero says that nothing did, and a message in its place is not kept."""
    word = read.word(raw, "error_code")
    if word is None or word == _NO_ERROR:
        return None
    if known_code(word) is None:
        read.fail("error_code")
        return None
    return word


def statuses(results: object, read: Reader) -> dict[str, Stand | None]:
    """Results of `batch_status` by job id; one with a code and no status is a refused question: `None`."""
    found = {}
    for item in read.records(results, wire.JobStatus, "results"):
        job_id = job_id_of(item.id, read)
        if job_id is not None:
            found[job_id] = reading(item.status, item.error_code, read)
    return found


def rpo_rtos(results: object, read: Reader) -> dict[str, RpoRto | None]:
    """Results of `batch_rpo_rto` by job id; one with only a code is refused: `None`."""
    return by_job(read.records(results, wire.RpoRto, "results"), lambda item: item.job_id, _rpo_rto, read)


def _rpo_rto(raw: wire.RpoRto, read: Reader, _job_id: str) -> RpoRto | None:
    rpo = read.record(raw.rpo_info, wire.Lag, "rpo_info")
    rto = read.record(raw.rto_info, wire.Lag, "rto_info")
    record = RpoRto(
        rpo=read.milliseconds(rpo.delay, "rpo_delay"),
        rto=read.milliseconds(rto.delay, "rto_delay"),
        rpo_updated=read.local_time(rpo.time, "rpo_time"),
        rto_updated=read.local_time(rto.time, "rto_time"),
    )
    return None if record == _NO_RPO_RTO and says_no(raw.error_code) else record


def details(results: object, read: Reader) -> dict[str, BatchDetail | None]:
    """Results of `batch_detail` by job id; one with a code and no status is a refused question: `None`."""
    return by_job(read.records(results, wire.BatchDetail, "results"), lambda item: item.id, _detail, read)


def _detail(raw: wire.BatchDetail, read: Reader, _job_id: str) -> BatchDetail | None:
    answer = reading(raw.status, raw.error_code, read)
    if answer is None and says_no(raw.error_code):
        return None
    inst_info = read.record(raw.inst_info, wire.InstInfo, "inst_info")
    return BatchDetail(
        reading=answer,
        created=read.time(raw.create_time, "create_time"),
        times=Times(
            scheduled_start=read.time(inst_info.start_time, "start_time"),
            start=read.time(raw.actual_start_time, "actual_start_time"),
            updated=read.time(raw.update_time, "update_time"),
            full_complete=read.time(raw.full_transfer_complete_time, "full_transfer_complete_time"),
        ),
        thresholds=thresholds(raw.alarm_notify, read),
        databases=endpoints.databases(raw.source_endpoint, raw.target_endpoint, read),
        tags=endpoints.tags(raw.tags, read.tags, read),
        condition=_condition(raw, read),
    )


def _condition(raw: wire.BatchDetail, read: Reader) -> Condition:
    """What else there is to know; only disaster recovery is ever switched over."""
    order = read.record(raw.period_order, wire.PeriodOrder, "period_order")
    guard = read.word(raw.db_use_type, "db_use_type") == "cloudDataGuard"
    direction, original, kernel = (
        read.word(value, "job_direction") if guard else None
        for value in (raw.job_direction, raw.original_job_direction, raw.job_kernel_direction)
    )
    return Condition(
        restart_needed=read.flag(raw.need_restart, "need_restart"),
        target_read_only=read.flag(raw.is_target_readonly, "is_target_readonly"),
        switched_over=None if direction is None or original is None else direction != original,
        switching_over=None if direction is None or kernel is None else kernel != direction,
        order_expiry=read.time(order.exp_time, "exp_time"),
        order_status=read.word(order.status, "order_status"),
    )


def thresholds(raw: object, read: Reader) -> Thresholds:
    """The owner's thresholds of a v3 or v5 detail."""
    notify = read.record(raw, wire.AlarmNotify, "alarm_notify")
    return _thresholds(
        read.positive(notify.delay_time, "delay_time"),
        read.positive(notify.rpo_delay, "rpo_delay"),
        read.positive(notify.rto_delay, "rto_delay"),
    )


@lru_cache(maxsize=512)
def _thresholds(*values: float | None) -> Thresholds:
    """As `stand`: owners choose round numbers."""
    return Thresholds(*values)


_NO_ERROR: Final = "0"
_MOST_CHILDREN: Final = 1000
"""Subtasks of one job: the service makes some dozens."""
_NO_RPO_RTO = RpoRto()


def by_job(
    items: Iterable[Record],
    id_of: Callable[[Record], wire.Scalar],
    make: Callable[[Record, Reader, str], Made],
    read: Reader,
) -> dict[str, Made]:
    """What `make` reads of each, or has read of it before, by the id of its job; one without is nobody's."""
    found = {}
    for item in items:
        job_id = job_id_of(id_of(item), read)
        if job_id is not None:
            found[job_id] = read.again(item, make, job_id=job_id)
    return found


def job_id_of(raw: wire.Scalar, read: Reader) -> str | None:
    """The id an answer is about; one without is nobody's, and counted."""
    job_id = read.identifier(raw, "id")
    if job_id is None and raw in (None, ""):
        read.fail("id")
    return job_id
