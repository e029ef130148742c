"""Places in the fleet: in each one job lives after another, so that the fleet stays as large and mixed as it began."""

import random
from typing import Final, NamedTuple

from drs_exporter.simulator.life import Life, make_life, shift
from drs_exporter.simulator.plans import Engine, engine_of, make_plan


class Role(NamedTuple):
    """What the first job of one of the first places must be doing when the cloud is made."""

    status: str
    scenario: str | None = None
    fraction: float = 0.5
    """How far into that status it is."""
    doomed: bool = False
    """Nobody repairs the failure."""
    lagging: bool = False


ROLES: Final = (
    Role("INCRE_TRANSFER_STARTED", "migration"),
    Role("INCRE_TRANSFER_STARTED", "sync", lagging=True),
    Role("INCRE_TRANSFER_STARTED", "cloudDataGuard"),
    Role("FULL_TRANSFER_STARTED", "sync"),
    Role("INCRE_TRANSFER_FAILED", "migration"),
    Role("PAUSING", "sync"),
    Role("INCRE_TRANSFER_FAILED", "migration", fraction=0.85, doomed=True),
    Role("WAITING_FOR_START", "sync"),
    Role("CHANGE_JOB_STARTED", "sync", fraction=0.3),
    Role("INCRE_TRANSFER_STARTED", "migration"),
    Role("CONFIGURATION", "migration"),
    Role("RELEASE_RESOURCE_COMPLETE", "migration"),
    Role("FULL_TRANSFER_FAILED", "sync"),
    Role("INCRE_TRANSFER_STARTED", "cloudDataGuard", lagging=True),
    Role("STARTJOBING", "sync"),
    Role("FULL_TRANSFER_COMPLETE", "migration"),
    Role("REBUILD_NODE_STARTED", "sync"),
    Role("START_JOB_FAILED", "migration"),
    Role("RELEASE_RESOURCE_STARTED", "sync"),
    Role("CREATING", "sync"),
    Role("FULL_TRANSFER_STARTED", "cloudDataGuard"),
    Role("CREATE_FAILED", "sync"),
    Role("NODE_UPGRADE_START", "migration"),
)

_MIX: Final = 0.4
"""Long statuses weigh less than their length, or a fleet of forty would hardly have anything but incremental jobs."""


class Slot:
    """One place of the fleet."""

    def __init__(self, seed: int, number: int, engine: Engine | None = None) -> None:
        """Begin with the first life, in the middle of it; the engine pair is drawn unless it is given."""
        self.seed = seed
        self.number = number
        role = ROLES[number] if number < len(ROLES) and engine is None else None
        self.engine = engine or _engine(seed, number, role)
        self.lives = [self._first(role)]

    def life(self, at: float) -> Life:
        """The job that lives here at that moment; lives are drawn as far as they are needed."""
        while self.lives[-1].end <= at:
            last = self.lives[-1]
            incarnation = len(self.lives)
            rng = random.Random(f"{self.seed}/plan/{self.number}/{incarnation}")
            plan = make_plan(rng, self.engine, slot=self.number, incarnation=incarnation, lagging=False)
            life = make_life(self.seed, plan, slot=self.number, incarnation=incarnation)
            shift(life, last.end)
            self.lives.append(life)
        return next((life for life in reversed(self.lives) if life.born <= at), self.lives[0])

    def forget_after(self, life: Life) -> None:
        """Drop the lives that were to follow: that one's end has moved."""
        del self.lives[self.lives.index(life) + 1 :]

    def _first(self, role: Role | None) -> Life:
        rng = random.Random(f"{self.seed}/plan/{self.number}/0")
        plan = make_plan(
            rng, self.engine, slot=self.number, incarnation=0, lagging=role.lagging if role else rng.random() < 0.02
        )
        if role is None:
            life = make_life(self.seed, plan, slot=self.number, incarnation=0)
            weights = [(segment.end - segment.start) ** _MIX for segment in life.segments]
            segment = rng.choices(life.segments, weights)[0]
            fraction = rng.random()
        else:
            values = {name: getattr(plan, name) for name in plan.__struct_fields__}
            plan = type(plan)(**{**values, "task_type": "FULL_INCR_TRANS", "spikiness": 0.0})
            life = make_life(self.seed, plan, slot=self.number, incarnation=0, wants=role.status, doomed=role.doomed)
            segment = [segment for segment in life.segments if segment.status == role.status][-1]
            fraction = role.fraction
        shift(life, -(segment.start + fraction * (segment.end - segment.start)))
        return life


def _engine(seed: int, number: int, role: Role | None) -> Engine:
    if role is None or role.scenario is None:
        return engine_of(seed, number)
    before = sum(1 for earlier in ROLES[:number] if earlier.scenario == role.scenario)
    return engine_of(seed, before, scenario=role.scenario)
