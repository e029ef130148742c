"""The listing of every scenario: which jobs there are."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import Any, Final

import structlog

from drs_exporter.drs import wire
from drs_exporter.drs.pages import PAGE_SIZE, Listing
from drs_exporter.errors import ApiStatusError, Refusal
from drs_exporter.parse import jobs as parse
from drs_exporter.parse.jobs import Listed
from drs_exporter.poll.collector import Collector, Run
from drs_exporter.poll.held import Held
from drs_exporter.poll.state import Holding, State
from drs_exporter.poll.together import raise_first, together

REFUSED_RETRY: Final = 3600.0
"""Seconds after which a refused scenario is tried again."""

ONLY_V5: Final = frozenset({"replay"})
"""Scenarios that the older listing does not know."""

_REFUSED_STATUS: Final = frozenset({400, 403, 404})
_NOT_OF_A_SCENARIO: Final = frozenset({Refusal.AUTH, Refusal.THROTTLED, Refusal.WRONG_PROJECT})

LISTING: Final[Holding[tuple[Listed, ...]]] = Holding()
"""By scenario."""

log = structlog.get_logger()


class Jobs(Collector):
    """Lists all scenarios; one that is refused is left out for an hour, unless all of them are.

    Where this cloud does not have the listing of v3, that of v5 takes its place, and is the only one of some scenarios.
    """

    name = "jobs"
    operations = ("list_jobs", "list_jobs_v5")
    size = 100
    holds = (LISTING,)
    needs_jobs = False
    unsupported = frozenset()

    def __init__(self) -> None:
        """No scenario was refused or fell short yet."""
        self._refused_at: dict[str, float] = {}
        self._short: set[str] = set()
        self._filters_told = False
        self._replaced = False

    def keys(self, run: Run) -> Sequence[str]:
        """The scenarios that were not refused within the hour."""
        run.state.of(LISTING).retain(run.plan.scenarios)
        for scenario in run.state.unseen.keys() - set(run.plan.scenarios):
            del run.state.unseen[scenario]
        return [
            scenario
            for scenario in run.plan.scenarios
            if run.now - self._refused_at.get(scenario, -REFUSED_RETRY) >= REFUSED_RETRY
        ]

    def calls(self, run: Run, keys: Sequence[str]) -> float:
        """A call for every page of every scenario; the one that is not full shows the end."""
        listed = (run.state.of(LISTING).get(scenario) or () for scenario in keys)
        return sum(sum(not job.info.parent_id for job in jobs) // PAGE_SIZE + 1 for jobs in listed)

    def held(self, state: State) -> tuple[Held[Any], ...]:
        """The listings, and what they lack though it may be there."""
        return (*super().held(state), *tuple(state.unseen.values()))

    async def ask(self, run: Run, keys: Sequence[str]) -> Collection[str]:
        """Read every scenario; those that could be read replace what was known of them."""
        asked = list(keys)
        outcomes = dict(zip(asked, await together(self._list(scenario, run) for scenario in asked), strict=True))
        refused = {
            scenario: outcome
            for scenario, outcome in outcomes.items()
            if isinstance(outcome, ApiStatusError) and _is_refusal(outcome)
        }
        if len(refused) == len(asked):
            self._refused_at.clear()
            raise_first(list(refused.values()))
        for scenario, outcome in outcomes.items():
            if scenario in refused:
                self._refuse(scenario, refused[scenario], run)
            elif outcome is None:
                self._accepted(scenario, run)
        raise_first([outcome for scenario, outcome in outcomes.items() if scenario not in refused])
        self._tell_filters(run)
        listed = run.state.of(LISTING)
        run.state.recall.retain({job.id for scenario in listed for job in listed.get(scenario) or ()})
        return ()

    def _tell_filters(self, run: Run) -> None:
        """After the first listing of all scenarios, log which filters match no job of it."""
        if not self._filters_told:
            self._filters_told = True
            listed = (run.state.of(LISTING).get(scenario) or () for scenario in run.plan.scenarios)
            names = {job.name for jobs in listed for job in jobs}
            for setting in run.plan.idle_filters(names):
                log.warning("filter.matched_nothing", project=run.plan.name, setting=setting, jobs=len(names))

    async def _list(self, scenario: str, run: Run) -> None:
        listing = await self._listing(scenario, run)
        known, read = run.state.of(LISTING).get(scenario) or (), run.state.reader(run.plan)
        read_listing = partial(parse.listing, listing.items, scenario, read)
        found, missing = await asyncio.to_thread(_compared, read_listing, known, complete=listing.complete)
        run.read.include(read)
        unseen = run.state.unseen.setdefault(scenario, Held())
        before = run.state.of(LISTING).when(scenario)
        if before is not None:
            for job in missing:
                unseen.put(job.id, job, poll=before.poll, now=before.at)
            unseen.lapse(job.id for job in missing)
        run.state.of(LISTING).put(scenario, found, poll=run.poll, now=run.clock.monotonic())
        if listing.complete:
            unseen.retain(())
        elif len(unseen):
            held = (kept for job_id in unseen if (kept := unseen.get(job_id)) is not None)
            unseen.retain({job.id for job in _lacking(held, found)})
        self._tell(scenario, listing, held=len(missing), run=run)

    async def _listing(self, scenario: str, run: Run) -> Listing[wire.ListedJob | wire.Wrong]:
        """The scenario as the first generation of the API tells it that can."""
        drs, enterprise_project, offered = run.clients.drs, run.plan.enterprise_project_id, run.state.offered
        unsupported: ApiStatusError | None = None
        if scenario not in ONLY_V5 and offered.has("list_jobs", run.now):
            try:
                listing = await drs.list_jobs(scenario, enterprise_project_id=enterprise_project)
            except ApiStatusError as exc:
                if not offered.refused("list_jobs", exc, began=run.now):
                    raise
                unsupported = exc.alone()
            else:
                offered.answered("list_jobs")
                self._replaced = False
                return listing
        try:
            listing = await drs.list_jobs_v5(scenario, enterprise_project_id=enterprise_project)
        except ApiStatusError as exc:
            if unsupported is not None and exc.refusal is Refusal.UNSUPPORTED:
                raise unsupported from None
            raise
        self._tell_generation(scenario, run)
        return listing

    def _tell_generation(self, scenario: str, run: Run) -> None:
        """Log the first listing of v5 that took the place of one of v3."""
        if scenario not in ONLY_V5 and not self._replaced:
            self._replaced = True
            log.info("listing.replaced", project=run.plan.name, operation="list_jobs", by="list_jobs_v5")

    def _tell(self, scenario: str, listing: Listing[Any], *, held: int, run: Run) -> None:
        """Log the first listing that lacks known jobs for no good reason, and the first complete one after it."""
        if listing.complete and scenario in self._short:
            self._short.remove(scenario)
            log.info("listing.completed", project=run.plan.name, scenario=scenario)
        elif held and scenario not in self._short:
            self._short.add(scenario)
            log.warning("listing.fell_short", project=run.plan.name, scenario=scenario, total=listing.total, held=held)

    def _refuse(self, scenario: str, exc: ApiStatusError, run: Run) -> None:
        if scenario not in self._refused_at:
            log.warning(
                "scenario.refused",
                project=run.plan.name,
                scenario=scenario,
                status=exc.status,
                error_code=exc.error_code,
            )
        self._refused_at[scenario] = run.now

    def _accepted(self, scenario: str, run: Run) -> None:
        if self._refused_at.pop(scenario, None) is not None:
            log.info("scenario.accepted", project=run.plan.name, scenario=scenario)


def _compared(
    read: Callable[[], dict[str, Listed]], known: Sequence[Listed], *, complete: bool
) -> tuple[tuple[Listed, ...], Sequence[Listed]]:
    """The jobs of a listing, and those known that it lacks without being complete."""
    found = tuple(read().values())
    return found, () if complete else _lacking(known, found)


def _lacking(known: Iterable[Listed], found: Iterable[Listed]) -> list[Listed]:
    """The known jobs that were not found and may be there all the same."""
    listed = {job.id for job in found}
    # A subtask is listed within its parent: where that one was found, the subtask is gone.
    return [job for job in known if job.id not in listed and job.info.parent_id not in listed]


def _is_refusal(exc: ApiStatusError) -> bool:
    return exc.status in _REFUSED_STATUS and exc.refusal not in _NOT_OF_A_SCENARIO
