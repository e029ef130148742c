"""Which status counts, and which jobs are wanted."""

import re
from datetime import UTC, timedelta, timezone

import pytest

from drs_exporter.drs import wire
from drs_exporter.errors import ApiStatusError, Refusal
from drs_exporter.parse import jobs
from drs_exporter.parse.jobs import BatchDetail, Listed, Stand, listing
from drs_exporter.poll.collector import Collector
from drs_exporter.poll.collectors.async_jobs import AsyncJobs
from drs_exporter.poll.collectors.details import DETAILS
from drs_exporter.poll.collectors.jobs import LISTING
from drs_exporter.poll.collectors.progress import PROGRESS
from drs_exporter.poll.collectors.quotas import Quotas
from drs_exporter.poll.collectors.status import STATUS_READINGS, Statuses
from drs_exporter.poll.pace import keep
from drs_exporter.poll.plan import Plan
from drs_exporter.poll.state import State
from drs_exporter.poll.targets import Entry, entries, stands
from drs_exporter.snapshot import JobInfo, Progress
from drs_exporter.status import Phase

NOT_HERE = ApiStatusError("HTTP 404", operation="any", refusal=Refusal.UNSUPPORTED, status=404)


def plan(**changes: object) -> Plan:
    """A plan with these changes."""
    return Plan(name="prod", project_id="p", **changes)  # type: ignore[arg-type]


def entry(status: str | None, poll: int, name: str = "orders", parent_id: str = "") -> Entry:
    """A job listed by that poll."""
    return Entry(Listed(id=name, name=name, status=status, info=JobInfo(parent_id=parent_id)), poll)


def stand(*, listed: tuple[str | None, int], status: tuple[str, int] | None, detail: tuple[str, int] | None) -> Stand:
    """What counts of a listing, a batch status and a batch detail, each with the poll that read it."""
    state = State()
    if status is not None:
        state.of(STATUS_READINGS).put("orders", jobs.stand(status[0], "DRS.STATUS"), poll=status[1], now=0.0)
    if detail is not None:
        reading = jobs.stand(detail[0], "DRS.DETAIL")
        state.of(DETAILS).put("orders", BatchDetail(reading=reading), poll=detail[1], now=0.0)
    return stands(state)(entry(*listed))


def test_on_a_tie_in_one_poll_batch_status_counts() -> None:
    best = stand(listed=("CREATING", 5), status=("STARTJOBING", 5), detail=("CONFIGURATION", 5))
    assert best == Stand("STARTJOBING", Phase.STARTING, "DRS.STATUS")


def test_the_most_recently_read_counts() -> None:
    assert stand(listed=("CREATING", 6), status=("STARTJOBING", 5), detail=None).status == "CREATING"
    best = stand(listed=("CREATING", 4), status=("STARTJOBING", 5), detail=("CONFIGURATION", 6))
    assert best == Stand("CONFIGURATION", Phase.PENDING, "DRS.DETAIL")


def test_an_error_code_goes_with_the_status_it_came_with() -> None:
    """A newer listing that shows another status takes the code away; one that shows the same keeps it."""
    assert (
        stand(listed=("INCRE_TRANSFER_STARTED", 6), status=("INCRE_TRANSFER_FAILED", 5), detail=None).error_code is None
    )
    assert (
        stand(listed=("INCRE_TRANSFER_FAILED", 6), status=("INCRE_TRANSFER_FAILED", 5), detail=None).error_code
        == "DRS.STATUS"
    )


def test_a_job_that_is_listed_without_a_status_has_that_of_another_answer() -> None:
    assert stand(listed=(None, 6), status=("CREATING", 5), detail=None).status == "CREATING"
    assert stand(listed=(None, 6), status=None, detail=("CREATING", 5)).status == "CREATING"


def test_a_job_without_any_status_is_in_no_known_phase() -> None:
    assert stand(listed=(None, 6), status=None, detail=None) == Stand(None, Phase.OTHER, None)


@pytest.mark.parametrize("first", ["migration", "sync"])
def test_which_listing_of_a_job_counts_does_not_depend_on_which_came_first(first: str) -> None:
    """The newest, and of one poll the last in configured order."""
    state = State()
    listed = {"migration": entry("CREATING", 5).job, "sync": entry("STARTJOBING", 5).job}
    for scenario in sorted(listed, key=lambda scenario: scenario != first):
        state.of(LISTING).put(scenario, (listed[scenario],), poll=5, now=0.0)
    assert entries(state, plan()) == {"orders": Entry(listed["sync"], 5)}
    state.of(LISTING).put("migration", (listed["migration"],), poll=6, now=0.0)
    assert entries(state, plan()) == {"orders": Entry(listed["migration"], 6)}


def wanted(**changes: object) -> set[str]:
    """Names of the wanted jobs of a small fleet."""
    jobs = (
        entry("CREATING", 1, "orders-prod").job,
        entry("CREATING", 1, "orders-test").job,
        entry("CREATING", 1, "a-subtask", parent_id="orders-prod").job,
        entry("CREATING", 1, "an-orphan", parent_id="gone").job,
    )
    state = State()
    state.of(LISTING).put("sync", jobs, poll=1, now=0.0)
    return set(entries(state, plan(**changes)))


def test_every_job_is_wanted_by_default() -> None:
    assert wanted() == {"orders-prod", "orders-test", "a-subtask", "an-orphan"}


def test_expressions_match_whole_names_and_a_subtask_follows_its_parent() -> None:
    assert wanted(include_jobs=re.compile("orders-prod")) == {"orders-prod", "a-subtask"}
    assert wanted(include_jobs=re.compile("orders")) == set()
    assert wanted(exclude_jobs=re.compile("orders-.*")) == {"an-orphan"}
    assert wanted(include_jobs=re.compile("orders-.*"), exclude_jobs=re.compile(".*-prod")) == {"orders-test"}


@pytest.mark.parametrize(
    ("changes", "collector", "seconds"),
    [
        ({}, Statuses, 180.0),
        ({"poll_interval": 120.0}, Statuses, 360.0),
        ({}, AsyncJobs, 900.0),
        ({"intervals": {"async_jobs": 30.0}}, AsyncJobs, 180.0),
        ({"hold_time": 0.0}, AsyncJobs, 0.0),
    ],
)
def test_the_default_hold_is_three_intervals_and_at_least_three_minutes(
    changes: dict[str, object], collector: type[Collector], seconds: float
) -> None:
    assert plan(**changes).hold(collector) == seconds


def test_rounds_that_take_longer_than_their_interval_are_held_three_of_them() -> None:
    assert plan().hold(AsyncJobs, lasted=1000.0) == 3000.0
    assert plan(hold_time=60.0).hold(AsyncJobs, lasted=1000.0) == 60.0


def test_quotas_are_the_first_shards() -> None:
    assert plan(total_shards=2).runs(Quotas)
    assert not plan(shard=1, total_shards=2).runs(Quotas)


def test_what_a_new_plan_does_not_collect_is_dropped() -> None:
    state = State()
    keep(state, plan())
    state.of(PROGRESS).put("a", Progress(), poll=1, now=0.0)
    keep(state, plan(collectors=("jobs", "status"), poll_interval=30.0))
    assert len(state.of(PROGRESS)) == 0
    assert set(state.standings) == {"jobs", "status"}
    assert state.standings["jobs"].interval == 30.0
    assert set(state.learned) == {"jobs", "status"}


def test_what_the_cloud_refused_is_asked_for_once_more_under_other_settings() -> None:
    """A right that was given counts with the reload that the administrator makes, not an hour later."""
    state = State()
    before = keep(state, plan())
    assert keep(state, plan()) == before
    state.rounds["async_jobs"].update(["", "batch"], now=0.0)
    for collector in ("async_jobs", "status"):
        state.standings[collector].failed(NOT_HERE, now=0.0)
        state.standings[collector].ran(tick=0.0, duration=1.0, lasted=1.0)
    state.rounds["async_jobs"].postpone(3600.0)
    assert state.rounds["async_jobs"].take(60.0) == []
    assert not state.standings["status"].due(60.0)
    state.try_again(60.0)
    assert state.rounds["async_jobs"].take(60.0) == [""]
    assert state.standings["status"].due(60.0)
    assert not set(keep(state, plan())) & set(before)


def test_settings_that_changed_have_everything_read_once_more() -> None:
    """A time of the listing is another moment in another zone, though the answer says the same."""
    state, raw = State(), [wire.ListedJob(id="a", name="n", create_time="2026-11-25 12:00:00")]
    created: list[float] = []
    for zone in (UTC, timezone(timedelta(hours=8))):
        state.try_again(0.0)
        created.append(listing(raw, "sync", state.reader(plan(time_zone=zone)))["a"].created or 0.0)
    assert created[0] - created[1] == 8 * 3600
