"""Everything the poll of one project needs to know, as plain values."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final, Protocol

from drs_exporter.status import Phase

_MINUTE: Final = 60.0
_LEAST_HOLD: Final = 180.0


class Described(Protocol):
    """What a plan has to know of a collector."""

    @property
    def name(self) -> str:
        """As the configuration calls it."""
        ...

    @property
    def interval(self) -> float | None:
        """Its own interval in seconds; None for every poll."""
        ...

    @property
    def unless_left_out(self) -> bool:
        """Whether it is on where the configuration does not choose."""
        ...

    @property
    def first_shard_only(self) -> bool:
        """Whether one shard asks for all."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one project is polled; all durations in seconds."""

    name: str
    project_id: str
    region: str = ""
    scenarios: tuple[str, ...] = ("migration", "sync", "cloudDataGuard")
    enterprise_project_id: str | None = None
    collectors: tuple[str, ...] | None = None
    """Names of those that are on; None for those that are unless left out."""
    intervals: Mapping[str, float] = field(default_factory=dict)
    """Intervals other than the collectors' own, by collector."""
    include_jobs: re.Pattern[str] | None = None
    exclude_jobs: re.Pattern[str] | None = None
    exclude_phases: frozenset[Phase] = frozenset()
    time_zone: tzinfo | None = None
    labels: tuple[tuple[str, str], ...] = ()
    """Names and values of the project's own labels."""
    job_tags: Mapping[str, str] = field(default_factory=dict)
    """Labels of the tags that are exported, by key."""
    poll_interval: float = _MINUTE
    poll_timeout: float = _MINUTE
    hold_time: float | None = None
    shard: int = 0
    total_shards: int = 1

    def runs(self, collector: Described) -> bool:
        """Whether this collector is on, here."""
        on = collector.unless_left_out if self.collectors is None else collector.name in self.collectors
        return on and (self.shard == 0 or not collector.first_shard_only)

    def interval(self, collector: Described) -> float:
        """How often a collector is meant to ask: never more often than the poll."""
        return max(self.intervals.get(collector.name) or collector.interval or 0.0, self.poll_interval)

    def hold(self, collector: Described, *, lasted: float = 0.0) -> float:
        """How long a collector's last data is served after its last success, if its rounds last so long."""
        if self.hold_time is not None:
            return self.hold_time
        return max(_LEAST_HOLD, 3 * max(self.interval(collector), lasted))

    def idle_filters(self, job_names: Collection[str]) -> list[str]:
        """Settings that choose jobs by name and choose none of these: a slip of the pen is silent otherwise."""
        filters = {"include_jobs": self.include_jobs, "exclude_jobs": self.exclude_jobs}
        return [
            setting
            for setting, pattern in filters.items()
            if pattern is not None and job_names and not any(map(pattern.fullmatch, job_names))
        ]

    def wants(self, job_name: str) -> bool:
        """Whether jobs of this name are exported."""
        if self.include_jobs is not None and not self.include_jobs.fullmatch(job_name):
            return False
        return self.exclude_jobs is None or not self.exclude_jobs.fullmatch(job_name)
