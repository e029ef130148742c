"""One life of one job: segments in a row, looked up by bisection, so that a job costs nothing until it is asked."""

import random
from bisect import bisect_right
from collections.abc import Iterable
from typing import Final, NamedTuple

from drs_exporter.simulator.noise import unit
from drs_exporter.simulator.plans import Plan, make_id
from drs_exporter.simulator.script import ERRORS, Script, Step
from drs_exporter.simulator.worldtime import DAY, HOUR

CATCH_UP: Final = 900.0
"""Seconds in which a backlog shrinks to a third while the transfer runs."""

_CHILD_STEPS: Final = (
    ("CHILD_TRANSFER_STARTING", 0.05),
    ("CHILD_TRANSFER_STARTED", 0.7),
    ("CHILD_TRANSFER_COMPLETE", 0.15),
    ("RELEASE_CHILD_TRANSFER_STARTED", 0.1),
)
_GROWING: Final = frozenset({"INCRE_TRANSFER_FAILED", "PAUSING", "CHANGE_JOB_FAILED", "REBUILD_NODE_FAILED"})
"""Statuses in which the source goes on and the target does not."""


class Segment(NamedTuple):
    """One status of one job with its beginning and end, in simulated seconds."""

    start: float
    end: float
    status: str
    error_code: str = ""
    done_from: float = 0.0
    done_to: float = 0.0
    backlog: float = 0.0
    """Seconds the target is behind when the segment begins, beyond the usual."""


class Life:
    """A job from its creation to the day a user deletes it."""

    def __init__(self, job_id: str, plan: Plan, *, name: str | None = None, parent: "Life | None" = None) -> None:
        """Make a job that has not lived yet."""
        self.job_id = job_id
        self.plan = plan
        self.name = plan.name if name is None else name
        self.parent = parent
        self.segments: list[Segment] = []
        self.children: list[Life] = []
        self.scheduled: float | None = None
        """When it is to start, if the owner said so."""
        self._starts: list[float] = []

    @property
    def born(self) -> float:
        """When it was created."""
        return self.segments[0].start

    @property
    def end(self) -> float:
        """When a user deletes it."""
        return self.segments[-1].end

    def there(self, at: float) -> bool:
        """Whether the service knows the job at that moment."""
        return self.born <= at < self.end

    def lay(self, segments: Iterable[Segment]) -> None:
        """Replace the whole life."""
        self.segments = list(segments)
        self._starts = [segment.start for segment in self.segments]

    def segment(self, at: float) -> Segment:
        """What the job is doing at that moment; the nearest thing it ever did outside its life."""
        return self.segments[max(0, bisect_right(self._starts, at) - 1)]

    def moments(self, since: float, until: float) -> list[float]:
        """Moments, one in each of its segments, that lie between these two."""
        return [max(s.start, since) for s in self.segments if s.end > since and s.start <= until and since <= until]

    def since(self, status: str, at: float) -> float | None:
        """When the job last came into that status, up to that moment."""
        starts = [segment.start for segment in self.segments if segment.status == status and segment.start <= at]
        return starts[-1] if starts else None

    def first(self, status: str, at: float) -> float | None:
        """When the job first came into that status, if it has."""
        return next((s.start for s in self.segments if s.status == status and s.start <= at), None)

    def restart(self, at: float, *, starts: float) -> None:
        """Start the job: what it was to do from now on is replaced by waiting until `starts` and a new run."""
        kept = [segment for segment in self.segments if segment.start <= at]
        kept[-1] = kept[-1]._replace(end=at)
        steps = list(Script(self.plan, random.Random(self.plan.key ^ int(at))).running())
        if starts > at:
            steps.insert(0, Step("WAITING_FOR_START", starts - at))
        self.scheduled = starts if starts > at else None
        self.lay([*kept, *in_a_row(steps, at)])
        self.children = [child for child in self.children if child.born < at]
        self.children += subtasks(self, since=at)


def in_a_row(steps: Iterable[Step], start: float) -> list[Segment]:
    """Segments from steps, each with the backlog the ones before it left."""
    segments: list[Segment] = []
    backlog = 0.0
    moved = 0.0
    for step in steps:
        end = start + step.length
        segments.append(Segment(start, end, step.status, step.error_code, step.done_from, step.done_to, backlog))
        if step.status == "FULL_TRANSFER_STARTED":
            moved += step.length
            backlog = min(0.3 * moved, 2 * HOUR)
        elif step.status in _GROWING:
            backlog = min(backlog + step.length, DAY)
        elif step.status.startswith(("INCRE_", "CHANGE_", "REBUILD_", "NODE_")):
            backlog *= 2.0 ** (-step.length / CATCH_UP)
        start = end
    return segments


def make_life(
    seed: int, plan: Plan, *, slot: int, incarnation: int, wants: str | None = None, doomed: bool = False
) -> Life:
    """Draw one life, born at 0; whoever places it in the world shifts it."""
    rng = random.Random(f"{seed}/life/{slot}/{incarnation}")
    life = Life(make_id(rng, plan.engine.suffix), plan)
    life.lay(in_a_row(Script(plan, rng, wants=wants, doomed=doomed).whole(), 0.0))
    return life


def shift(life: Life, by: float) -> None:
    """Place a life in the world and give it its subtasks."""
    life.lay(segment._replace(start=segment.start + by, end=segment.end + by) for segment in life.segments)
    waiting = next((segment for segment in life.segments if segment.status == "WAITING_FOR_START"), None)
    life.scheduled = waiting.end if waiting else None
    life.children = [*_members(life), *subtasks(life)]


def subtasks(life: Life, *, since: float = float("-inf")) -> list[Life]:
    """The subtasks that editing a running synchronisation makes: one for each change."""
    found = []
    for index, segment in enumerate(life.segments):
        if segment.status != "CHANGE_JOB_STARTED" or segment.start < since:
            continue
        failed = life.segments[index + 1].status == "CHANGE_JOB_FAILED"
        rng = random.Random(life.plan.key ^ (index + 1))
        child = Life(make_id(rng, life.plan.engine.suffix), _child_plan(life.plan, rng), parent=life)
        child.name = f"{life.name}-c{index}"
        child.lay(_child_segments(segment, failed=failed, until=life.segments[index + 1].end))
        found.append(child)
    return found


def _members(life: Life) -> list[Life]:
    """The subtasks a clustered source has from the start; they live as their parent does."""
    if not life.plan.engine.clustered:
        return []
    members = []
    for number in range(2 + int(unit(life.plan.key, 2) * 3)):
        rng = random.Random(life.plan.key ^ (1000 + number))
        member = Life(make_id(rng, life.plan.engine.suffix), _child_plan(life.plan, rng), parent=life)
        member.name = f"{life.name}-n{number}"
        member.lay(life.segments)
        members.append(member)
    return members


def _child_plan(plan: Plan, rng: random.Random) -> Plan:
    values = {name: getattr(plan, name) for name in plan.__struct_fields__}
    return Plan(**{**values, "key": rng.getrandbits(63)})


def _child_segments(change: Segment, *, failed: bool, until: float) -> list[Segment]:
    length = change.end - change.start
    if failed:
        start = change.start + 0.05 * length
        return [
            Segment(change.start, start, "CHILD_TRANSFER_STARTING"),
            Segment(start, change.end, "CHILD_TRANSFER_STARTED", "", 0, 0.6),
            Segment(change.end, until, "CHILD_TRANSFER_FAILED", ERRORS["CHILD_TRANSFER_FAILED"][0], 0.6, 0.6),
        ]
    segments: list[Segment] = []
    start = change.start
    for status, share in _CHILD_STEPS:
        done = (0.0, 1.0) if status == "CHILD_TRANSFER_STARTED" else (0.0, 0.0) if not segments else (1.0, 1.0)
        segments.append(Segment(start, start + share * length, status, "", *done))
        start += share * length
    segments.append(Segment(start, change.end + DAY, "RELEASE_CHILD_TRANSFER_COMPLETE", "", 1, 1))
    return segments
