"""Clients that read nothing, send nothing, or leave."""

import asyncio
import logging
import select
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import aiohttp
import psutil
import pytest
from structlog.testing import capture_logs
from yarl import URL

from drs_exporter.web import places
from drs_exporter.web.answers import SLICE
from drs_exporter.web.server import Server
from tests.web.memory import HandClock, MemoryDaemon, Serve, always

LARGE = 8 * 1024 * 1024

Dial = Callable[..., Awaitable[socket.socket]]


@pytest.fixture
async def dial() -> AsyncIterator[Dial]:
    """Raw connections with small receive buffers, for those that stop reading.

    Whoever reads on has a buffer as clients have: through a window of 4 KiB eight megabytes take ten seconds.
    """
    with_all = AsyncExitStack()
    async with with_all:

        async def connect(url: str, *, reads_on: bool = False) -> socket.socket:
            raw = with_all.enter_context(socket.socket())
            if not reads_on:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            raw.settimeout(0)
            address = URL(url)
            await asyncio.get_running_loop().sock_connect(raw, (address.host, address.port))
            return raw

        yield connect


async def stuck(
    dial: Dial, url: str, count: int, *, path: str = "/metrics", reads_on: bool = False
) -> list[socket.socket]:
    """Answers of which only the first bytes are read, for now."""
    loop = asyncio.get_running_loop()
    sockets = [await dial(url, reads_on=reads_on) for _ in range(count)]
    for raw in sockets:
        await loop.sock_sendall(raw, f"GET {path} HTTP/1.1\r\nHost: exporter\r\n\r\n".encode())
    for raw in sockets:
        assert (await loop.sock_recv(raw, 12)) == b"HTTP/1.1 200"
    return sockets


async def ended(raw: socket.socket) -> bytes:
    """Everything until the other side closes or breaks off."""
    loop, got = asyncio.get_running_loop(), b""
    try:
        while piece := await asyncio.wait_for(loop.sock_recv(raw, 65536), 5):
            got += piece
    except ConnectionResetError:
        pass
    return got


@pytest.fixture
def large(daemon: MemoryDaemon, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Eight megabytes of metrics, and of configuration, prepared once."""
    body = b"# padding\n" * (LARGE // 10)
    monkeypatch.setattr(daemon, "metrics", always(body))
    monkeypatch.setattr(daemon, "configuration", body.decode)
    return body


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stalls may do so for as long as any test takes."""
    monkeypatch.setattr(places, "PATIENCE", 600.0)


@pytest.mark.parametrize(
    ("kind", "paths"), [("scrapes", ("/metrics", "/probe?target=prod")), ("pages", ("/", "/jobs", "/sd", "/config"))]
)
@pytest.mark.usefixtures("large", "patient")
async def test_the_forty_first_answer_of_a_kind_is_refused_until_another_ends(
    serve: Serve, http: aiohttp.ClientSession, dial: Dial, *, kind: str, paths: tuple[str, ...]
) -> None:
    """Scrapes and pages do not take each other's places, and what an orchestrator asks needs none."""
    url = await serve()
    sockets = await stuck(dial, url, 40, path="/metrics" if kind == "scrapes" else "/config")
    with capture_logs() as logs:
        for path in paths:
            async with http.get(url + path) as response:
                assert response.status == 503
                assert f"40 {kind} are being answered already" in await response.text()
                assert response.headers["Retry-After"] == "5"
        for path in ("/-/healthy", "/" if kind == "scrapes" else "/metrics"):
            async with http.get(url + path) as response:
                assert response.status == 200
        for raw in sockets:
            raw.close()
        async with asyncio.timeout(5):
            while True:
                async with http.get(url + paths[0]) as response:
                    if response.status == 200:
                        break
    assert [(entry["event"], entry["kind"]) for entry in logs] == [
        ("answers.refused", kind),
        ("answers.accepted", kind),
    ]


@pytest.mark.usefixtures("large")
async def test_readers_that_stall_give_way_to_one_that_comes_anew(
    serve: Serve, http: aiohttp.ClientSession, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "PATIENCE", 0.0)
    url = await serve(max_requests=3)
    await stuck(dial, url, 3)
    with capture_logs() as logs:
        for _ in range(2):
            async with http.get(url + "/metrics") as response:
                assert response.status == 200
                assert len(await response.read()) == LARGE // 10 * 10
    assert [entry["event"] for entry in logs] == ["reader.displaced"]


@pytest.mark.usefixtures("large", "patient")
async def test_one_address_cannot_hold_every_place_for_a_moment(
    serve: Serve, http: aiohttp.ClientSession, dial: Dial
) -> None:
    """Whoever comes from elsewhere need not wait until the others have stalled for long."""
    url = await serve(max_requests=3, addresses=["0.0.0.0:0"])
    await stuck(dial, url, 3)
    async with http.get(url + "/metrics") as response:
        assert response.status == 503
    connector = aiohttp.TCPConnector(local_addr=("127.0.0.2", 0))
    async with aiohttp.ClientSession(connector=connector) as elsewhere, elsewhere.get(url + "/metrics") as response:
        assert response.status == 200


@pytest.mark.usefixtures("large")
async def test_scrapers_that_do_not_read_hold_a_slice_each_and_delay_nobody(
    serve: Serve, http: aiohttp.ClientSession, dial: Dial
) -> None:
    url = await serve()
    before = psutil.Process().memory_info().rss
    await stuck(dial, url, 30)
    grown = psutil.Process().memory_info().rss - before
    assert grown < 30 * 2 * SLICE + LARGE
    async with asyncio.timeout(5):
        async with http.get(url + "/metrics") as response:
            assert len(await response.read()) == LARGE // 10 * 10


@pytest.mark.usefixtures("large")
async def test_a_scraper_that_reads_nothing_is_dropped_in_time(serve: Serve, dial: Dial) -> None:
    with capture_logs() as logs:
        [raw] = await stuck(dial, await serve(write_within=0.2, max_requests=1), 1)
        poll = select.poll()
        poll.register(raw, 0)  # tells of nothing but the connection's end; not a byte is read
        [(_, event)] = await asyncio.to_thread(poll.poll, 5000)
        assert event & select.POLLERR
    assert logs == [{"event": "scraper.dropped", "path": "/metrics", "after": 0.2, "log_level": "info"}]


async def test_a_slow_but_steady_scraper_gets_everything(serve: Serve, dial: Dial, large: bytes) -> None:
    [raw] = await stuck(dial, await serve(), 1, reads_on=True)
    loop, got = asyncio.get_running_loop(), b""
    while not got.endswith(large[-100:]) or len(got) < len(large):
        got += await asyncio.wait_for(loop.sock_recv(raw, 65536), 5)
    assert got.partition(b"\r\n\r\n")[2] == large


@pytest.mark.parametrize(
    "start", [b"", b"GET /metrics HTTP/1.1\r\nHost: x\r\n", b"G"], ids=["nothing", "half a header", "one byte"]
)
async def test_a_request_that_does_not_arrive_in_time_is_hung_up_on(serve: Serve, dial: Dial, start: bytes) -> None:
    raw = await dial(await serve(request_within=0.2))
    await asyncio.get_running_loop().sock_sendall(raw, start)
    assert await ended(raw) == b""


async def test_the_second_request_of_a_connection_is_bounded_too(serve: Serve, dial: Dial) -> None:
    raw = await dial(await serve(request_within=0.2))
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(raw, b"GET /-/ready HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (await loop.sock_recv(raw, 65536)).endswith(b"ready\n")
    await loop.sock_sendall(raw, b"GET /-/ready HTTP/1.1\r\n")
    assert await ended(raw) == b""


@pytest.mark.usefixtures("large")
async def test_a_request_behind_one_being_answered_may_wait(serve: Serve, dial: Dial) -> None:
    [raw] = await stuck(dial, await serve(request_within=0.1), 1, reads_on=True)
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(raw, b"GET /-/ready HTTP/1.1\r\nHost: x\r\n\r\n")
    while b"ready\n" not in (got := await asyncio.wait_for(loop.sock_recv(raw, 65536), 5)):
        assert got


async def test_an_idle_connection_stays_open(serve: Serve, dial: Dial) -> None:
    raw = await dial(await serve(request_within=0.1))
    loop = asyncio.get_running_loop()
    for _ in range(2):
        await loop.sock_sendall(raw, b"GET /-/ready HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await loop.sock_recv(raw, 65536)).endswith(b"ready\n")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(loop.sock_recv(raw, 1), 0.25)


@pytest.mark.parametrize(
    "rubbish", [b"\x16\x03\x01\x00\xa5\x01\x00\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"]
)
async def test_what_is_not_http_gets_a_sentence_and_no_traceback(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture, rubbish: bytes
) -> None:
    raw = await dial(await serve())
    with caplog.at_level(logging.DEBUG):
        await asyncio.get_running_loop().sock_sendall(raw, rubbish)
        assert (await ended(raw)).endswith(b"\r\n\r\nnot a request this server understands\n")
    assert not [record for record in caplog.records if record.levelno >= logging.INFO]


async def test_a_bug_is_a_500_with_its_traceback_in_the_log(
    serve: Serve,
    http: aiohttp.ClientSession,
    daemon: MemoryDaemon,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(daemon, "unready", lambda: 1 / 0)
    async with http.get(await serve() + "/-/ready") as response:
        assert response.status == 500
        assert "division" not in await response.text()
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.usefixtures("large")
async def test_stopping_waits_for_answers_only_so_long(daemon: MemoryDaemon, clock: HandClock, dial: Dial) -> None:
    server = Server(daemon, addresses=["127.0.0.1:0"], clock=clock, grace=0.2)
    await server.start()
    await stuck(dial, server.urls()[0], 3)
    async with asyncio.timeout(5):
        await server.stop()
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


async def test_stopping_lets_an_answer_end(daemon: MemoryDaemon, clock: HandClock, dial: Dial, large: bytes) -> None:
    server = Server(daemon, addresses=["127.0.0.1:0"], clock=clock, grace=10)
    await server.start()
    [raw] = await stuck(dial, server.urls()[0], 1, reads_on=True)
    idle = await dial(server.urls()[0])
    stopping = asyncio.create_task(server.stop())
    assert await ended(idle) == b""
    got = await ended(raw)
    await stopping
    assert got.partition(b"\r\n\r\n")[2] == large


async def test_a_server_that_never_started_can_be_stopped(daemon: MemoryDaemon, clock: HandClock) -> None:
    await Server(daemon, addresses=[":0"], clock=clock).stop()
