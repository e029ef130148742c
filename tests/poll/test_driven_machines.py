"""A thousand jobs on the defaults, with the machine under each: what is asked of Cloud Eye, and what that costs DRS."""

import pytest

from benchmarks.driven import Driven, drive
from drs_exporter.cloud_eye.client import METRICS
from drs_exporter.poll import DEFAULT_COLLECTORS
from drs_exporter.snapshot import Instance, Project

JOBS = 1000
MINUTES = 4


def watched(*, machines: bool) -> Driven:
    """Their pace, after four minutes."""

    async def work() -> Driven:
        names = [name for name in DEFAULT_COLLECTORS if name != "diagnosis" and (machines or name != "cloud_eye")]
        driven = Driven(JOBS, collectors=tuple(names))
        await driven.last(60.0 * MINUTES)
        return driven

    return drive(work)


def test_all_metrics_of_a_thousand_machines_come_within_an_interval_in_the_fewest_calls() -> None:
    """Thirty-nine calls a minute, after two pages of what there is; DRS is asked at the very moments it would be."""
    driven = watched(machines=True)
    first = next(at for at, project in driven.published if complete(project))
    listed = [at for at, operation in driven.machines.at if operation == "ces_list_metrics"]
    read = [at for at, operation in driven.machines.at if operation == "ces_data"]
    assert first <= 20
    assert len(listed) == 2  # a full one, and one that shows the end
    assert -(-JOBS // (500 // len(METRICS))) == 39
    assert sum(at < first for at in read) == 39
    assert [sum(60 * minute <= at < 60 * (minute + 1) for at in read) for minute in range(1, MINUTES)] == [39] * 3
    assert set(driven.machines.asked) == set(driven.fleet.job_ids())
    alone = moments(watched(machines=False))
    # To a fifth of a second, which one call takes: of two that may begin at one moment, either is the first.
    assert moments(driven) == {operation: pytest.approx(times, abs=0.2001) for operation, times in alone.items()}
    (last,) = (state for state in driven.published[-1][1].collectors if state.collector == "cloud_eye")
    assert last.success
    (use,) = (use for use in driven.published[-1][1].budgets if use.service == "cloud_eye")
    assert use.utilization is not None
    assert use.utilization < 0.1


def moments(driven: Driven) -> dict[str, list[float]]:
    """When DRS was asked each operation."""
    asked: dict[str, list[float]] = {}
    for at, operation in driven.fleet.at:
        asked.setdefault(operation, []).append(at)
    return asked


def complete(project: Project) -> bool:
    """Whether every job has all that is measured."""
    measured = [job.instance for job in project.jobs or ()]
    names = Instance.__struct_fields__
    return bool(measured) and not any(getattr(machine, name) is None for machine in measured for name in names)
