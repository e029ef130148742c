"""Calls of heavy collectors, spread over their interval."""

from drs_exporter.poll.collectors.schedule import Schedule

INTERVAL = 600.0


def read(schedule: Schedule, keys: list[str], now: float) -> list[str]:
    """Ask what is due, and have it answered."""
    due = schedule.due(keys, now)
    for key in due:
        schedule.answered(key, now=now, interval=INTERVAL)
    return due


def test_everything_is_due_at_first() -> None:
    keys = [f"k{number}" for number in range(25)]
    assert sorted(Schedule(size=10).due(keys, 0.0)) == sorted(keys)


def test_after_the_first_run_each_poll_takes_its_share() -> None:
    """100 jobs in groups of 10 over ten polls: one call a poll, every job once an interval."""
    keys = [f"k{number:03}" for number in range(100)]
    schedule = Schedule(size=10)
    schedule.spread(schedule.due(keys, 0.0), now=0.0, interval=INTERVAL)
    runs = [read(schedule, keys, 60.0 * tick) for tick in range(1, 11)]
    assert [len(run) for run in runs] == [10] * 10
    assert sorted(key for run in runs for key in run) == keys


def test_a_small_fleet_costs_no_more_calls_than_it_has_groups() -> None:
    keys = [f"k{number}" for number in range(15)]
    schedule = Schedule(size=10)
    schedule.spread(schedule.due(keys, 0.0), now=0.0, interval=INTERVAL)
    calls = [len(read(schedule, keys, 60.0 * tick)) > 0 for tick in range(1, 11)]
    assert sum(calls) == 2


def test_a_new_key_is_due_at_once_and_its_call_is_filled_up() -> None:
    keys = [f"k{number}" for number in range(15)]
    schedule = Schedule(size=10)
    schedule.spread(schedule.due(keys, 0.0), now=0.0, interval=INTERVAL)
    due = read(schedule, [*keys, "new"], 60.0)
    assert "new" in due
    assert len(due) == 10


def test_what_was_not_answered_stays_due() -> None:
    schedule = Schedule(size=10)
    assert schedule.due(["a"], 0.0) == ["a"]
    assert schedule.due(["a"], 60.0) == ["a"]


def test_nothing_is_due_of_nothing() -> None:
    schedule = Schedule(size=10)
    schedule.spread([], now=0.0, interval=INTERVAL)
    assert schedule.due([], 0.0) == []
