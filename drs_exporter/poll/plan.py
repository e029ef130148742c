"""Everything the poll of one project needs to know, as plain values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final

from drs_exporter.status import Phase

_MINUTE: Final = 60.0

COLLECTORS: Final[Mapping[str, float | None]] = {
    "jobs": None,
    "status": None,
    "progress": None,
    "rpo_rto": None,
    "async_jobs": 5 * _MINUTE,
    "details": 10 * _MINUTE,
    "quotas": 60 * _MINUTE,
    "job_detail": 10 * _MINUTE,
}
"""Every collector with its default interval in seconds; `None` is every poll."""

DEFAULT_COLLECTORS: Final = tuple(name for name in COLLECTORS if name != "job_detail")

SPREAD: Final = frozenset({"details", "job_detail"})
"""Collectors that run at every poll and each time ask only the jobs whose turn it is in their interval."""

OPERATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "jobs": ("list_jobs",),
    "status": ("batch_status",),
    "progress": ("batch_progress",),
    "rpo_rto": ("batch_rpo_rto",),
    "async_jobs": ("list_async_jobs", "async_job_detail"),
    "details": ("batch_detail",),
    "quotas": ("quotas",),
    "job_detail": ("job_detail",),
}
"""Operations that each collector calls."""

_LEAST_HOLD: Final = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one project is polled; all durations in seconds."""

    name: str
    project_id: str
    region: str = ""
    scenarios: tuple[str, ...] = ("migration", "sync", "cloudDataGuard")
    enterprise_project_id: str | None = None
    collectors: tuple[str, ...] = DEFAULT_COLLECTORS
    intervals: Mapping[str, float] = field(default_factory=dict)
    """Intervals other than the default ones, by collector."""
    include_jobs: re.Pattern[str] | None = None
    exclude_jobs: re.Pattern[str] | None = None
    exclude_phases: frozenset[Phase] = frozenset()
    time_zone: tzinfo | None = None
    poll_interval: float = _MINUTE
    poll_timeout: float = _MINUTE
    hold_time: float | None = None
    shard: int = 0
    total_shards: int = 1

    def runs(self, collector: str) -> bool:
        """Whether this collector is on, here: quotas are asked by the first shard only."""
        return collector in self.collectors and (collector != "quotas" or self.shard == 0)

    def interval(self, collector: str) -> float:
        """How often a collector is meant to run: never more often than the poll."""
        configured = self.intervals.get(collector, COLLECTORS[collector]) or 0.0
        return max(configured, self.poll_interval)

    def hold(self, collector: str) -> float:
        """How long a collector's last data is served after its last success."""
        if self.hold_time is not None:
            return self.hold_time
        return max(_LEAST_HOLD, 3 * self.interval(collector))

    def wants(self, job_name: str) -> bool:
        """Whether jobs of this name are exported."""
        if self.include_jobs is not None and not self.include_jobs.fullmatch(job_name):
            return False
        return self.exclude_jobs is None or not self.exclude_jobs.fullmatch(job_name)
