"""What a collector is: one subject that is asked about, in one file of `collectors/`, whole."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec

from drs_exporter.clock import Clock
from drs_exporter.cloud_eye.client import CloudEyeClient
from drs_exporter.drs.client import DrsClient
from drs_exporter.errors import Refusal
from drs_exporter.parse.jobs import Listed, Stand
from drs_exporter.parse.values import Reader
from drs_exporter.poll.held import Held
from drs_exporter.poll.plan import Plan
from drs_exporter.poll.state import Holding, State


class Target(msgspec.Struct, frozen=True, gc=False):
    """A job of this shard that may be asked about."""

    job: Listed
    stand: Stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """The services that a project can be asked at."""

    drs: DrsClient
    cloud_eye: CloudEyeClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a collector gets to work with: what is wanted, whom to ask, where to hold what is answered."""

    plan: Plan
    clients: Clients
    state: State
    read: Reader
    poll: int
    """Number of the last poll that began."""
    now: float
    """Monotonic time at which this run began."""
    clock: Clock
    targets: Mapping[str, Target]
    """By job id, as of the last listing; those that the service has stopped for good are not among them."""
    known: Collection[str]
    """Ids of all jobs there are: what was read of one's status counts on when nobody asks about it any more."""


class Collector(ABC):
    """One subject that is asked about: its keys are job ids mostly, and one `ask` is about `size` of them at most.

    A collector knows nothing of budgets, deadlines or other collectors: `Pace` decides when it asks, about what.
    One without an interval belongs to the poll, which asks about all its keys every time; the others go their rounds
    beside the polls, each key asked again an interval after it was asked.
    """

    name: ClassVar[str]
    operations: ClassVar[tuple[str, ...]]
    """What it calls, as named in the client; each operation belongs to one collector."""
    interval: ClassVar[float | None] = None
    """Seconds, unless the configuration says otherwise; None for every poll."""
    holds: ClassVar[tuple[Holding[Any], ...]] = ()
    """Where its answers are held."""
    size: ClassVar[int] = 1
    """Keys of one `ask`."""
    part: ClassVar[int | None] = None
    """Keys of one call, where an `ask` makes several."""
    service: ClassVar[str] = DrsClient.service
    """Whose budget its calls belong to."""
    ceiling: ClassVar[float] = 1.0
    """The largest part of that budget it may take."""
    unless_left_out: ClassVar[bool] = True
    """Whether it is on where the configuration does not choose."""
    needs_jobs: ClassVar[bool] = True
    """Whether it has nothing to ask before jobs are listed."""
    discovers: ClassVar[bool] = False
    """Whether its answers tell of further keys of its own."""
    first_shard_only: ClassVar[bool] = False
    unsupported: ClassVar[frozenset[Refusal]] = frozenset({Refusal.UNSUPPORTED})
    """Refusals that mean that this cloud does not have it: no failure, and tried again hourly."""

    @abstractmethod
    def keys(self, run: Run) -> Sequence[str]:
        """What is worth asking about now; lets go of what is held of anything that is no more."""

    def urgent(self, run: Run) -> Collection[str]:  # noqa: ARG002 - for those that know
        """The keys that should not wait behind the others."""
        return ()

    def outdated(self, run: Run) -> Collection[str]:  # noqa: ARG002 - as above
        """The keys whose last answer does not hold any more: they are asked again before all others."""
        return ()

    def single(self, run: Run) -> Collection[str]:  # noqa: ARG002 - as above
        """The keys that are asked about one at a time, whatever the `size`."""
        return ()

    def calls(self, run: Run, keys: Sequence[str]) -> float:  # noqa: ARG002 - for those whose answers have pages
        """How many calls it takes to ask about all these keys once."""
        return -(-len(keys) // self.size)

    @abstractmethod
    async def ask(self, run: Run, keys: Sequence[str]) -> Collection[str]:
        """Ask about these, hold what is answered, and return those that no answer mentioned; raises ApiError."""

    def held(self, state: State) -> tuple[Held[Any], ...]:
        """All that it holds."""
        return tuple(map(state.of, self.holds))
