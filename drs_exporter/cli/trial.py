"""One project tried: its collectors run once, as they would all day, and what is to be said of each operation."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from drs_exporter.cli.advice import advise
from drs_exporter.cli.recorder import Outcome, Recorder
from drs_exporter.clock import SystemClock
from drs_exporter.cloud.request import SIGN_IN
from drs_exporter.connect import connect
from drs_exporter.errors import ApiConnectionError, ApiError, ApiStatusError, ApiTimeoutError, Refusal
from drs_exporter.poll import Pace, Plan
from drs_exporter.poll.collector import Collector
from drs_exporter.poll.collectors import COLLECTORS
from drs_exporter.poll.collectors.jobs import LISTING, Jobs
from drs_exporter.poll.state import State
from drs_exporter.poll.targets import entries, stands
from drs_exporter.secret import Redactor
from drs_exporter.settings import ProjectSettings
from drs_exporter.snapshot import CollectorState, Project

_LINGER: Final = 2.0
"""Seconds for what is asked at leisure: enough for each of its operations to be tried."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is said of one operation."""

    operation: str
    seconds: float | None = None
    """How long a call took."""
    seen: int | None = None
    """Jobs of the scenario, where it is the listing of one."""
    result: str = "ok"
    style: str = "green"
    failed: bool = False
    """Something has to be done about it."""


class Trial:
    """One project."""

    def __init__(self, project: ProjectSettings, plan: Plan) -> None:
        self.project: Final = project
        self.snapshot: Project | None = None
        """What came of it; None where signing in failed, and nothing more was tried."""
        self._running = False
        self._plan = plan
        self._recorder = Recorder()
        self._state = State()

    @property
    def doing(self) -> str:
        """What it is at; empty where it is at nothing."""
        if not self._running:
            return ""
        last = self._recorder.last
        return "signing in" if last is None else f"{self._recorder.calls} calls were made, the last of {last}"

    async def run(self, redactor: Redactor) -> None:
        """Sign in, and where that succeeds run every collector once."""
        self._running = True
        try:
            await self._try(redactor)
        finally:
            self._running = False

    async def _try(self, redactor: Redactor) -> None:
        clock, recorder = SystemClock(), self._recorder
        shards = self._plan.total_shards
        async with connect(self.project, redactor=redactor, observer=recorder, clock=clock, shards=shards) as services:
            began, failure = clock.monotonic(), None
            try:
                await services.clients.drs.sign_in()
            except ApiError as exc:
                failure = exc
            recorder.called(SIGN_IN, "", seconds=clock.monotonic() - began, failure=failure)
            if failure is None:
                pace = Pace(
                    self._plan,
                    services.clients,
                    services.budgets,
                    clock=clock,
                    publish=self._take,
                    unreadable=lambda *_: None,
                    crashed=lambda: None,
                    state=self._state,
                )
                await pace.once(linger=_LINGER)

    async def _take(self, snapshot: Project) -> None:
        self.snapshot = snapshot

    def lines(self) -> Iterator[Line]:
        """One for each operation that was called, and for each collector that had nothing to ask."""
        for outcome in self._recorder.of([SIGN_IN]):
            yield self._line(outcome, None)
        if self.snapshot is None:
            return
        states = {state.collector: state for state in self.snapshot.collectors}
        listed = bool(self._state.of(LISTING))
        for kind in COLLECTORS:
            if kind.name in states and (listed or kind is Jobs):  # without any job nothing else is worth a word
                yield from self._lines(kind, states[kind.name])

    def jobs(self) -> tuple[int, int]:
        """How many jobs were seen, and how many of them are left after the filters."""
        listing, stand_of = self._state.of(LISTING), stands(self._state)
        seen = {job.id for scenario in listing for job in listing.get(scenario) or ()}
        wanted = entries(self._state, self._plan).values()
        return len(seen), sum(stand_of(entry).phase not in self._plan.exclude_phases for entry in wanted)

    def _lines(self, kind: type[Collector], state: CollectorState) -> Iterator[Line]:
        outcomes = self._recorder.of(kind.operations, self._plan.scenarios)
        for outcome in outcomes:
            about = [other for other in outcomes if outcome.subject and other.subject == outcome.subject]
            if _is_unsupported(outcome) and not all(map(_is_unsupported, about)):
                continue  # another has taken its place: nothing is missing
            if about and outcome is not about[0] and all(map(_is_unsupported, about)):
                continue  # nor does that take its place: the older one is what is missing
            yield self._line(outcome, None if state.success is False or self._is_unlisted(outcome) else kind.name)
            if outcome.subject and isinstance(outcome.failure, ApiConnectionError | ApiTimeoutError):
                break  # nor are the others reached
        if state.success is False and all(outcome.failure is None for outcome in outcomes):
            yield Line(kind.operations[0], result=state.error or "", style="red", failed=True)
        elif not outcomes:
            yield Line(kind.operations[0], result="no job to ask about", style="bright_black")

    def _line(self, outcome: Outcome, without: str | None) -> Line:
        """What is said of an outcome; all else works `without` its collector, if it is of one that did not fail."""
        operation, seconds = f"{outcome.operation} {outcome.subject}".strip(), outcome.seconds / outcome.calls
        listed = self._state.of(LISTING).get(outcome.subject)
        seen = None if listed is None else len(listed)
        if outcome.failure is None or (without is not None and outcome.answered):
            return Line(operation, seconds, seen)
        result = f"{outcome.failure}; {advise(outcome.failure, self.project, without=without)}"
        if without is not None:
            return Line(operation, seconds, seen, f"not here: {result}", "yellow")
        return Line(operation, seconds, seen, result, "red", failed=True)

    def _is_unlisted(self, outcome: Outcome) -> bool:
        """Whether it is of a scenario that could not be listed."""
        return outcome.subject != "" and self._state.of(LISTING).get(outcome.subject) is None


def _is_unsupported(outcome: Outcome) -> bool:
    """Whether the answer was that there is no such operation."""
    return isinstance(outcome.failure, ApiStatusError) and outcome.failure.refusal is Refusal.UNSUPPORTED
