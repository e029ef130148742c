"""Faults that no service can make: nobody listens, the name does not resolve, the certificate is another's."""

import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import pytest
import trustme
from aiohttp import web

from drs_exporter.simulator import SimulatedCloud
from tests.faults.daemon import HOLD, Daemon, entry
from tests.faults.failures import UNREACHABLE
from tests.faults.rows import Failure

BY_NAME = {fault.name: fault for fault in UNREACHABLE}
NAME = "drs.sim-north-1.example"
POLLED = ["jobs", "status", "progress", "rpo_rto"]
"""Collectors that are asked at every poll."""

Step = Callable[[], Awaitable[None]]


class Line(NamedTuple):
    """A way to the cloud that can be broken and mended."""

    daemon: Daemon
    host: str
    cut: Step
    mend: Step


@asynccontextmanager
async def refused(daemon: Daemon, cloud: SimulatedCloud) -> AsyncIterator[Line]:
    """The service is stopped, and started again at its port."""
    port = int(cloud.url.rpartition(":")[2])
    daemon.configure(entry(cloud), collectors=POLLED)
    async with daemon:
        yield Line(daemon, f"127.0.0.1:{port}", cloud.stop, lambda: cloud.start(port=port))


@asynccontextmanager
async def unresolved(daemon: Daemon, cloud: SimulatedCloud, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Line]:
    """The name server knows the endpoint, then it does not, then it does again."""
    port = int(cloud.url.rpartition(":")[2])
    known = True
    resolve = socket.getaddrinfo

    def getaddrinfo(host: Any, *rest: Any, **options: Any) -> Any:
        if host != NAME:
            return resolve(host, *rest, **options)
        if not known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve("127.0.0.1", *rest, **options)

    async def switch(*, to: bool) -> None:
        nonlocal known
        known = to
        # Connections that are open need no name.
        await cloud.stop()
        await cloud.start(port=port)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(aiohttp.connector._DNSCacheTable, "expired", lambda *_: True)
    address = f"http://{NAME}:{port}"
    daemon.configure(entry(cloud, endpoint=address, iam_endpoint=address), collectors=POLLED)
    async with daemon:
        yield Line(daemon, f"{NAME}:{port}", lambda: switch(to=False), lambda: switch(to=True))


@asynccontextmanager
async def untrusted(daemon: Daemon, cloud: SimulatedCloud, folder: Path) -> AsyncIterator[Line]:
    """The endpoint shows a certificate of another authority, as a proxy in between would."""
    ours, other = trustme.CA(), trustme.CA()
    ours.cert_pem.write_to_path(folder / "ca.pem")
    port = await show(cloud, ours, port=0)
    address = f"https://127.0.0.1:{port}"
    project = entry(cloud, endpoint=address, iam_endpoint=address, ca_file=str(folder / "ca.pem"))
    daemon.configure(project, collectors=POLLED)

    async def switch(authority: trustme.CA) -> None:
        await cloud.stop()
        await cloud.start()
        await show(cloud, authority, port=port)

    async with daemon:
        yield Line(daemon, f"127.0.0.1:{port}", lambda: switch(other), lambda: switch(ours))


async def show(cloud: SimulatedCloud, authority: trustme.CA, *, port: int) -> int:
    """Serve a running cloud over TLS too, with a certificate of this authority; the port it is served at."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    assert cloud._runner is not None
    known = len(cloud._runner.addresses)
    await web.TCPSite(cloud._runner, "127.0.0.1", port, ssl_context=context).start()
    return int(cloud._runner.addresses[known][1])


async def test_nobody_listens(daemon: Daemon, cloud: SimulatedCloud) -> None:
    async with refused(daemon, cloud) as line:
        await assert_survived(line, BY_NAME["connection refused"])


async def test_the_name_does_not_resolve(
    daemon: Daemon, cloud: SimulatedCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with unresolved(daemon, cloud, monkeypatch) as line:
        await assert_survived(line, BY_NAME["name does not resolve (DNS)"])


async def test_the_certificate_is_another_authoritys(daemon: Daemon, cloud: SimulatedCloud, tmp_path: Path) -> None:
    async with untrusted(daemon, cloud, tmp_path) as line:
        await assert_survived(line, BY_NAME["TLS: certificate of an unknown authority"])


async def assert_survived(line: Line, fault: Failure) -> None:
    """As with a failing listing, but every collector fails, each with its line."""
    daemon = line.daemon
    assert await daemon.poll() == []
    before, read_at = await daemon.scrape(), daemon.clock.monotonic()
    assert set(before.health().values()) == {1}
    await line.cut()

    failed = {event["collector"]: event for event in await daemon.poll()}

    assert failed["jobs"] == fault.log_line(line.host)
    assert failed.keys() == set(POLLED)
    assert {event["error"] for event in failed.values()} == {fault.error.format(host=line.host)}
    held = await daemon.scrape()
    assert held.of_the_cloud() == before.of_the_cloud()
    assert held.health() == {**before.health(), "up": 0, **dict.fromkeys(failed, 0)}
    code, operation = fault.code, "list_jobs"
    assert held.value("drs_exporter_api_requests_total", operation=operation, code=code) == 3 * fault.attempts

    assert await daemon.advance_to(read_at + HOLD + 1) == []
    assert not (await daemon.scrape()).jobs()

    await line.mend()
    assert {event["event"] for event in await daemon.poll()} == {"collector.recovered"}
    after = await daemon.scrape()
    assert after.of_the_cloud() == before.of_the_cloud()
    assert after.health() == before.health()


async def test_a_dead_iam_does_not_matter_while_the_token_lives(steady: Daemon, cloud: SimulatedCloud) -> None:
    before = await steady.scrape()
    cloud.faults.set("sign_in", "close")
    for _ in range(5):
        assert await steady.poll() == []
    assert (await steady.scrape()).of_the_cloud() == before.of_the_cloud()


async def test_the_first_poll_may_find_no_cloud_at_all(daemon: Daemon, cloud: SimulatedCloud) -> None:
    """Started before its network: it serves, says that it is down, is ready, and heals."""
    port = int(cloud.url.rpartition(":")[2])
    daemon.configure(entry(cloud))
    await cloud.stop()
    async with daemon:
        page = await daemon.scrape()
        assert page.value("drs_up") == 0
        assert not page.jobs()
        assert not page.of("drs_jobs")
        assert (await daemon.get("/-/ready"))[0] == 200
        assert (await daemon.get("/-/healthy"))[0] == 200
        daemon.news()
        await cloud.start(port=port)
        events = await daemon.poll()
        assert {event["event"] for event in events} == {"collector.recovered"}
        assert (await daemon.scrape()).jobs()
