"""What the simulated cloud says of each job of a fleet, encoded beforehand: serving it costs next to nothing."""

from collections.abc import Sequence
from typing import Any

import msgspec

from drs_exporter.simulator.fleet import Fleet
from drs_exporter.simulator.life import Life
from drs_exporter.simulator.wire_v3 import WireV3
from drs_exporter.simulator.wire_v5 import WireV5
from drs_exporter.simulator.worldtime import HOUR, WorldTime
from drs_exporter.status import Phase, phase_of

NOW = 1_790_000_000.0
STEP = 60.0
"""Seconds a job's own time goes on when it changes."""

_MOVING = frozenset({Phase.INCREMENTAL, Phase.FULL, Phase.CHANGING})
_ASYNC_BATCHES = 10


class Answers:
    """Every answer about a fleet of so many jobs, subtasks counted; a part of it can be told to move on."""

    def __init__(self, jobs: int) -> None:
        """Draw the fleet and write what would be said of it."""
        time = WorldTime(now=lambda: NOW, speed=1.0)
        fleet = Fleet(seed=1, jobs=jobs, time=time)
        self._wire, self._wire_v5 = WireV3(fleet, time), WireV5(fleet, time)
        self._lives: dict[str, Life] = {}
        self.listing: dict[str, list[bytes]] = {"migration": [], "sync": [], "cloudDataGuard": []}
        listed: list[Life] = []
        for life in fleet.jobs(0.0):
            family = [life, *fleet.children(life, 0.0)]
            if len(self._lives) + len(family) > jobs:
                continue
            listed.append(life)
            self._lives |= {member.job_id: member for member in family}
            self.listing[life.plan.engine.scenario].append(_encode(self._wire.listed(life, 0.0)))
        self.status = {job_id: _encode(self._wire.status(life, 0.0)) for job_id, life in self._lives.items()}
        self.progress = {job_id: _encode(self._wire.progress(life, 0.0)) for job_id, life in self._lives.items()}
        self.detail = {job_id: _encode(self._wire.detail(life, 0.0)) for job_id, life in self._lives.items()}
        self.rpo_rto = {
            job_id: _encode(self._wire.rpo_rto(life, 0.0)) for job_id, life in self._lives.items() if life.plan.guard
        }
        offered = [life for life in listed if life.plan.engine.v5]
        every = max(1, -(-len(offered) // _ASYNC_BATCHES))
        self.batches = [
            [_encode(self._wire_v5.whole(life, 0.0)) for life in offered[start : start + every]]
            for start in range(0, len(offered), every)
        ]
        self._moving = [job_id for job_id, life in self._lives.items() if _goes_on(life)]
        self._times = dict.fromkeys(self._lives, 0.0)
        self._next = 0

    def move(self, count: int) -> int:
        """So many jobs make progress, others each time; how many did."""
        count = min(count, len(self._moving))
        for _ in range(count):
            job_id = self._moving[self._next % len(self._moving)]
            self._next += 1
            self._times[job_id] += STEP
            life = self._lives[job_id]
            at = self._times[job_id]
            self.progress[job_id] = _encode(self._wire.progress(life, at))
            if job_id in self.rpo_rto:
                self.rpo_rto[job_id] = _encode(self._wire.rpo_rto(life, at))
        return count


def _goes_on(life: Life) -> bool:
    """Whether the job makes progress in its present status for long enough."""
    now = life.segment(0.0)
    return phase_of(now.status) in _MOVING and now.end > HOUR


def array(name: str, items: Sequence[bytes], **others: int) -> bytes:
    """One answer: an array under its name, and numbers beside it."""
    numbers = b"".join(b',"%s":%d' % (key.encode(), value) for key, value in others.items())
    return b'{"%s":[%s]%s}' % (name.encode(), b",".join(items), numbers)


def _encode(payload: Any) -> bytes:
    return msgspec.json.encode(payload)
