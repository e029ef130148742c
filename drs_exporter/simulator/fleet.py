"""The fleet: who exists, what tests have changed by hand, and the truth at any time."""

import math
from collections.abc import Iterator

import msgspec

from drs_exporter.simulator.health import Ailment, Health, ailing, health_at
from drs_exporter.simulator.life import Life, Segment
from drs_exporter.simulator.machines import Fill, Machine, has_machine, machine_at
from drs_exporter.simulator.plans import Engine
from drs_exporter.simulator.slots import Slot
from drs_exporter.simulator.state import JobState, state_at
from drs_exporter.simulator.worldtime import HOUR, WorldTime

_FULL_LENGTH = 4 * HOUR


class Override(msgspec.Struct):
    """What a test has set by hand for one job."""

    segment: Segment | None = None
    delay: float | None = None
    progress: int | None = None
    lag: tuple[float, float] | None = None
    """RPO and RTO."""
    name: str | None = None
    fill: Fill | None = None
    ailment: Ailment | None = None


class Fleet:
    """Every job of the simulated project."""

    def __init__(self, *, seed: int, jobs: int, time: WorldTime) -> None:
        """Draw the fleet; its jobs are computed when they are asked."""
        self._seed = seed
        self._time = time
        self._slots = [Slot(seed, number) for number in range(jobs)]
        self._overrides: dict[str, Override] = {}
        self._deleted: dict[str, float] = {}
        """When a test deleted a job, by its id."""
        self._slot_of: dict[str, Slot] = {}
        self._order: tuple[Life, ...] = ()
        self._thinned = False
        self._by_id: dict[str, Life] = {}
        self._valid_from = math.inf
        self._valid_until = -math.inf

    def jobs(self, at: float) -> tuple[Life, ...]:
        """The listed jobs, newest first; subtasks are with their parents."""
        self._renew(at)
        if self._thinned:
            self._order = tuple(life for life in self._order if life.job_id not in self._deleted)
            self._thinned = False
        return self._order

    def find(self, job_id: str, at: float) -> Life | None:
        """A job or subtask by its id, if the service knows it at that moment."""
        self._renew(at)
        life = self._by_id.get(job_id)
        return life if life is not None and life.there(at) else None

    def children(self, life: Life, at: float) -> list[Life]:
        """The subtasks of a job at that moment."""
        return [child for child in life.children if child.there(at) and child.job_id not in self._deleted]

    def name(self, life: Life) -> str:
        """What the job is called now."""
        override = self._overrides.get(life.job_id)
        return life.name if override is None or override.name is None else override.name

    def state(self, life: Life, at: float) -> JobState:
        """What the job is doing at that moment, by its own life or by what a test has set."""
        override = self._overrides.get(life.job_id)
        if override is None:
            return state_at(life.plan, life.segment(at), at)
        state = state_at(life.plan, override.segment or life.segment(at), at)
        if override.delay is not None:
            state = msgspec.structs.replace(state, delay_millis=int(override.delay * 1000))
        if override.lag is not None:
            rpo, rto = override.lag
            state = msgspec.structs.replace(state, rpo_millis=int(rpo * 1000), rto_millis=int(rto * 1000))
        if override.progress is not None:
            state = msgspec.structs.replace(state, percent=override.progress)
        return state

    def health(self, life: Life, at: float) -> Health:
        """How the job is beyond its state, by its own life or by what a test has set."""
        override = self._overrides.get(life.job_id)
        segment = (override.segment if override is not None else None) or life.segment(at)
        health = health_at(life, segment, self.state(life, at), at)
        return health if override is None or override.ailment is None else ailing(health, override.ailment, at)

    def machine(self, life: Life, at: float) -> Machine | None:
        """What the job's machine does at that moment; `None` where none runs."""
        if not self._runs(life, at):
            return None
        override = self._overrides.get(life.job_id)
        return machine_at(life, self.state(life, at), at, fill=None if override is None else override.fill)

    def with_machines(self, since: float, at: float) -> Iterator[Life]:
        """Every job whose machine ran at some time since then, those deleted meanwhile among them."""
        for slot in self._slots:
            slot.life(at)
            for life in slot.lives:
                for one in (life, *life.children):
                    until = min(at, self._deleted.get(life.job_id, at), self._deleted.get(one.job_id, at))
                    if any(self._runs(one, moment) for moment in one.moments(since, until)):
                        yield one

    def _runs(self, life: Life, at: float) -> bool:
        """Whether the job has a machine at that moment."""
        there = life.there(at) and at < self._deleted.get(life.job_id, math.inf)
        return there and has_machine(self.state(life, at).status)

    def members(self, at: float, *, batches: int, size: int) -> list[list[Life]]:
        """Jobs that v5 offers, in groups of `size` or as much larger as it takes to have no more than `batches`."""
        offered = [slot for slot in self._slots if slot.engine.v5 and not self._emptied(slot)]
        alive = [life for slot in offered if (life := slot.life(at)).there(at)]
        every = max(size, -(-len(alive) // batches))
        return [alive[start : start + every] for start in range(0, len(alive), every)]

    def start(self, life: Life, at: float, *, starts: float) -> None:
        """Start a waiting job, now or later."""
        self._overrides.pop(life.job_id, None)
        life.restart(at, starts=starts)
        self._slot_of[life.job_id].forget_after(life)
        self._stale()

    def ids(self, *, status: str | None = None, scenario: str | None = None) -> list[str]:
        """Ids of the listed jobs now, newest first, of one status or scenario if named."""
        at = self._time.elapsed()
        return [
            life.job_id
            for life in self.jobs(at)
            if scenario in (None, life.plan.engine.scenario) and status in (None, self.state(life, at).status)
        ]

    def set_status(self, job_id: str, status: str, error_code: str | None = None) -> None:
        """Hold a job in a status, known to the service or not, until it is released."""
        at = self._time.elapsed()
        life = self._known(job_id)
        now = self.state(life, at)
        done = (now.percent or 0) / 100
        ends, reached = (at + _FULL_LENGTH, 1.0) if status == "FULL_TRANSFER_STARTED" else (math.inf, done)
        if status.startswith("INCRE_"):
            done = reached = 1.0
        backlog = (now.delay_millis or 0) / 1000
        segment = Segment(at, ends, status, error_code or "", done, reached, backlog)
        self._override(job_id).segment = segment

    def set_delay(self, job_id: str, seconds: float) -> None:
        """Hold the incremental delay of a job."""
        self._override(job_id).delay = seconds

    def set_rpo_rto(self, job_id: str, rpo: float, rto: float) -> None:
        """Hold the recovery point and recovery time delay of a job, in seconds."""
        self._override(job_id).lag = (rpo, rto)

    def set_progress(self, job_id: str, percent: int) -> None:
        """Hold the progress of a job."""
        self._override(job_id).progress = percent

    def set_disk(self, job_id: str, ratio: float, *, full_in: float | None = None) -> None:
        """Set how full the disk of a job's machine is, 0 to 1, from now on; it fills in so many seconds, if told."""
        rate = 0.0 if full_in is None else (1 - ratio) / full_in
        self._override(job_id).fill = Fill(self._time.elapsed(), ratio, rate)

    def set_health(self, job_id: str, ailment: Ailment) -> None:
        """Hold what the ailment says of a job's ends, rows, components and order; `Ailment()` says nothing."""
        self._override(job_id).ailment = ailment

    def rename(self, job_id: str, name: str) -> None:
        """Give a job another name; any text will do."""
        self._override(job_id).name = name

    def delete(self, job_id: str) -> None:
        """Delete a job as a user would: no operation knows it any more, and nothing takes its place."""
        life = self._known(job_id)
        self._deleted[job_id] = self._time.elapsed()
        # Only what changed, or deleting thousands one by one would draw the whole fleet anew for each.
        for gone in (life, *life.children):
            self._by_id.pop(gone.job_id, None)
        self._slot_of.pop(job_id, None)
        self._thinned = True

    def release(self, job_id: str) -> None:
        """Take back whatever was set by hand, a deletion included."""
        self._overrides.pop(job_id, None)
        self._deleted.pop(job_id, None)
        self._stale()

    def add(self, count: int, *, engine: Engine | None = None) -> list[str]:
        """Add jobs, in the middle of their lives, of one engine pair if it is given, and answer their ids."""
        at = self._time.elapsed()
        slots = [Slot(self._seed, number, engine) for number in range(len(self._slots), len(self._slots) + count)]
        self._slots += slots
        self._stale()
        return [slot.life(at).job_id for slot in slots]

    def everyone(self, at: float) -> Iterator[Life]:
        """Every job and subtask at that moment."""
        for life in self.jobs(at):
            yield life
            yield from self.children(life, at)

    def _override(self, job_id: str) -> Override:
        self._known(job_id)
        return self._overrides.setdefault(job_id, Override())

    def _known(self, job_id: str) -> Life:
        life = self.find(job_id, self._time.elapsed())
        if life is None:
            raise KeyError(job_id)
        return life

    def _emptied(self, slot: Slot) -> bool:
        """Whether a test has deleted the job that lived there: nothing takes its place."""
        return bool(self._deleted) and any(life.job_id in self._deleted for life in slot.lives)

    def _stale(self) -> None:
        self._valid_until = -math.inf

    def _renew(self, at: float) -> None:
        """Bring the order and the index up to date: both hold until the next job is born or deleted."""
        if self._valid_from <= at < self._valid_until:
            return
        lives = []
        unborn = math.inf
        self._slot_of = {}
        for slot in self._slots:
            life = slot.life(at)
            if life.born > at:
                unborn = min(unborn, life.born)
            elif not self._emptied(slot):
                lives.append(life)
                self._slot_of[life.job_id] = slot
        lives.sort(key=lambda life: (-life.born, life.job_id))
        self._order = tuple(lives)
        self._thinned = False
        self._by_id = {life.job_id: life for life in lives}
        self._by_id.update({c.job_id: c for life in lives for c in life.children if c.job_id not in self._deleted})
        self._valid_from = max((life.born for life in lives), default=-math.inf)
        self._valid_until = min(unborn, *(life.end for life in lives), math.inf)
