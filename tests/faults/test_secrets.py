"""What becomes of a credential while the daemon runs is one project's trouble, named, and over when it is over."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from drs_exporter.simulator import SimulatedCloud
from tests.faults.daemon import INTERVAL, Daemon, Event, entry


@asynccontextmanager
async def beside(daemon: Daemon, cloud: SimulatedCloud, **changes: object) -> AsyncIterator[None]:
    """The daemon with a project that is right beside one with these changes."""
    daemon.configure(entry(cloud, "good"), entry(cloud, "bad", **changes))
    async with daemon:
        await daemon.advance(INTERVAL)
        page = await daemon.scrape()
        assert (page.value("drs_up", project="good"), page.value("drs_up", project="bad")) == (1, 1)
        yield


async def failed(daemon: Daemon, cloud: SimulatedCloud) -> list[Event]:
    """Two polls in which the bad project fails and the good one does not notice; what was logged."""
    events = await daemon.advance(2 * INTERVAL)
    assert {event["project"] for event in events} == {"bad"}
    assert {event["event"] for event in events} == {"collector.failed"}
    page = await daemon.scrape()
    assert (page.value("drs_up", project="good"), page.value("drs_up", project="bad")) == (1, 0)
    assert (await daemon.get("/-/healthy"))[0] == 200
    assert cloud.calls["list_jobs"]
    return events


async def recovered(daemon: Daemon, *, after: float = INTERVAL) -> None:
    """Both projects work again."""
    await daemon.advance(after)
    page = await daemon.scrape()
    assert (page.value("drs_up", project="good"), page.value("drs_up", project="bad")) == (1, 1)


@pytest.mark.parametrize(
    ("setting", "text"), [("token", "one\ntwo"), ("token", "bell\x07"), ("access_key", "nul\0inside"), ("token", "")]
)
async def test_a_secret_replaced_by_what_is_none_is_its_own_projects_failure(
    daemon: Daemon, cloud: SimulatedCloud, tmp_path: Path, setting: str, text: str
) -> None:
    file, other = tmp_path / "secret", tmp_path / "other"
    good = cloud.identity.issue_token() if setting == "token" else cloud.access_key
    file.write_text(good)
    other.write_text(cloud.secret_key)
    changes: dict[str, Any] = {"username": None, "password": None, "domain_name": None, f"{setting}_file": str(file)}
    if setting == "access_key":
        changes["secret_key_file"] = str(other)
    async with beside(daemon, cloud, **changes):
        file.write_text(text, newline="")
        (event, *_) = await failed(daemon, cloud)
        assert str(file) in event["error"]
        assert event["reason"] == "auth"
        file.write_text(good)
        await recovered(daemon)


async def test_a_token_of_iam_that_no_header_can_hold_is_its_own_projects_failure(
    daemon: Daemon, cloud: SimulatedCloud
) -> None:
    async with (
        SimulatedCloud(jobs=6, now=cloud.time.now) as strange,
        beside(daemon, cloud, endpoint=strange.url, iam_endpoint=strange.url),
    ):
        strange.faults.set("sign_in", "control_token")
        strange.identity.revoke()
        events = await failed(daemon, cloud)
        assert {event["reason"] for event in events} <= {"auth", "schema"}
        assert "no header can" in events[0]["error"]
        strange.faults.clear()
        await recovered(daemon, after=6 * INTERVAL)


@pytest.mark.parametrize("text", ["http://a..b:3128", "socks5://127.0.0.1:1080", "//x"])
async def test_a_proxy_that_cannot_be_one_is_its_own_projects_failure(
    daemon: Daemon, cloud: SimulatedCloud, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "proxy"
    file.write_text(cloud.url)
    daemon.configure(entry(cloud, "good"), entry(cloud, "bad", proxy_url_file=str(file)))
    async with daemon:
        await daemon.advance(INTERVAL)
        file.write_text(text)
        (event, *_) = await failed(daemon, cloud)
        assert "proxy" in event["error"]
        assert text not in event["error"]
