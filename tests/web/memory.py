"""A daemon in memory with plausible snapshots."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics

from drs_exporter.encodings import ENCODINGS
from drs_exporter.errors import SettingsError
from drs_exporter.history import Sample
from drs_exporter.snapshot import CollectorState, Job, JobInfo, JobState, Progress, Project, RpoRto, Thresholds
from drs_exporter.status import STATUSES, phase_of
from drs_exporter.web.daemon import ScrapeTarget

Serve = Callable[..., Awaitable[str]]
"""Starts a server with the options given and answers its first URL."""


class HandClock:
    """Time that passes when told to."""

    def __init__(self, now: float = 1_763_771_010.0) -> None:
        self.now = now

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


class MemoryDaemon:
    """Snapshots in memory, rendered by the client library when asked: slow, and right."""

    def __init__(self, projects: Sequence[Project]) -> None:
        self.snapshots = list(projects)
        self.padding = b""
        self.trouble: str | None = None
        self.waiting: str | None = None
        self.wrong: str | None = None
        self.reloads = 0
        self.past: dict[tuple[str, str], Sequence[Sample]] = {}
        self.answers: Counter[tuple[str | None, int]] = Counter()

    async def metrics(
        self, *, projects: Sequence[str] | None, process_wide: bool, jobs: bool, openmetrics: bool, encoding: str
    ) -> Sequence[bytes | memoryview]:
        registry = CollectorRegistry()
        if jobs:
            status = Gauge("drs_job_status", "Status.", ["project", "job_id", "status"], registry=registry)
            for project in self.snapshots:
                if projects is None or project.name in projects:
                    for job in project.jobs or ():
                        status.labels(project.name, job.id, job.state.status if job.state else "").set(1)
        if process_wide:
            Gauge("drs_exporter_config_last_reload_successful", "Reload.", registry=registry).set(1)
        body = (generate_openmetrics if openmetrics else generate_latest)(registry)
        body = self.padding + body
        body = b"".join(ENCODINGS[encoding]((body,)).page(lambda: b"", kind=None, now=0.0))
        half = len(body) // 2
        return (body[:half], memoryview(body)[half:])

    def projects(self) -> Sequence[Project]:
        return self.snapshots

    def history(self, project: str, job_id: str) -> Sequence[Sample]:
        return self.past.get((project, job_id), ())

    def targets(self) -> Sequence[ScrapeTarget]:
        return [
            ScrapeTarget(project.name, {"region": project.region, "project_id": project.project_id})
            for project in self.snapshots
        ]

    def configuration(self) -> str:
        return "poll_interval: 1m\n"

    def answered(self, path: str | None, code: int) -> None:
        self.answers[path, code] += 1

    def unhealthy(self) -> str | None:
        return self.trouble

    def unready(self) -> str | None:
        return self.waiting

    async def reload(self) -> None:
        if self.wrong is not None:
            raise SettingsError(self.wrong)
        self.reloads += 1


def always(body: bytes) -> Callable[..., Awaitable[Sequence[bytes]]]:
    """What stands in for `metrics` where every page is these bytes."""

    async def metrics(**_: object) -> Sequence[bytes]:
        return (body,)

    return metrics


def make_job(generator: random.Random, number: int) -> Job:
    """One plausible job."""
    status = generator.choice([*STATUSES, "INCRE_TRANSFER_STARTED", "INCRE_TRANSFER_STARTED", "FULL_TRANSFER_STARTED"])
    phase = phase_of(status)
    engine = generator.choice(["mysql", "mysql-to-taurus", "mongodb", "oracle-to-gaussdbv5", "redis"])
    scenario = generator.choice(["migration", "sync", "cloudDataGuard"])
    progress = Progress()
    if phase == "incremental":
        progress = Progress(ratio=None, delay=round(generator.expovariate(1 / 60), 1))
    elif phase in {"full", "failed", "paused"}:
        progress = Progress(ratio=generator.random(), remaining=generator.uniform(60, 50_000))
    return Job(
        id=f"{generator.getrandbits(128):032x}"[:30] + "jb101",
        name=f"{scenario}-{engine}-orders-{number:04d}",
        state=JobState(status, phase, "DRS.M0543" if phase == "failed" else None),
        info=JobInfo(db_use_type=scenario, engine_type=engine, task_type="FULL_INCR_TRANS"),
        progress=progress,
        thresholds=Thresholds(delay=120.0),
        rpo_rto=RpoRto(rpo=3.2, rto=9.0) if scenario == "cloudDataGuard" and progress == Progress() else RpoRto(),
    )


def make_project(name: str, *, jobs: int, seed: int = 1, up: bool = True, polled: float = 1_763_771_000.0) -> Project:
    """One plausible project."""
    generator = random.Random(seed)
    states = [
        CollectorState(
            collector=collector,
            interval=interval,
            supported=collector != "rpo_rto",
            success=None if collector == "rpo_rto" else (up or collector != "jobs"),
            duration=generator.uniform(0.1, 4),
            last_success=polled - generator.uniform(0, 50),
            error=None if up or collector != "jobs" else "drs.eu-de.otc.t-systems.com: cannot connect: timed out",
        )
        for collector, interval in (
            ("jobs", 60.0),
            ("status", 60.0),
            ("progress", 60.0),
            ("rpo_rto", 60.0),
            ("async_jobs", 300.0),
            ("details", 600.0),
            ("quotas", 3600.0),
        )
    ]
    return Project(
        name=name,
        project_id=f"{generator.getrandbits(128):032x}",
        region="eu-de",
        up=up,
        jobs=tuple(sorted((make_job(generator, number) for number in range(jobs)), key=lambda job: job.id)),
        collectors=tuple(states),
        polled=polled,
    )
