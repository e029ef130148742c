"""The landing page: how each project and each of its collectors fares, and whether the pace can be kept."""

import aiohttp
import pytest

from drs_exporter.snapshot import BudgetUse, CollectorState, Project
from drs_exporter.web.pages.landing import landing_page
from tests.web.memory import MemoryDaemon, Serve, make_project
from tests.web.reader import Reader, page


async def test_the_landing_page_says_how_each_collector_fares(
    serve: Serve, http: aiohttp.ClientSession, daemon: MemoryDaemon
) -> None:
    daemon.snapshots = [make_project("prod", jobs=3), make_project("dead", jobs=1, up=False), Project(name="new")]
    daemon.waiting = "the first poll of new is under way"
    response, body = await page(http, await serve() + "/")
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    text = body.decode()
    for expected in (
        'href="metrics"',
        'href="jobs"',
        'href="probe?target=prod"',
        'href="jobs?project=prod"',
        "the first poll of new is under way",
        "cannot connect: timed out",
        "not offered here",
        "first poll under way",
        ">down<",
        ">up<",
        "3 jobs",
        "no jobs known",
    ):
        assert expected in text
    [failed] = [row for row in Reader(body).rows if "failed" in row]
    assert failed.split()[:3] == ["jobs", "failed", "30"] or "s ago" in failed


def test_a_collector_that_has_not_run_says_so() -> None:
    project = Project(name="prod", polled=1.0, collectors=(CollectorState(collector="quotas", interval=3600.0),))
    [_, row] = Reader(landing_page([project], now=2.0, telemetry_path="/metrics", trouble=None)).rows
    assert row.split() == ["quotas", "not", "run", "yet", "\u2013", "\u2013", "1", "h"]


@pytest.mark.parametrize(
    ("drs", "cloud_eye", "expected"),
    [
        (None, None, ""),
        (0.43, None, "Of the request budget: DRS 43 %; every interval is kept"),
        (0.43, 0.02, "DRS 43 %, Cloud Eye 2 %; every interval is kept"),
        (2.0, 0.02, "Intervals are stretched 2.0 times: what helps drs"),
        (0.5, 1.5, "Intervals are stretched 1.5 times: what helps cloud_eye"),
    ],
)
def test_the_landing_page_says_whether_the_pace_can_be_kept(
    drs: float | None, cloud_eye: float | None, expected: str
) -> None:
    budgets = tuple(
        BudgetUse(service, title, use, remedy=f"what helps {service}" if (use or 0.0) > 1 else "")
        for service, title, use in (("drs", "DRS", drs), ("cloud_eye", "Cloud Eye", cloud_eye))
    )
    project = Project(name="prod", polled=1.0, budgets=budgets)
    text = landing_page([project], now=2.0, telemetry_path="/metrics", trouble=None).decode()
    assert expected in text
    assert ("Of the request budget" in text) is bool(expected)


@pytest.mark.parametrize(("age", "took", "old"), [(1801.0, None, True), (1799.0, None, False), (1801.0, 900.0, False)])
def test_the_landing_page_marks_what_is_old(age: float, took: float | None, old: bool) -> None:
    """Old is what was not read for three intervals, or three rounds where those take longer; then that is said too."""
    state = CollectorState("details", 600.0, supported=True, success=True, round=took, last_success=10_000.0)
    project = Project(name="prod", polled=1.0, collectors=(state,))
    text = landing_page([project], now=10_000.0 + age, telemetry_path="/metrics", trouble=None).decode()
    assert ('class="over"' in text) is old
    assert ("took 15 min" in text) is (took is not None)
