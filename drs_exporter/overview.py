"""The jobs as people and scripts see them: one record and one order, on pages and terminals alike."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Literal, get_args

import msgspec

from drs_exporter.cutover import blockers
from drs_exporter.poll.collectors.jobs import Jobs
from drs_exporter.snapshot import Job, JobState, Project
from drs_exporter.status import Phase

URGENCY: Final = {
    phase: rank
    for rank, phase in enumerate(
        (
            Phase.FAILED,
            Phase.OTHER,
            Phase.PAUSED,
            Phase.CHANGING,
            Phase.FULL,
            Phase.FULL_COMPLETE,
            Phase.STARTING,
            Phase.INCREMENTAL,
            Phase.PENDING,
            Phase.STOPPING,
            Phase.STOPPED,
        )
    )
}
"""The order in which people want to see phases."""

_UNKNOWN: Final = JobState("", Phase.OTHER)


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One job, in fields named like the metrics; what is not known is null, or empty where it is a word."""

    project: str
    job_id: str
    job_name: str = ""
    parent_id: str = ""
    db_use_type: str = ""
    engine_type: str = ""
    task_type: str = ""
    status: str | None = None
    phase: Phase = Phase.OTHER
    error_code: str | None = None
    needs_somebody: bool = False
    """It failed, or is later than its owner allows."""
    created_timestamp_seconds: float | None = None
    progress_ratio: float | None = None
    remaining_seconds: float | None = None
    incremental_delay_seconds: float | None = None
    incremental_delay_threshold_seconds: float | None = None
    rpo_delay_seconds: float | None = None
    rto_delay_seconds: float | None = None
    instance_cpu_utilization_ratio: float | None = None
    instance_memory_utilization_ratio: float | None = None
    instance_disk_utilization_ratio: float | None = None
    cutover_blockers: tuple[str, ...] | None = None
    """What speaks now against switching over to the target; null for a job that is no candidate."""

    @property
    def failed(self) -> bool:
        """Whether it stands in a failed status."""
        return self.phase is Phase.FAILED

    @property
    def delay(self) -> float | None:
        """Seconds behind the source; of a disaster recovery job its recovery point, else its recovery time."""
        found = (self.incremental_delay_seconds, self.rpo_delay_seconds, self.rto_delay_seconds)
        return next((value for value in found if value is not None), None)


class Fares(msgspec.Struct, frozen=True, kw_only=True):
    """How a project itself fares."""

    project: str
    up: bool
    jobs: int
    need_somebody: int
    polled_timestamp_seconds: float | None = None
    error: str | None = None
    """Why the listing failed; one line for people."""


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """Everything: what `/jobs?format=json` says and `drs-exporter jobs` shows."""

    projects: list[Fares]
    jobs: list[Record]


def overview(projects: Sequence[Project]) -> Overview:
    """Of these snapshots, jobs by urgency; without another shard's jobs, of which only a detail is known."""
    fares, every = [], []
    for project in projects:
        found = [
            _record(project.name, job, polled=project.polled) for job in project.jobs or () if job.info is not None
        ]
        error = next((state.error for state in project.collectors if state.collector == Jobs.name), None)
        fares.append(
            Fares(
                project=project.name,
                up=project.up,
                jobs=len(found),
                need_somebody=sum(record.needs_somebody for record in found),
                polled_timestamp_seconds=project.polled,
                error=error,
            )
        )
        every += found
    return Overview(projects=fares, jobs=sort(every))


def _record(project: str, job: Job, *, polled: float | None) -> Record:
    state, info, limits, recovery = job.state or _UNKNOWN, job.info, job.thresholds, job.rpo_rto
    late = _over(job.progress.delay, limits.delay) or _over(recovery.rpo, limits.rpo) or _over(recovery.rto, limits.rto)
    return Record(
        project=project,
        job_id=job.id,
        job_name=job.name,
        parent_id=info.parent_id if info else "",
        db_use_type=info.db_use_type if info else "",
        engine_type=info.engine_type if info else "",
        task_type=info.task_type if info else "",
        status=state.status or None,
        phase=state.phase,
        error_code=state.error_code,
        needs_somebody=late or state.phase is Phase.FAILED,
        created_timestamp_seconds=job.created,
        progress_ratio=job.progress.ratio,
        remaining_seconds=job.progress.remaining,
        incremental_delay_seconds=job.progress.delay,
        incremental_delay_threshold_seconds=limits.delay,
        rpo_delay_seconds=recovery.rpo,
        rto_delay_seconds=recovery.rto,
        instance_cpu_utilization_ratio=job.instance.cpu_ratio,
        instance_memory_utilization_ratio=job.instance.memory_ratio,
        instance_disk_utilization_ratio=job.instance.disk_ratio,
        cutover_blockers=blockers(job, polled),
    )


def _over(value: float | None, limit: float | None) -> bool:
    return value is not None and limit is not None and value > limit


_PARTS: Final = re.compile(r"([0-9]+)")

Order = Literal["urgency", "name", "status", "progress", "delay", "remaining"]
ORDERS: Final[tuple[Order, ...]] = get_args(Order)
LONGEST_FIRST: Final = frozenset({"delay", "remaining"})
"""Orders that people want falling."""

_VALUES: Final[Mapping[Order, Callable[[Record], float | None]]] = {
    "progress": lambda record: record.progress_ratio,
    "delay": lambda record: record.delay,
    "remaining": lambda record: record.remaining_seconds,
}


def urgency(record: Record) -> tuple[int, int, str, str, str]:
    """Sorts what needs somebody first: failed, late, then by phase; names and ids keep the order the same."""
    rank = 0 if record.failed else 1 if record.needs_somebody else 2
    return (rank, URGENCY[record.phase], record.job_name, record.project, record.job_id)


def sort(records: Iterable[Record], order: Order = "urgency", *, falling: bool = False) -> list[Record]:
    """The records in this order; what is not known comes last, whichever way.

    By urgency and by name subtasks follow their job, and all stand where the most urgent of them belongs.
    """
    found = sorted(records, key=urgency)
    if order == "status":
        return sorted(found, key=lambda record: record.status or "", reverse=falling)
    if order in _VALUES:
        value = _VALUES[order]
        known = [record for record in found if value(record) is not None]
        rest = [record for record in found if value(record) is None]
        return sorted(known, key=lambda record: value(record) or 0.0, reverse=falling) + rest
    families: dict[tuple[str, str], list[Record]] = {}
    for record in found:
        families.setdefault((record.project, record.parent_id or record.job_id), []).append(record)
    ordered = [sorted(family, key=lambda record: bool(record.parent_id)) for family in families.values()]
    if order == "name":
        ordered.sort(key=lambda family: _natural(family[0].job_name), reverse=falling)
    elif falling:
        ordered.reverse()
    return [record for family in ordered for record in family]


def _natural(name: str) -> list[tuple[int, str]]:
    """Sorts `orders-9` before `orders-10`."""
    return [(int(part[:18]), part) if part.isdecimal() else (-1, part) for part in _PARTS.split(name.casefold())]


def as_json(value: Any) -> str:
    """An overview, or its records, as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
