"""Hours of pace on a clock that runs ahead: nothing starves, whatever the size and the budget."""

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from benchmarks.driven import Driven, drive
from drs_exporter.poll import DEFAULT_COLLECTORS
from drs_exporter.poll.collector import Run
from drs_exporter.poll.collectors.jobs import Jobs
from drs_exporter.snapshot import CollectorState, Project

HOUR = 3600.0
OF_DRS = tuple(name for name in DEFAULT_COLLECTORS if name != "cloud_eye")
"""Cloud Eye has a budget of its own, and many calls to read."""


def watched(
    jobs: int,
    seconds: float,
    *,
    rate: float,
    per_minute: int | None = None,
    collectors: tuple[str, ...] = OF_DRS,
    throttles: Mapping[str, float] | None = None,
    poll_interval: float = 60.0,
) -> Driven:
    """The pace of such a fleet, after so long."""

    async def work() -> Driven:
        driven = Driven(jobs, rate=rate, per_minute=per_minute, collectors=collectors, poll_interval=poll_interval)
        driven.fleet.throttles = throttles or {}
        await driven.last(seconds)
        return driven

    return drive(work)


def successes(driven: Driven, collector: str) -> list[float]:
    """When it succeeded, in seconds from the start."""
    found = {
        state.last_success - 1_700_000_000.0
        for _, project in driven.published
        for state in project.collectors
        if state.collector == collector and state.last_success is not None
    }
    return sorted(found)


def longest_gap(driven: Driven, collector: str, *, after: float) -> float:
    """The most seconds between two successes since then."""
    return max(later - sooner for sooner, later in pairwise(successes(driven, collector)) if sooner > after)


def of_an_interval(project: Project) -> list[CollectorState]:
    """All but the diagnosis, which takes what the others leave, a tenth at most, and as long as that takes."""
    return [state for state in project.collectors if state.collector != "diagnosis"]


def failures(driven: Driven, *, after: float = 0.0) -> set[str]:
    """Collectors that failed."""
    return {
        state.collector
        for at, project in driven.published
        for state in project.collectors
        if at > after and state.success is False
    }


def test_a_fleet_that_fits_its_budget_keeps_every_interval() -> None:
    """A tenth of 10,000 jobs on a tenth of the default rate: the same arithmetic, polled for twenty minutes."""
    driven = watched(1000, HOUR / 3, rate=1.0)
    (first, *_) = [at for at, project in driven.published if project.jobs]
    assert first < 20
    assert failures(driven) == set()
    last = driven.published[-1][1]
    for state in of_an_interval(last):
        at = successes(driven, state.collector)
        assert at[0] <= state.interval
        assert state.round is not None
        assert state.round <= state.interval
    polls = successes(driven, "jobs")
    assert len(polls) == HOUR / 3 // 60 + 1, "no tick was skipped"
    told = [job for job in last.jobs or () if job.diagnosis.diagnosed is not None]
    assert len(told) > 100
    (diagnosis,) = (state for state in last.collectors if state.collector == "diagnosis")
    assert diagnosis.round is None, "its first round is not over"
    assert diagnosis.interval <= successes(driven, "diagnosis")[0] <= 2.5 * diagnosis.interval
    assert diagnosis.last_success == pytest.approx(1_700_000_000.0 + HOUR / 3, abs=120)
    assert last.jobs is not None
    assert len(last.jobs) == 1000
    assert all(job.state and job.progress.delay == 3.0 and job.thresholds.delay == 60.0 for job in last.jobs)
    assert sum(job.detail.abnormal_limit is not None for job in last.jobs) == 990 // 3
    assert sum(job.rpo_rto.rpo == 1.5 for job in last.jobs) == 100
    (use,) = (use for use in last.budgets if use.service == "drs")
    assert use.utilization == pytest.approx(0.95)


def test_at_half_the_needed_rate_everything_is_twice_as_old_and_nothing_starves() -> None:
    with capture_logs() as logs:
        driven = watched(1000, HOUR * 0.75, rate=0.462)
    assert [entry["event"] for entry in logs] == ["budget.exceeded"]
    assert "max_requests_per_second" in logs[0]["change"]
    assert failures(driven) == set()
    last = driven.published[-1][1]
    assert last.budgets[0].utilization == pytest.approx(2, abs=0.05)
    for collector in ("jobs", "status", "progress", "rpo_rto"):
        assert longest_gap(driven, collector, after=300.0) <= 2 * 60 + 10
    rounds = {state.collector: state.round for state in last.collectors}
    assert rounds["details"] is not None
    assert rounds["details"] <= 2.3 * 600
    assert rounds["async_jobs"] is not None
    assert rounds["async_jobs"] <= 2.3 * 300


@given(jobs=st.integers(300, 1000), use=st.floats(1.05, 1.9))
@settings(max_examples=5)
def test_up_to_twice_as_much_work_as_is_allowed_makes_statuses_at_most_twice_as_old(jobs: int, use: float) -> None:
    """Give or take a few calls, of which one takes some seconds here; a tick more that is skipped would be a minute."""
    with capture_logs():
        driven = watched(jobs, HOUR / 4, rate=needed(jobs) / use)
    assert driven.published[-1][1].budgets[0].utilization == pytest.approx(use, abs=0.06)
    assert longest_gap(driven, "status", after=300.0) <= 2 * 60 + 25


def needed(jobs: int) -> float:
    """Calls a second that such a fleet asks for, but for the diagnosis."""
    at_ease = watched(jobs, 30.0, rate=10.0, collectors=tuple(name for name in OF_DRS if name != "diagnosis"))
    return 10.0 * (at_ease.published[-1][1].budgets[0].utilization or 0.0)


@pytest.mark.parametrize("per_minute", [60, 30])
def test_an_account_limit_that_nobody_configured_is_learned(per_minute: int) -> None:
    """So few calls a minute, 300 jobs: after ten minutes nothing fails, the long round of the diagnosis included."""
    driven = watched(300, 1200.0, rate=10.0, per_minute=per_minute)
    assert driven.fleet.throttled > 0
    assert failures(driven, after=600.0) == set()
    last = driven.published[-1][1]
    for state in of_an_interval(last):
        assert state.success is True
    assert any(job.diagnosis.diagnosed is not None for job in last.jobs or ())


@pytest.mark.parametrize("throttled", ["batch_progress", "batch_status"])
def test_an_operation_that_is_throttled_slows_no_other_of_the_poll(throttled: str) -> None:
    """However seldom it answers, the listing and the others are read at every tick."""
    with capture_logs():
        driven = watched(55, HOUR / 4, rate=10.0, throttles={throttled: HOUR}, poll_interval=15.0)
    polled = {"jobs", "status", "progress", "rpo_rto"} - {throttled.removeprefix("batch_")}
    for collector in polled:
        assert longest_gap(driven, collector, after=0.0) <= 15 + 5
    assert failures(driven, after=60.0) == {throttled.removeprefix("batch_")}
    assert driven.crashes == 0


def test_a_listing_that_is_throttled_is_not_begun_again_while_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many ticks pass meanwhile."""
    under_way, most, runs = 0, 0, 0
    ask = Jobs.ask

    async def counted(self: Jobs, run: Run, keys: Sequence[str]) -> Collection[str]:
        nonlocal under_way, most, runs
        under_way += 1
        most, runs = max(most, under_way), runs + 1
        try:
            return await ask(self, run, keys)
        finally:
            under_way -= 1

    monkeypatch.setattr(Jobs, "ask", counted)
    with capture_logs():
        driven = watched(55, HOUR / 4, rate=10.0, throttles={"list_jobs": 10.0}, poll_interval=10.0)
    assert runs > 1
    assert most == 1
    assert driven.crashes == 0


@given(
    jobs=st.integers(0, 120),
    rate=st.sampled_from([0.5, 1.0, 10.0]),
    per_minute=st.sampled_from([None, None, 30]),
)
@settings(max_examples=6)
def test_whatever_the_size_and_the_rate_nobody_waits_for_ever(jobs: int, rate: float, per_minute: int | None) -> None:
    """The rate is never exceeded, there is no bug, and whoever has something to ask succeeds in the end."""
    with capture_logs():
        driven = watched(jobs, HOUR / 4, rate=rate, per_minute=per_minute)
    assert driven.crashes == 0
    times = [at for at, _ in driven.fleet.at]
    for start in range(0, int(HOUR / 4), 60):
        assert sum(start <= at < start + 60 for at in times) <= max(1.0, rate) + rate * 60 + 1
    if per_minute is None:
        for state in of_an_interval(driven.published[-1][1]):
            assert state.success is True or (not jobs and state.success is None)
