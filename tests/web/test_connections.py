"""How many connections there may be, which of them gives way, and what each may leave undone."""

import asyncio
import errno
import logging
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import bcrypt
import pytest
from structlog.testing import capture_logs
from yarl import URL

from drs_exporter.web import descriptors, doorway
from tests.web.memory import MemoryDaemon, Serve

READY = b"GET /-/ready HTTP/1.1\r\nHost: x\r\n\r\n"
HELLO = bytes.fromhex("16030100f8010000f40303")
"""The beginning of a handshake."""

Peer = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Dialling:
    """Raw clients of a server."""

    def __init__(self) -> None:
        """Nobody yet."""
        self.peers: list[Peer] = []

    async def __call__(
        self, url: str, send: bytes = b"", *, trust: ssl.SSLContext | None = None, address: str = "127.0.0.1"
    ) -> Peer:
        """Connect from this address and send something."""
        where = URL(url)
        name = None if trust is None else where.host
        peer = await asyncio.open_connection(
            where.host, where.port, ssl=trust, server_hostname=name, local_addr=(address, 0)
        )
        self.peers.append(peer)
        peer[1].write(send)
        return peer


@pytest.fixture
async def dial() -> AsyncIterator[Dialling]:
    """Closes what it opened."""
    dialling = Dialling()
    yield dialling
    for _, writer in dialling.peers:
        writer.transport.abort()
    await asyncio.sleep(0)


async def ended(peer: Peer) -> bytes:
    """What comes until the other side ends."""
    try:
        async with asyncio.timeout(5):
            return await peer[0].read()
    except ConnectionResetError:
        return b""


async def answered(peer: Peer) -> str:
    """The last line of an answer."""
    async with asyncio.timeout(5):
        return (await peer[0].readuntil(b"\r\n\r\n") + await peer[0].readline()).decode().splitlines()[-1]


def tls_only(folder: Path) -> Path:
    path = folder / "web.yml"
    path.write_text("tls_server_config: {cert_file: server.crt, key_file: server.key}")
    return path


async def test_one_that_idles_longest_gives_way(serve: Serve, dial: Dialling) -> None:
    url = await serve(max_connections=9)
    peers = [await dial(url, READY) for _ in range(9)]
    for peer in peers:
        assert await answered(peer) == "ready"
    peers[0][1].write(READY)
    assert await answered(peers[0]) == "ready"
    with capture_logs() as logs:
        assert await answered(await dial(url, READY)) == "ready"
        assert await ended(peers[1]) == b""
        peers[0][1].write(READY)
        assert await answered(peers[0]) == "ready"
    assert logs == [{"event": "connections.dropped", "limit": 9, "log_level": "warning"}]


async def test_the_address_that_has_most_gives_way(serve: Serve, dial: Dialling) -> None:
    """Whoever opens connections without end pushes out its own."""
    url = await serve(max_connections=12, addresses=["0.0.0.0:0"])
    scraper = await dial(url, READY, address="127.0.0.2")
    assert await answered(scraper) == "ready"
    crowd = [await dial(url, READY) for _ in range(30)]
    assert await answered(crowd[-1]) == "ready"
    scraper[1].write(READY)
    assert await answered(scraper) == "ready"


@pytest.mark.parametrize("send", [b"", b"GET", HELLO], ids=["nothing", "half a word", "a hello"])
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
async def test_strangers_push_out_each_other_and_nobody_known(
    serve: Serve, dial: Dialling, certificates: Path, trust: ssl.SSLContext, send: bytes, *, tls: bool
) -> None:
    """A quarter of the connections is for those that have not asked for anything yet."""
    url = await serve(max_connections=40, web_config_file=tls_only(certificates) if tls else None)
    known = await dial(url, READY, trust=trust if tls else None)
    assert await answered(known) == "ready"
    strangers = [await dial(url, send) for _ in range(60)]
    assert await answered(await dial(url, READY, trust=trust if tls else None)) == "ready"
    known[1].write(READY)
    assert await answered(known) == "ready"
    assert b"200" not in await ended(strangers[0])


async def test_who_has_not_the_password_stays_a_stranger(serve: Serve, dial: Dialling, tmp_path: Path) -> None:
    path = tmp_path / "web.yml"
    path.write_text(f"basic_auth_users: {{prometheus: {bcrypt.hashpw(b'sesame', bcrypt.gensalt(4)).decode()}}}")
    url = await serve(max_connections=40, web_config_file=path)
    peers = [await dial(url, READY) for _ in range(12)]
    assert await answered(peers[-1]) == "user name and password, please"
    assert b"401" in await ended(peers[0])


async def test_without_descriptors_it_waits_and_says_so_once(
    serve: Serve, dial: Dialling, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    accept, refused = loop.sock_accept, 0

    async def exhausted(sock: socket.socket) -> tuple[socket.socket, object]:
        nonlocal refused
        found = await accept(sock)
        if refused == 3:
            return found
        refused += 1
        found[0].close()
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(doorway, "PAUSE", 0.0)
    monkeypatch.setattr(loop, "sock_accept", exhausted)
    with capture_logs() as logs:
        url = await serve()
        for _ in range(3):
            assert await ended(await dial(url)) == b""
        assert await answered(await dial(url, READY)) == "ready"
    assert [(entry["event"], entry["error"]) for entry in logs] == [("connections.refused", "Too many open files")]


def test_the_limit_of_descriptors_is_raised_and_bounds_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = {"now": (256, 1024)}
    monkeypatch.setattr(descriptors.resource, "getrlimit", lambda _: limits["now"])  # type: ignore[attr-defined]
    monkeypatch.setattr(descriptors.resource, "setrlimit", lambda _, new: limits.update(now=new))  # type: ignore[attr-defined]
    assert descriptors.connections(512) == 512
    assert limits["now"] == (1024, 1024)
    limits["now"] = (256, 256)
    assert descriptors.connections(512) == 192
    assert descriptors.connections(100) == 100
    limits["now"] = (64, 64)
    assert descriptors.connections(512) == 32


@pytest.mark.parametrize("first", [b"", HELLO, HELLO[:1]], ids=["nothing", "a hello", "one byte"])
async def test_a_handshake_counts_from_the_connection_s_beginning(
    serve: Serve, dial: Dialling, certificates: Path, first: bytes
) -> None:
    url = await serve(web_config_file=tls_only(certificates), request_within=0.2)
    assert await ended(await dial(url, first)) == b""


async def test_a_handshake_leaves_the_request_only_the_rest_of_its_time(
    serve: Serve, dial: Dialling, certificates: Path, trust: ssl.SSLContext
) -> None:
    url = await serve(web_config_file=tls_only(certificates), request_within=1.0)
    loop = asyncio.get_running_loop()
    began = loop.time()
    peer = await dial(url, b"GET /-/ready HTTP/1.1\r\n", trust=trust)
    assert await ended(peer) == b""
    assert loop.time() - began < 1.9


@pytest.mark.parametrize(
    "send", [READY, b"POST / HTTP/1.0\r\n\r\n", b"x", b"GET / HTTP/1.1\r\n", b"\x15\x03\x01", b"\x80\x2e\x01\x03\x01"]
)
async def test_whatever_is_not_tls_is_told_so_on_a_port_that_speaks_it(
    serve: Serve, dial: Dialling, certificates: Path, daemon: MemoryDaemon, send: bytes
) -> None:
    got = await ended(await dial(await serve(web_config_file=tls_only(certificates)), send))
    assert got.startswith(b"HTTP/1.0 400 Bad Request\r\n")
    assert got.endswith(b"this port speaks HTTPS, and the client sent plain HTTP\n")
    assert daemon.answers == {(None, 400): 1}


@pytest.mark.parametrize("count", [1, 3], ids=["one request", "three in a row"])
async def test_a_client_that_says_it_is_done_gets_its_answers(serve: Serve, dial: Dialling, count: int) -> None:
    peer = await dial(await serve(), READY * count)
    peer[1].write_eof()
    assert (await ended(peer)).count(b"\r\n\r\nready\n") == count


@pytest.mark.parametrize("send", [b"", b"GET /-/ready HTTP/1.1\r\n", READY + b"GET"])
async def test_a_client_that_is_done_without_a_whole_request_is_closed(
    serve: Serve, dial: Dialling, send: bytes
) -> None:
    peer = await dial(await serve(), send)
    peer[1].write_eof()
    assert (await ended(peer)).count(b"ready") == send.count(READY)


BODIES = {
    "compressed": b"Content-Encoding: gzip\r\nContent-Length: 8\r\n\r\nnot gzip",
    "compressed by what is not installed": b"Content-Encoding: br\r\nContent-Length: 2\r\n\r\nxx",
    "chunks that are none": b"Transfer-Encoding: chunked\r\n\r\nzz\r\nxx",
    "chunks": b"Transfer-Encoding: chunked\r\n\r\n2\r\nxx\r\n0\r\n\r\n",
    "never sent": b"Content-Length: 100000000\r\nExpect: 100-continue\r\n\r\n",
    "sent in full": b"Content-Length: 300000\r\n\r\n" + b"x" * 300_000,
    "broken off": b"Content-Length: 10\r\n\r\nx",
    "two lengths": b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nx",
}


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("method", ["POST", "GET", "PUT"])
async def test_a_body_is_refused_unread_before_any_password_and_without_a_line(
    serve: Serve, dial: Dialling, tmp_path: Path, caplog: pytest.LogCaptureFixture, *, method: str, body: str
) -> None:
    path = tmp_path / "web.yml"
    path.write_text(f"basic_auth_users: {{prometheus: {bcrypt.hashpw(b'sesame', bcrypt.gensalt(4)).decode()}}}")
    url = await serve(web_config_file=path, lifecycle=True)
    with caplog.at_level(logging.INFO), capture_logs() as logs:
        peer = await dial(url, f"{method} /-/reload HTTP/1.1\r\nHost: x\r\n".encode() + BODIES[body])
        head = await peer[0].readuntil(b"\r\n\r\n")
        peer[1].write_eof()
        rest = await ended(peer)
        await asyncio.sleep(0)
    assert head.split()[1] == (b"400" if body in {"two lengths", "chunks that are none"} else b"413")
    assert rest in {b"no request here has a body\n", b"not a request this server understands\n"}
    assert b"Connection: close" in head or head.startswith(b"HTTP/1.0")
    assert not caplog.records
    assert not logs


async def test_an_upgrade_is_declined_and_the_connection_goes_on(serve: Serve, dial: Dialling) -> None:
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n"
    peer = await dial(await serve(), b"GET /-/ready HTTP/1.1\r\nHost: x\r\n" + upgrade + b"\r\n")
    assert await answered(peer) == "ready"
    peer[1].write(READY)
    assert await answered(peer) == "ready"


async def test_every_answer_is_counted_by_path_and_code(
    serve: Serve, http: aiohttp.ClientSession, dial: Dialling, daemon: MemoryDaemon
) -> None:
    url = await serve()
    for path in ("/metrics", "/metrics?project=prod", "/probe", "/no", "/no%20more", "/sd"):
        async with http.get(url + path) as response:
            await response.read()
    async with http.post(url + "/sd") as response:
        assert response.status == 405
    async with http.post(url + "/jobs/prod/an-id", data=b"x") as response:
        assert response.status == 413
    await ended(await dial(url, b"nonsense\r\n\r\n"))
    assert daemon.answers == {
        ("/metrics", 200): 2,
        ("/probe", 400): 1,
        (None, 404): 2,
        ("/sd", 200): 1,
        ("/sd", 405): 1,
        ("/jobs/", 413): 1,
        (None, 400): 1,
    }
