"""What a simulated job is: engine, scenario, owner's thresholds. All of it follows from seed and slot."""

import random
from typing import Final, NamedTuple

import msgspec


class Engine(NamedTuple):
    """One engine pair the service offers."""

    engine_type: str
    scenario: str
    suffix: str
    """How job ids of this pair end: they look like UUIDs and are none."""
    source: str
    target: str
    task_types: tuple[str, ...]
    v5: bool = False
    """Offered by the v5 operations."""
    clustered: bool = False
    """Runs as several subtasks from the start."""


_ANY: Final = ("FULL_INCR_TRANS", "FULL_INCR_TRANS", "FULL_INCR_TRANS", "FULL_TRANS")
_SYNC: Final = ("FULL_INCR_TRANS", "FULL_INCR_TRANS", "INCR_TRANS", "FULL_TRANS")
_GUARD: Final = ("FULL_INCR_TRANS",)

ENGINES: Final = (
    Engine("mysql", "migration", "jb101", "mysql", "mysql", _ANY),
    Engine("mysql", "sync", "jb201", "mysql", "mysql", _SYNC, v5=True),
    Engine("cloudDataGuard-mysql", "cloudDataGuard", "jb301", "mysql", "mysql", _GUARD),
    Engine("oracle-to-gaussdbv5", "sync", "jb20r", "oracle", "gaussdbv5", _SYNC, v5=True),
    Engine("mongodb", "migration", "jb102", "mongodb", "mongodb", _ANY),
    Engine("postgresql", "sync", "jb211", "postgresql", "postgresql", _SYNC),
    Engine("redis-to-gaussredis", "migration", "jb108", "redis", "gaussredis", _GUARD, v5=True),
    Engine("mysql-to-kafka", "sync", "jb204", "mysql", "kafka", _SYNC),
    Engine("cloudDataGuard-mysql-to-taurus", "cloudDataGuard", "jb302", "mysql", "taurus", _GUARD),
    Engine("rediscluster-to-gaussredis", "migration", "jb109", "redis", "gaussredis", _GUARD, v5=True, clustered=True),
    Engine("mysql-to-gaussdbv5", "sync", "jb20m", "mysql", "gaussdbv5", _SYNC),
    Engine("mysql-to-taurus", "migration", "jb103", "mysql", "taurus", _ANY),
)

REPLAY: Final = Engine("mysql-to-mysql", "replay", "jb401", "mysql", "mysql", ("INCR_TRANS",))
"""Workload replay, which only v5 lists: never drawn, only added."""

_OWNERS: Final = ("orders", "billing", "catalog", "users", "stock", "search", "ledger", "mail", "audit", "fraud")
_PLACES: Final = ("prod", "prod", "prod", "stage", "test")
_NET_TYPES: Final = ("vpn", "eip", "vpc")
_THRESHOLDS: Final = (0, 60, 300, 600)
_NODE_TYPES: Final = ("micro", "small", "medium", "high")
ENTERPRISE_PROJECTS: Final = ("0", "0", "0b7c7a8e-54ab-4c2e-a1f4-5fe0c1b0d001", "0b7c7a8e-54ab-4c2e-a1f4-5fe0c1b0d002")


class Plan(msgspec.Struct, frozen=True):
    """Everything of a job that its life does not change."""

    key: int
    """Seeds the noise of this job."""
    name: str
    engine: Engine
    task_type: str
    net_type: str
    direction: str
    enterprise_project: str
    node_type: str
    highly_available: bool
    expired_days: int
    delay_threshold: int
    """Seconds the owner set; 0 is unset."""
    rpo_threshold: int
    rto_threshold: int
    millis: bool
    """The service gives this job's delay in milliseconds besides seconds."""
    base_delay: float
    """Seconds the target is usually behind."""
    breath: float
    """Seconds from one high tide of the delay to the next."""
    spikiness: float
    """Share of the four-hour windows that have a spike."""
    objects: int
    """Tables of the source."""
    rows_rate: int
    """Rows per second in the incremental phase, on average."""

    @property
    def owner(self) -> str:
        """Whose job it is, as its tag says."""
        return self.name.partition("-")[0]

    @property
    def source_instance(self) -> str:
        """Id of the source database; empty where it is none of the cloud's."""
        return f"{self.key & 0xFFFFFFFF:08x}source" if self.direction == "down" else ""

    @property
    def target_instance(self) -> str:
        """Id of the target database, as above."""
        return f"{self.key & 0xFFFFFFFF:08x}target" if self.direction != "down" else ""

    @property
    def guard(self) -> bool:
        """Disaster recovery: has RPO and RTO."""
        return self.engine.scenario == "cloudDataGuard"


def engine_of(seed: int, slot: int, *, scenario: str | None = None) -> Engine:
    """The engine pair of a slot; the first slots go through all of them, so that a small fleet has each."""
    offered = [engine for engine in ENGINES if scenario is None or engine.scenario == scenario]
    if slot < len(offered):
        return offered[slot]
    return random.Random(f"{seed}/engine/{slot}").choice(offered)


def make_plan(rng: random.Random, engine: Engine, *, slot: int, incarnation: int, lagging: bool) -> Plan:
    """Draw the traits of one job."""
    threshold = rng.choice(_THRESHOLDS)
    suffix = f"-r{incarnation + 1}" if incarnation else ""
    return Plan(
        key=rng.getrandbits(63),
        name=f"{rng.choice(_OWNERS)}-{engine.source}-{rng.choice(_PLACES)}-{slot:04d}{suffix}",
        engine=engine,
        task_type="FULL_INCR_TRANS" if lagging else rng.choice(engine.task_types),
        net_type=rng.choice(_NET_TYPES),
        direction="down" if rng.random() < 0.2 else "up",
        enterprise_project=rng.choice(ENTERPRISE_PROJECTS),
        node_type=rng.choice(_NODE_TYPES),
        highly_available=rng.random() < 0.3,
        expired_days=rng.choice((14, 14, 14, 30, 100)),
        delay_threshold=600 if lagging else threshold,
        rpo_threshold=rng.choice((60, 300)) if engine.scenario == "cloudDataGuard" else 0,
        rto_threshold=rng.choice((60, 300)) if engine.scenario == "cloudDataGuard" else 0,
        millis=rng.random() < 0.8,
        base_delay=rng.uniform(2400, 4200) if lagging else rng.choice((0.1, 0.4, 1.2, 2.5)) * rng.uniform(0.7, 1.4),
        breath=rng.uniform(600, 5400),
        spikiness=rng.choice((0.02, 0.1, 0.3)),
        objects=int(10 ** rng.uniform(0.7, 3.3)),
        rows_rate=int(10 ** rng.uniform(1, 4)),
    )


def make_id(rng: random.Random, suffix: str) -> str:
    """An id in the service's style."""
    text = f"{rng.getrandbits(92):023x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}{rng.getrandbits(16):04x}{suffix}"
