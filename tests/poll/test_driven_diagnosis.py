"""Diagnosis on a clock that runs ahead: a tenth of the budget at most, and nothing of a poll is asked less or more."""

from typing import Final

from benchmarks.driven import Driven, drive
from drs_exporter.poll import DEFAULT_COLLECTORS
from drs_exporter.poll.collectors.diagnosis import Diagnoses

SECONDS: Final = 600.0
JOBS: Final = 1000
RATE: Final = 1.2
CALLS: Final = {"list_jobs": 14, "batch_status": 10, "batch_progress": 10, "batch_rpo_rto": 10}
"""Of one poll, of so many jobs: full pages and batches, and the page that shows the end of each scenario."""


def test_diagnosis_keeps_within_its_tenth_and_polls_are_asked_as_before() -> None:
    async def work() -> Driven:
        driven = Driven(JOBS, rate=RATE, collectors=tuple(name for name in DEFAULT_COLLECTORS if name != "cloud_eye"))
        await driven.last(SECONDS)
        return driven

    driven = drive(work)
    asked = [at for at, operation in driven.fleet.at if operation in Diagnoses.operations]
    assert asked
    window = 300.0
    assert max(sum(start <= at < start + window for at in asked) for start in asked) <= 0.1 * RATE * window + 1
    polls = driven.fleet.calls["batch_status"] / CALLS["batch_status"]
    assert polls >= SECONDS / 60 - 1
    for operation, calls in CALLS.items():
        assert driven.fleet.calls[operation] <= calls * (polls + 1)
    last = driven.published[-1][1]
    for state in last.collectors:
        assert state.success is not False
        assert state.collector == "diagnosis" or state.round is None or state.round <= state.interval
    assert (last.budgets[0].utilization or 0) <= 1
