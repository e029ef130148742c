"""Several projects: each is alone, and the configuration can change under them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from drs_exporter.simulator import SimulatedCloud
from tests.faults.conftest import FROZEN
from tests.faults.daemon import HOLD, INTERVAL, Daemon, entry
from tests.faults.driven_clock import DrivenClock
from tests.faults.page import Page

NAMES = ("north", "south", "west")
POLLED = ["jobs", "status", "progress", "rpo_rto"]
"""Collectors that are asked at every poll."""


@pytest.fixture
async def clouds(clock: DrivenClock) -> AsyncIterator[dict[str, SimulatedCloud]]:
    """Three clouds of a dozen jobs."""
    async with AsyncExitStack() as stack:
        running = {}
        for seed, name in enumerate(NAMES):
            project_id = f"054ba152d480d55b2f5dc0069e7d1b0{seed}"
            cloud = SimulatedCloud(jobs=12, seed=seed, speed=FROZEN, now=clock.time, project_id=project_id)
            running[name] = await stack.enter_async_context(cloud)
        yield running


@pytest.fixture
async def three(daemon: Daemon, clouds: dict[str, SimulatedCloud]) -> AsyncIterator[Daemon]:
    """A daemon that watches all of them."""
    daemon.configure(*(entry(cloud, name) for name, cloud in clouds.items()))
    async with daemon:
        assert await daemon.advance(INTERVAL) == []
        yield daemon


def of_project(page: Page, name: str) -> dict[object, float]:
    """What the page tells of the jobs of one project."""
    return {series: value for series, value in page.of_the_cloud().items() if ("project", name) in series.labels}


async def test_one_dead_endpoint_leaves_the_other_projects_fresh(
    three: Daemon, clouds: dict[str, SimulatedCloud]
) -> None:
    before = await three.scrape()
    await clouds["south"].stop()
    for _ in range(3):
        polls = {name: clouds[name].calls["list_jobs"] for name in ("north", "west")}
        events = await three.advance(INTERVAL)
        assert {event["project"] for event in events} <= {"south"}
        page = await three.scrape()
        assert {name: page.value("drs_up", project=name) for name in NAMES} == {"north": 1, "south": 0, "west": 1}
        for name in ("north", "west"):
            assert clouds[name].calls["list_jobs"] == polls[name] + 3
            assert of_project(page, name) == of_project(before, name)
            stamp = page.value("drs_exporter_collector_last_success_timestamp_seconds", project=name, collector="jobs")
            assert stamp is not None
            assert three.clock.time() - stamp <= INTERVAL
    assert not page.label("drs_job_info", "job_id", project="south")
    assert (await three.get("/-/healthy"))[0] == 200


async def test_a_hanging_endpoint_delays_nobody_else(daemon: Daemon, clouds: dict[str, SimulatedCloud]) -> None:
    """The others poll on while one listing hangs for good."""
    slow = entry(clouds["south"], "south", request_timeout=0.3)
    daemon.configure(entry(clouds["north"], "north"), slow)
    async with daemon:
        await daemon.advance(INTERVAL)
        clouds["south"].faults.set("*", "hang")
        calls = clouds["north"].calls["list_jobs"]
        await daemon.advance(2 * INTERVAL)
        assert clouds["north"].calls["list_jobs"] == calls + 6
        page = await daemon.scrape()
        assert (page.value("drs_up", project="north"), page.value("drs_up", project="south")) == (1, 0)


async def test_a_listing_that_hangs_does_not_starve_the_other_collectors(
    daemon: Daemon, clouds: dict[str, SimulatedCloud]
) -> None:
    """After half of the poll's time the others go on with the jobs that are known."""
    daemon.configure(entry(clouds["north"], "north"), poll_timeout=1, request_timeout=10)
    async with daemon:
        await daemon.poll()
        before = await daemon.scrape()
        clouds["north"].faults.set("list_jobs", "hang")
        calls = clouds["north"].calls["batch_status"]
        (event,) = await daemon.poll()
        assert (event["collector"], event["reason"]) == ("jobs", "timeout")
        assert event["error"].startswith("no call has ended for 1 s, 0 of 1 were done: raise poll_timeout")
        assert clouds["north"].calls["batch_status"] == calls + 1
        page = await daemon.scrape()
        assert page.health() == {**before.health(), "up": 0, "jobs": 0}
        assert page.of_the_cloud() == before.of_the_cloud()


@pytest.mark.parametrize("project", ["north", "south"])
async def test_a_reload_adds_removes_and_changes_projects_without_losing_the_others(
    project: str, three: Daemon, clouds: dict[str, SimulatedCloud]
) -> None:
    before = await three.scrape()
    changed = entry(clouds[project], project, collectors=["jobs", "status", "progress"])
    three.configure(changed, entry(clouds["west"], "east"))
    assert await three.get("/-/reload", method="POST") == (200, b"reloaded\n")
    page = await three.scrape()
    assert page.label("drs_up", "project") == {project, "east"}
    assert {series for series in page.series if ("project", "west") in series.labels} == set()
    assert page.value("drs_up", project=project) == 1
    kept, was = of_project(page, project), of_project(before, project)
    assert kept.items() <= was.items()
    assert kept
    assert page.value("drs_exporter_config_last_reload_successful") == 1
    await three.clock.settled(2)
    await three.advance(INTERVAL)
    page = await three.scrape()
    assert page.value("drs_up", project="east") == 1
    assert page.label("drs_job_info", "job_id", project="east")
    assert [event["event"] for event in three._events if event["event"] != "config.reloaded"] == []
    assert (await three.get("/-/ready"))[0] == 200


async def test_an_unchanged_project_is_not_disturbed_by_a_reload(
    three: Daemon, clouds: dict[str, SimulatedCloud]
) -> None:
    calls = clouds["north"].calls.total()
    watch = three.exporter._watches["north"]
    three.configure(*(entry(cloud, name) for name, cloud in clouds.items() if name != "south"))
    assert (await three.get("/-/reload", method="POST"))[0] == 200
    assert three.exporter._watches["north"] is watch
    assert clouds["north"].calls.total() == calls


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("projects: [", "YAML"),
        ("poll_intervall: 5s\nprojects: []\n", "poll_intervall"),
        ("", "project"),
    ],
)
async def test_a_bad_file_keeps_the_old_configuration_and_says_why(
    text: str, reason: str, three: Daemon, clouds: dict[str, SimulatedCloud]
) -> None:
    before = await three.scrape()
    three.write(text)
    status, body = await three.get("/-/reload", method="POST")
    assert status == 500
    assert reason in body.decode()
    (event,) = three.news()
    assert (event["event"], event["log_level"]) == ("config.reload_failed", "error")
    assert reason in event["error"]
    await three.advance(2)  # the end of a page may be a second old
    page = await three.scrape()
    assert page.of_the_cloud() == before.of_the_cloud()
    assert page.value("drs_exporter_config_last_reload_successful") == 0
    assert await three.advance(INTERVAL) == []
    assert (await three.scrape()).label("drs_up", "project") == set(NAMES)
    three.configure(*(entry(cloud, name) for name, cloud in clouds.items()))
    assert (await three.get("/-/reload", method="POST"))[0] == 200
    assert (await three.scrape()).value("drs_exporter_config_last_reload_successful") == 1


async def test_settings_that_need_a_restart_are_refused_by_name(
    three: Daemon, clouds: dict[str, SimulatedCloud]
) -> None:
    three.configure(entry(clouds["north"], "north"), web_max_requests=7, shard=1, total_shards=2)
    status, body = await three.get("/-/reload", method="POST")
    assert status == 500
    assert all(name in body.decode() for name in ("web_max_requests", "shard", "total_shards"))
    assert (await three.scrape()).label("drs_up", "project") == set(NAMES)


async def test_held_data_survives_a_change_of_its_project(three: Daemon, clouds: dict[str, SimulatedCloud]) -> None:
    """A new password while the service is down: the held series stay as long as they would have."""
    # What is read beside the polls is read at times of its own, and so is held until others.
    document = [entry(cloud, name, collectors=POLLED) for name, cloud in clouds.items()]
    three.configure(*document)
    assert (await three.get("/-/reload", method="POST"))[0] == 200
    await three.advance(INTERVAL)
    before = await three.scrape()
    failed_at = three.clock.monotonic()
    clouds["south"].faults.set("*", "500")
    await three.advance(INTERVAL)
    document[1]["request_timeout"] = 3
    three.configure(*document)
    assert (await three.get("/-/reload", method="POST"))[0] == 200
    assert of_project(await three.scrape(), "south") == of_project(before, "south")
    await three.clock.settled(3)
    await three.advance_to(failed_at + HOLD + 1)
    assert not (await three.scrape()).label("drs_job_info", "job_id", project="south")
