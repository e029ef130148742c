"""What a collector is, and what one run of it gets."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

import msgspec

from drs_exporter.clock import Clock
from drs_exporter.drs.client import DrsClient
from drs_exporter.parse.jobs import Listed
from drs_exporter.parse.values import Reader
from drs_exporter.poll.plan import Plan
from drs_exporter.poll.state import Stand, State


class Target(msgspec.Struct, frozen=True, gc=False):
    """A job of this shard that may be asked about."""

    job: Listed
    stand: Stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of the collectors within one poll."""

    plan: Plan
    client: DrsClient
    state: State
    read: Reader
    poll: int
    """Its number."""
    now: float
    """Monotonic time of the poll's tick."""
    clock: Clock
    targets: Mapping[str, Target]
    """By job id; those that the service has stopped for good are not among them."""
    known: Collection[str]
    """Ids of all jobs there are: what was read of one's status counts on when nobody asks about it any more."""


class Collector(Protocol):
    """Asks the service and holds what it answers."""

    name: str

    async def collect(self, run: Run) -> None:
        """Do one run; raises the first ApiError after everything that could be asked was asked."""
        ...
