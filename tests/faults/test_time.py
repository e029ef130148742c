"""Time: credentials that end, clocks that jump, and polls at their pace."""

import itertools

import pytest

from drs_exporter.simulator import SimulatedCloud
from drs_exporter.simulator.exchange import Exchange
from tests.faults.conftest import FROZEN
from tests.faults.daemon import INTERVAL, Daemon, entry
from tests.faults.driven_clock import DrivenClock

DAY = 86_400.0


@pytest.mark.parametrize("how", ["revoked", "expired"])
async def test_a_token_that_ends_in_the_middle_of_a_poll_is_renewed_once(
    how: str, steady: Daemon, cloud: SimulatedCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every call after the listing is refused; all share one renewal, and nothing is lost or logged."""
    before = await steady.scrape()
    sign_ins = cloud.calls["sign_in"]
    take, first = cloud.faults.take, itertools.count()

    def end_the_token(exchange: Exchange) -> object:
        if exchange.operation != "list_jobs" and next(first) == 0:
            cloud.identity.expire()
            if how == "revoked":
                cloud.identity.revoke()
        return take(exchange)

    monkeypatch.setattr(cloud.faults, "take", end_the_token)
    assert await steady.poll() == []
    page = await steady.scrape()
    assert page.of_the_cloud() == before.of_the_cloud()
    assert page.health() == before.health()
    assert cloud.calls["sign_in"] - sign_ins == 1
    code = {"revoked": "401", "expired": "403"}[how]
    refused = page.of("drs_exporter_api_requests_total", code=code)
    assert sum(refused.values()) > 0
    assert page.value("drs_exporter_sign_ins_total") == sign_ins + 1


async def test_a_token_is_renewed_before_it_ends(steady: Daemon, cloud: SimulatedCloud) -> None:
    """Through two lives of a token no request is ever refused."""
    cloud.identity.token_lifetime = 1800.0
    cloud.identity.revoke()
    await steady.poll()
    for _ in range(60):
        assert await steady.poll() == []
    page = await steady.scrape()
    assert sum(page.of("drs_exporter_api_requests_total", code="403").values()) == 0
    assert cloud.calls["sign_in"] >= 3


@pytest.mark.parametrize("jump", [2 * DAY, -2 * DAY, 400 * DAY, -400 * DAY, 1.5, -1.5])
async def test_a_jumping_clock_drops_nothing_and_skips_no_poll(
    jump: float, steady: Daemon, cloud: SimulatedCloud
) -> None:
    """Holds, intervals and tokens go by the monotonic clock; the service may refuse a token, which is renewed."""
    before, wall = await steady.scrape(), steady.clock.time()
    steady.clock.jump(jump)
    for _ in range(3):
        assert await steady.poll() == []
        page = await steady.scrape()
        assert page.jobs() == before.jobs()
        assert page.health() == before.health()
    stamp = page.value("drs_exporter_collector_last_success_timestamp_seconds", collector="jobs")
    assert stamp == pytest.approx(wall + jump + 3 * INTERVAL, abs=5)
    assert cloud.calls["list_jobs"] >= 15


async def test_a_signature_refused_for_a_wrong_clock_says_so(daemon: Daemon, clock: DrivenClock) -> None:
    start, began = clock.time(), clock.monotonic()
    service = SimulatedCloud(jobs=5, seed=3, speed=FROZEN, now=lambda: start + clock.monotonic() - began)
    async with service as cloud:
        keys = {"username": None, "password": None, "domain_name": None}
        signed = {"access_key": cloud.access_key, "secret_key": cloud.secret_key}
        project = {name: value for name, value in entry(cloud, **signed).items() if name not in keys}
        daemon.configure(project)
        async with daemon:
            assert await daemon.poll() == []
            clock.jump(1200)
            (event,) = [event for event in await daemon.poll() if event["collector"] == "jobs"]
            assert event["error"].endswith("; this machine's clock is 20 minutes ahead of the service's")
            clock.jump(-1200)
            assert {event["event"] for event in await daemon.poll()} == {"collector.recovered"}


async def test_every_collector_of_every_poll_runs_at_the_second_poll_too(daemon: Daemon, cloud: SimulatedCloud) -> None:
    """The second poll comes at the project's offset, less than an interval after the first."""
    daemon.configure(entry(cloud))
    async with daemon:
        first = dict(cloud.calls)
        began = daemon.clock.monotonic()
        await daemon.poll()
        assert daemon.clock.monotonic() - began < INTERVAL
        for operation in ("list_jobs", "batch_status", "batch_progress", "batch_rpo_rto"):
            assert cloud.calls[operation] == 2 * first[operation]
