"""What is known of one project, in our words: frozen, base units, `None` for not known.

Records are `msgspec.Struct`s: frozen and slotted as a dataclass would be, but compared in C and left out of garbage
collection, which at 10,000 jobs is the difference between a poll nobody notices and one that stops the process.
"""

import msgspec

from drs_exporter.job_detail import Detail
from drs_exporter.status import Phase


class JobInfo(msgspec.Struct, frozen=True, gc=False):
    """What the listing says of a job and does not change; a value not given is an empty string."""

    db_use_type: str = ""
    engine_type: str = ""
    task_type: str = ""
    net_type: str = ""
    job_direction: str = ""
    parent_id: str = ""
    """Id of the job this subtask belongs to; empty for a job of its own."""


class PartProgress(msgspec.Struct, frozen=True, gc=False):
    """One part (`struct`, `data`, `index`, …) of a full transfer."""

    part: str
    ratio: float | None = None
    remaining: float | None = None
    """Seconds."""


class Progress(msgspec.Struct, frozen=True, gc=False):
    """How far a job is. What has no meaning in the job's phase is `None` here already."""

    ratio: float | None = None
    remaining: float | None = None
    """Seconds."""
    updated: float | None = None
    """Unix time."""
    delay: float | None = None
    """Seconds the target is behind the source."""
    apply_rows: float | None = None
    """Rows per second."""
    apply_bytes: float | None = None
    """Bytes per second."""
    parts: tuple[PartProgress, ...] = ()


class RpoRto(msgspec.Struct, frozen=True, gc=False):
    """Recovery point and recovery time delay of a disaster recovery job, in seconds."""

    rpo: float | None = None
    rto: float | None = None
    rpo_updated: float | None = None
    """Unix time at which the delay was measured, as the one below."""
    rto_updated: float | None = None


class Thresholds(msgspec.Struct, frozen=True, gc=False):
    """Delays, in seconds, above which the owner asked to be told."""

    delay: float | None = None
    rpo: float | None = None
    rto: float | None = None


class Times(msgspec.Struct, frozen=True, gc=False):
    """Unix times of a job's life, from batch detail."""

    scheduled_start: float | None = None
    start: float | None = None
    updated: float | None = None
    full_complete: float | None = None


class Database(msgspec.Struct, frozen=True, gc=False):
    """The database at one end of a job; a value not given is an empty string."""

    role: str
    """`source` or `target`."""
    db_type: str = ""
    instance_id: str = ""
    region: str = ""


class Condition(msgspec.Struct, frozen=True, gc=False):
    """What a batch detail says of a job besides its state."""

    restart_needed: bool | None = None
    target_read_only: bool | None = None
    switched_over: bool | None = None
    """Disaster recovery runs the other way than the job was made for."""
    switching_over: bool | None = None
    order_expiry: float | None = None
    """Unix time at which what was paid for ends."""
    order_status: str | None = None


class Instance(msgspec.Struct, frozen=True, gc=False):
    """What Cloud Eye measured on the machine that runs a job, each value by itself the newest there is."""

    cpu_ratio: float | None = None
    memory_ratio: float | None = None
    disk_ratio: float | None = None
    network_receive: float | None = None
    """Bytes per second, as the three below."""
    network_transmit: float | None = None
    disk_read: float | None = None
    disk_write: float | None = None
    extract_bytes: float | None = None
    """Per second, as the one below."""
    extract_rows: float | None = None
    extract_delay: float | None = None
    """Seconds that reading the source lags."""
    apply_bytes: float | None = None
    """Per second, as the three below."""
    apply_rows: float | None = None
    apply_transactions: float | None = None
    apply_ddl: float | None = None
    apply_delay: float | None = None
    """Seconds that writing to the target lags."""
    apply_execute: float | None = None
    """Average seconds, as the one below."""
    apply_commit: float | None = None
    apply_workers: float | None = None
    apply_state: str | None = None
    metrics_time: float | None = None
    """Unix time of the newest of them."""


class Component(msgspec.Struct, frozen=True, gc=False):
    """What reads changes from the source, or what writes them to the target."""

    component: str
    """`capture` or `apply`."""
    status: str | None = None
    delay: float | None = None
    """Seconds."""


class Diagnosis(msgspec.Struct, frozen=True, gc=False):
    """What the service says of a job when it is asked about that job alone."""

    source_connected: bool | None = None
    target_connected: bool | None = None
    transferred_bytes: float | None = None
    transferred_rows: float | None = None
    disk_used: float | None = None
    """Bytes, as the one below."""
    disk_size: float | None = None
    abnormal_rows: float | None = None
    """Rows that could not be applied."""
    components: tuple[Component, ...] = ()
    diagnosed: float | None = None
    """Unix time at which the job was last asked about."""


class JobState(msgspec.Struct, frozen=True, gc=False):
    """Where a job stands."""

    status: str
    phase: Phase
    error_code: str | None = None


class Job(msgspec.Struct, frozen=True, gc=False):
    """Everything exported of one job. A part that is not known, or means nothing in the phase, is an empty record."""

    id: str
    name: str
    state: JobState | None = None
    """`None` while no answer gave a status."""
    info: JobInfo | None = None
    """`None` of another shard's job, of which only a detail is known here."""
    created: float | None = None
    """Unix time."""
    billing: bool | None = None
    action: str | None = None
    """What is being done with it, while something is."""
    tags: tuple[tuple[str, str], ...] = ()
    """Label and value of each tag that the configuration names, sorted by label; empty for a job that has none."""
    databases: tuple[Database, ...] = ()
    condition: Condition = Condition()
    progress: Progress = Progress()
    rpo_rto: RpoRto = RpoRto()
    thresholds: Thresholds = Thresholds()
    times: Times = Times()
    full_complete: float | None = None
    """Unix time at which the full transfer was complete."""
    detail: Detail = Detail()
    diagnosis: Diagnosis = Diagnosis()
    instance: Instance = Instance()


class AsyncJob(msgspec.Struct, frozen=True, gc=False):
    """One batch of asynchronously created jobs."""

    id: str
    status: str | None = None
    domain_name: str = ""
    created: float | None = None
    """Unix time."""
    members: float | None = None
    """Jobs in the batch, as its detail counts them."""
    member_ids: tuple[str, ...] = ()


class Quota(msgspec.Struct, frozen=True, gc=False):
    """One quota of the project."""

    resource: str
    limit: float | None = None
    used: float | None = None


class StatusCount(msgspec.Struct, frozen=True, gc=False):
    """How many jobs, or subtasks, stand in one status; zero for a status that nothing stands in."""

    status: str
    phase: Phase
    subtask: bool
    jobs: int


class CollectorState(msgspec.Struct, frozen=True, gc=False):
    """How one collector fares."""

    collector: str
    interval: float
    """Seconds between runs."""
    supported: bool | None = None
    """`None` until the first run has ended."""
    success: bool | None = None
    """Of the last run; `None` before it and while unsupported."""
    duration: float | None = None
    """Seconds of the last run."""
    round: float | None = None
    """Seconds that its last complete round took: every key asked, once."""
    last_success: float | None = None
    """Unix time."""
    error: str | None = None
    """One line for people, of the last run; never a secret."""


class BudgetUse(msgspec.Struct, frozen=True, gc=False):
    """What is asked of one service's request budget."""

    service: str
    """`drs` or `cloud_eye`."""
    title: str
    """What people call the service."""
    utilization: float | None = None
    """Calls a second that settings and fleet ask for, over those that may be made; `None` before the first listing."""
    allowed: float = 0.0
    """Calls a second that may be made."""
    remedy: str = ""
    """What helps where more is asked for, in the names of the settings; empty where it is not."""


class Project(msgspec.Struct, frozen=True, gc=False):
    """All of one project after one poll: replaced as a whole, never changed."""

    name: str
    project_id: str = ""
    region: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    """Names and values of labels that the configuration adds."""
    up: bool = False
    """The last poll of the job listing succeeded."""
    jobs: tuple[Job, ...] | None = None
    """Every job with series, sorted by id; `None` while no listing is known."""
    counts: tuple[StatusCount, ...] = ()
    """Jobs per status, those of excluded phases too; empty while no listing is known."""
    async_jobs: tuple[AsyncJob, ...] = ()
    quotas: tuple[Quota, ...] = ()
    collectors: tuple[CollectorState, ...] = ()
    budgets: tuple[BudgetUse, ...] = ()
    polled: float | None = None
    """Unix time of the end of the last poll; `None` before it."""
    unknown_statuses: int | None = None
    """Distinct statuses now seen that the status table does not name; `None` while no listing is known."""
