"""What a fault is and what comes of it: one frozen record for the test and for the page that documents it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from unittest.mock import ANY

from drs_exporter.simulator import SimulatedCloud
from drs_exporter.simulator.faults import Setting

SCENARIOS: Final = 3
"""Listings in every poll, each refused on its own."""


class Row(NamedTuple):
    """One row of the table in `docs/reliability.md`."""

    fault: str
    seen: str
    log: str
    held: str
    recovery: str


class Trouble(NamedTuple):
    """One fault on the simulated cloud's board."""

    operation: str
    kind: str
    params: Mapping[str, object] = MappingProxyType({})
    match: Mapping[str, object] = MappingProxyType({})
    times: int | None = None

    def begin(self, cloud: SimulatedCloud) -> None:
        """Switch it on."""
        cloud.faults.add(Setting(self.operation, self.kind, self.times, 1.0, dict(self.match), dict(self.params)))


_HELD: Final = "All series, for `HOLD_TIME`; then those of jobs go."
_RECOVERY: Final = "Next poll: `collector.recovered`."


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A fault that fails the job listing as a whole."""

    name: str
    """As the table names it."""
    kind: str = ""
    """On the simulated cloud's board; empty for one that the test makes itself."""
    params: Mapping[str, object] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    """Settings of the exporter that make the fault quick."""
    jobs: int = 24
    code: str
    """Label of the request counter."""
    reason: str
    error: str
    """`{host}` stands for the endpoint."""
    attempts: int = 1
    """Of each listing: 1, 2 with a renewed credential in between, 3 with two retries."""
    sign_ins: int = 0
    """Renewals the first failing poll takes."""

    def log_line(self, host: str) -> dict[str, Any]:
        """The one line that says so, as a whole."""
        return {
            "event": "collector.failed",
            "log_level": "warning",
            "project": "sim",
            "collector": "jobs",
            "operation": "list_jobs",
            "reason": self.reason,
            "error": self.error.format(host=host),
            "request_id": ANY,
        }

    def row(self) -> Row:
        """Itself, as the page tells it."""
        tries = {1: "not repeated", 2: "one repeat with a new token", 3: "two retries"}[self.attempts]
        error = self.error.format(host="HOST")
        return Row(
            fault=self.name,
            seen=f'`drs_up` 0, `api_requests_total{{code="{self.code}"}}`; {tries}',
            log=f"`collector.failed` `reason={self.reason}`: {error}",
            held=_HELD,
            recovery=_RECOVERY,
        )


RECOVERED: Final[Mapping[str, Any]] = {
    "event": "collector.recovered",
    "log_level": "info",
    "project": "sim",
    "collector": "jobs",
    "failed_for": ANY,
}
"""The one line that says a listing works again."""


@dataclass(frozen=True, kw_only=True)
class BadData:
    """A fault inside answers that are read all the same: the poll succeeds."""

    name: str
    faults: tuple[Trouble, ...]
    jobs: int = 24
    settings: Mapping[str, object] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()
    """Families that lose series."""
    of_one_job: bool = True
    """Only one job of each answer is concerned."""
    unreadable: frozenset[str] = frozenset()
    """Fields that are counted."""
    events: tuple[Mapping[str, Any], ...] = ()
    """Other log lines of the first poll."""
    held: str
    """In words, for the page."""

    def log_lines(self) -> list[Mapping[str, Any]]:
        """Every line the first poll logs."""
        unreadable = [
            {"event": "field.unreadable", "log_level": "warning", "project": "sim", "field": name, "values": ANY}
            for name in sorted(self.unreadable)
        ]
        return [*unreadable, *self.events]

    def row(self) -> Row:
        """Itself, as the page tells it."""
        counted = [f'`parse_errors_total{{field="{name}"}}`' for name in sorted(self.unreadable)]
        lines = [f"`field.unreadable` `field={name}`" for name in sorted(self.unreadable)]
        if any(event["event"] == "status.unknown" for event in self.events):
            counted.append("`unknown_statuses` 1")
        lines += [f"`{event['event']}` `status={event['status']}`" for event in self.events]
        return Row(
            fault=self.name,
            seen=_few(counted) or "nothing to see: no data is lost",
            log=_few(lines) or "none",
            held=self.held,
            recovery="Next poll.",
        )


def _few(words: list[str]) -> str:
    """The words, or the first of many."""
    return f"{words[0]} and so on for every field" if len(words) > _MANY else ", ".join(words)


_MANY: Final = 3


@dataclass(frozen=True, kw_only=True)
class Special:
    """A fault with a test of its own."""

    test: str
    """Its name."""
    row: Row
