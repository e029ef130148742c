"""Diagnosis on a clock that runs ahead: a tenth of the budget at most, and nothing of a poll is asked less or more."""

import asyncio
from typing import Final

import pytest

from benchmarks.driven import Driven, drive
from drs_exporter.poll import DEFAULT_COLLECTORS
from drs_exporter.poll.collectors.diagnosis import Diagnoses
from drs_exporter.snapshot import Project
from drs_exporter.status import Phase

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


@pytest.mark.parametrize("cut_off", [2, JOBS])
def test_a_diagnosis_made_while_a_job_failed_does_not_outlive_the_failure(cut_off: int) -> None:
    """A round over this fleet takes most of an hour; who has changed is asked before it, or is known no more."""

    async def work() -> Driven:
        driven = Driven(JOBS, collectors=("jobs", "status", "progress", "diagnosis"))
        running = asyncio.create_task(driven.last(900.0))
        await asyncio.sleep(300.0)
        driven.fleet.cut_off.update(driven.fleet.job_ids()[JOBS // 10 :][:cut_off])
        await asyncio.sleep(300.0)
        driven.fleet.cut_off.clear()
        await running
        return driven

    driven = drive(work)
    failed = [at for at, project in driven.published if failures(project)]
    unreachable = [at for at, project in driven.published if lost_sources(project)]
    over = next(at for at, _ in driven.published if at > failed[-1])
    most = 20 if cut_off < 10 else 65
    assert unreachable[0] - failed[0] < most
    assert unreachable[-1] - over < most


def failures(project: Project) -> int:
    """How many jobs have failed."""
    return sum(job.state is not None and job.state.phase is Phase.FAILED for job in project.jobs or ())


def lost_sources(project: Project) -> int:
    """Of how many jobs the diagnosis says that their source cannot be reached."""
    return sum(job.diagnosis.source_connected is False for job in project.jobs or ())
