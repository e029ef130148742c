"""How the life of a job can go: statuses in their order, each with its length."""

import random
from collections.abc import Iterator
from typing import Final, NamedTuple

from drs_exporter.simulator.plans import Plan
from drs_exporter.simulator.worldtime import DAY, HOUR, MINUTE


class Step(NamedTuple):
    """One status and how long it lasts."""

    status: str
    length: float
    error_code: str = ""
    done_from: float = 0.0
    """Share of the full transfer that is done when the step begins, and below when it ends."""
    done_to: float = 0.0


ERRORS: Final = {
    "CREATE_FAILED": ("DRS.M05101",),
    "START_JOB_FAILED": ("DRS.M05201", "DRS.M05202"),
    "FULL_TRANSFER_FAILED": ("DRS.M05301", "DRS.M05302"),
    "INCRE_TRANSFER_FAILED": ("DRS.M05401", "DRS.M05402", "DRS.M05403"),
    "CHANGE_JOB_FAILED": ("DRS.M05501",),
    "CHILD_TRANSFER_FAILED": ("DRS.M05502",),
    "REBUILD_NODE_FAILED": ("DRS.M05601",),
    "NODE_UPGRADE_FAILED": ("DRS.M05602",),
    "RELEASE_RESOURCE_FAILED": ("DRS.M05701",),
}
"""Codes the simulated service gives its failures; the real ones are many and not published per status."""

_EVENTS: Final = {
    "INCRE_TRANSFER_FAILED": 6.0,
    "PAUSING": 3.0,
    "CHANGE_JOB_STARTED": 3.0,
    "REBUILD_NODE_STARTED": 1.0,
    "NODE_UPGRADE_START": 1.0,
}
"""What interrupts an incremental transfer, and how often; only synchronisations can be changed while they run."""


class Script:
    """Draws one life; `wants` is a status the life must pass through, `doomed` a failure that nobody repairs."""

    def __init__(self, plan: Plan, rng: random.Random, *, wants: str | None = None, doomed: bool = False) -> None:
        """Keep what to draw with."""
        self._plan = plan
        self._rng = rng
        self._wants = wants
        self._doomed = doomed

    def whole(self) -> Iterator[Step]:
        """From creation to the day a user deletes the job."""
        rng = self._rng
        yield Step("CREATING", rng.uniform(1, 5) * MINUTE)
        if self._happens("CREATE_FAILED", 0.02 if self._wants is None else 0):
            yield self._failure("CREATE_FAILED", 3 * DAY)
            yield from self._stopped()
            return
        yield Step("CONFIGURATION", rng.uniform(0.3, 18) * HOUR)
        if self._happens("WAITING_FOR_START", 0.5):
            yield Step("WAITING_FOR_START", rng.uniform(0.3, 18) * HOUR)
        yield from self.running()

    def running(self) -> Iterator[Step]:
        """From the start on."""
        rng = self._rng
        yield Step("STARTJOBING", rng.uniform(2, 10) * MINUTE)
        if self._happens("START_JOB_FAILED", 0.08):
            yield self._failure("START_JOB_FAILED", rng.uniform(0.2, 3) * HOUR)
            yield Step("STARTJOBING", rng.uniform(2, 10) * MINUTE)
        if self._plan.task_type != "INCR_TRANS":
            yield from self._full()
        if self._plan.task_type != "FULL_TRANS" and not self._ends_in("FULL_TRANSFER_FAILED"):
            yield from self._incremental()
        yield Step("RELEASE_RESOURCE_STARTED", rng.uniform(2, 6) * MINUTE, "", 1, 1)
        if self._happens("RELEASE_RESOURCE_FAILED", 0.05):
            yield self._failure("RELEASE_RESOURCE_FAILED", rng.uniform(0.3, 4) * HOUR, done=1)
            yield Step("RELEASE_RESOURCE_STARTED", rng.uniform(2, 6) * MINUTE, "", 1, 1)
        yield from self._stopped()

    def _full(self) -> Iterator[Step]:
        rng = self._rng
        work = rng.uniform(0.4, 12) * HOUR
        done = 0.0
        if self._happens("FULL_TRANSFER_FAILED", 0.15):
            done = rng.uniform(0.1, 0.9)
            yield Step("FULL_TRANSFER_STARTED", done * work, "", 0, done)
            lost = self._ends_in("FULL_TRANSFER_FAILED")
            length = self._plan.expired_days * DAY if lost else rng.uniform(0.2, 5) * HOUR
            yield self._failure("FULL_TRANSFER_FAILED", length, done=done)
            if lost:
                return
        yield Step("FULL_TRANSFER_STARTED", (1 - done) * work, "", done, 1)
        only = self._plan.task_type == "FULL_TRANS"
        yield Step("FULL_TRANSFER_COMPLETE", rng.uniform(1, 20) * (HOUR if only else MINUTE), "", 1, 1)

    def _incremental(self) -> Iterator[Step]:
        rng = self._rng
        episodes = [rng.choices(list(_EVENTS), list(_EVENTS.values()))[0] for _ in range(rng.randint(1, 8))]
        if self._wants in _EVENTS:
            episodes.append(self._wants)
        for event in episodes:
            yield Step("INCRE_TRANSFER_STARTED", rng.uniform(0.1, 1.5) * DAY, "", 1, 1)
            if event == "INCRE_TRANSFER_FAILED":
                lost = self._doomed and event == self._wants
                length = self._plan.expired_days * DAY if lost else rng.uniform(0.1, 8) * HOUR
                yield self._failure(event, length, done=1)
                if lost:
                    return
            else:
                yield from self._interruption(event)
        yield Step("INCRE_TRANSFER_STARTED", rng.uniform(0.1, 1.5) * DAY, "", 1, 1)

    def _interruption(self, event: str) -> Iterator[Step]:
        rng = self._rng
        if event == "CHANGE_JOB_STARTED" and self._plan.engine.scenario == "sync":
            yield Step(event, rng.uniform(0.3, 3) * HOUR, "", 1, 1)
            if self._happens("CHANGE_JOB_FAILED", 0.15):
                yield self._failure("CHANGE_JOB_FAILED", rng.uniform(0.2, 2) * HOUR, done=1)
        elif event == "REBUILD_NODE_STARTED":
            yield Step(event, rng.uniform(5, 40) * MINUTE, "", 1, 1)
            if self._happens("REBUILD_NODE_FAILED", 0.2):
                yield self._failure("REBUILD_NODE_FAILED", rng.uniform(0.2, 2) * HOUR, done=1)
        elif event == "NODE_UPGRADE_START":
            yield Step(event, rng.uniform(5, 30) * MINUTE, "", 1, 1)
            if self._happens("NODE_UPGRADE_FAILED", 0.2):
                yield self._failure("NODE_UPGRADE_FAILED", rng.uniform(0.2, 2) * HOUR, done=1)
            yield Step("NODE_UPGRADE_COMPLETE", rng.uniform(1, 3) * MINUTE, "", 1, 1)
        else:
            yield Step("PAUSING", rng.uniform(0.2, 12) * HOUR, "", 1, 1)

    def _stopped(self) -> Iterator[Step]:
        yield Step("RELEASE_RESOURCE_COMPLETE", self._rng.uniform(0.5, 4) * DAY, "", 1, 1)

    def _happens(self, status: str, chance: float) -> bool:
        return self._rng.random() < chance or status == self._wants

    def _ends_in(self, status: str) -> bool:
        return self._doomed and self._wants == status

    def _failure(self, status: str, length: float, *, done: float = 0.0) -> Step:
        return Step(status, length, self._rng.choice(ERRORS[status]), done, done)
