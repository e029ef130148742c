"""Every query of every panel and variable, put to a real Prometheus that holds hours of the real exporter's samples."""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from drs_exporter.simulator import SimulatedCloud
from grafana.needs import UNRECORDED
from tests.faults.driven_clock import DrivenClock
from tests.grafana.answers import Scene, ask
from tests.grafana.boards import UIDS, board, panels, variables
from tests.grafana.prometheus import Prometheus
from tests.grafana.recorded import record_rules, shown
from tests.grafana.running import load_blocks, prometheus
from tests.grafana.templates import Period, options_of, resolve, substitute
from tests.grafana.trouble import Happens, busy, calm
from tests.grafana.world import STEP, record

HOURS: Final = 2.0
"""The shortest in which every window of a dashboard's figures has something."""

TROUBLE: Mapping[str, str] = {
    "drs-fleet: What needs me now": "no job needs anybody",
    "drs-fleet: Errors": "no job has an error code",
    "drs-fleet: Billed, but not replicating": "no job is failed or stopped",
    "drs-exporter: Limits learned": "nothing throttles",
    "drs-exporter: Left out by the bounds": "nothing is beyond them",
    "drs-exporter: Retries": "nothing is repeated",
    "drs-exporter: Unreadable values": "every value can be read",
}
"""Panels that are rightly empty on a healthy fleet, with the reason; on a busy one they are not."""

EITHER = {"drs-exporter: Failing calls by operation"}
"""Of a healthy fleet: what some engines do not have is refused once a job, seen or not by a rate."""

pytestmark = pytest.mark.programs


async def recorded(folder: Path, prepare: Callable[[SimulatedCloud], Happens]) -> Period:
    """The hours that are in the folder's blocks then, with what rules record of them."""
    clock = DrivenClock(wall=time.time() // STEP * STEP - (HOURS + 0.2) * 3600)
    async with SimulatedCloud(jobs=48, seed=3, now=clock.time) as cloud:
        samples = folder / "samples.txt"
        with samples.open("w") as into:
            await record(cloud, clock, into, hours=HOURS, happens=prepare(cloud))
    load_blocks(samples, folder)
    period = Period(clock.time() - HOURS * 3600, clock.time(), STEP)
    record_rules(folder, period, shown())
    return period


def scenes(uid: str, server: Prometheus, period: Period) -> list[Scene]:
    """The dashboard as it opens; that of a job once for each job."""
    found = board(uid)
    values = resolve(found, server, period, {})
    if uid != "drs-job":
        return [Scene(server, period, values)]
    (variable,) = (item for item in variables(found) if item["name"] == "job_id")
    jobs = options_of(variable, server, period, values)
    return [Scene(server, period, {**values, "job_id": job_id}) for job_id in jobs]


def unanswered(server: Prometheus, period: Period) -> Iterator[str]:
    """Panels with a query that returns nothing, whatever job is chosen; a query that is refused raises."""
    for uid in UIDS:
        views = scenes(uid, server, period)
        for panel in panels(board(uid)):
            for target in panel.get("targets", ()):
                alone: dict[str, Any] = {**panel, "targets": [target]}
                if not any(ask(alone, view)[0] for view in views):
                    yield f"{uid}: {panel['title']}"


async def test_every_query_answers_on_a_busy_fleet(tmp_path: Path) -> None:
    """All phases, failures, delays, disaster recovery, batches and a cloud that fails now and then."""
    period = await recorded(tmp_path, busy)
    with prometheus(tmp_path) as server:
        assert list(unanswered(server, period)) == []
        for uid in UIDS:
            found = board(uid)
            values = resolve(found, server, period, {})
            for variable in variables(found):
                offers = options_of(variable, server, period, values)
                assert bool(offers) == (variable["name"] != UNRECORDED), variable["name"]
            for annotation in found["annotations"]["list"]:
                server.over_time(substitute(annotation["expr"], values), period.start, period.end, STEP)


async def test_on_a_healthy_fleet_only_panels_of_trouble_are_empty(tmp_path: Path) -> None:
    period = await recorded(tmp_path, calm)
    with prometheus(tmp_path) as server:
        assert set(unanswered(server, period)) - EITHER == set(TROUBLE)
