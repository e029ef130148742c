"""What others reported of aiohttp's servers and of exporters, tried here; the number is that of their report."""

import asyncio
import logging
import random
import socket
import struct

import psutil
import pytest
from structlog.testing import capture_logs
from yarl import URL

from drs_exporter.clock import SystemClock
from drs_exporter.web.server import Server
from tests.web.memory import MemoryDaemon, Serve, always

READY = b"GET /-/ready HTTP/1.1\r\nHost: x\r\n\r\n"

REQUESTS = {
    "aiohttp 7715: a header that is no UTF-8": b"GET / HTTP/1.1\r\n\xff\r\n\r\n",
    "aiohttp 7715: a value that is no UTF-8": b"GET / HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n",
    "aiohttp 7817: Java's RMI": b"JRMI\x00\x02K\r\n\r\n",
    "aiohttp 7817: a remote desktop": b"\x03\x00\x00/*\xe0\x00\x00\x00\x00\x00Cookie: mstshash=Administr\r\n\r\n",
    "aiohttp 7817: TLS on a plain port": bytes.fromhex("16030100f8010000f40303") + b"\r\n\r\n",
    "aiohttp 7468: a value with a line feed": b"GET / HTTP/1.1\nHost: 127.0.0.1\n\n",
    "GHSA-gfw2-4jvh-wgfg: a space before the colon": b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length : 1\r\n\r\nX",
    "GHSA-gfw2-4jvh-wgfg: a NUL in a value": b"GET / HTTP/1.1\r\nHost: v\x00alue\r\n\r\n",
    "GHSA-gfw2-4jvh-wgfg: a signed length": b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\nX",
    "GHSA-45c4-8wx5-qw6w: a return in a value": b"GET / HTTP/1.1\r\nHost: x\r\n"
    b"A: \rTransfer-Encoding: chunked\r\n\r\n1\r\nA\r\n",
    "GHSA-8qpw-xqxj-h4r2: a version of letters": "GET / HTTP/1ö1\r\nHost: x\r\n\r\n".encode(),
    "GHSA-8qpw-xqxj-h4r2: a version of other digits": b"GET / HTTP/1.\xf0\x9d\x9f\x99\r\nHost: x\r\n\r\n",
    "GHSA-8qpw-xqxj-h4r2: a method that is none": b"GET/: HTTP/1.1\r\nHost: x\r\n\r\n",
    "aiohttp 6182: two ways to tell the length": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n",
    "aiohttp 6446: HTTP/2 as an upgrade": b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\n"
    b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n",
    "aiohttp 6446: HTTP/2 at once": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    "aiohttp 5436: waiting to be told to go on": b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
    b"Content-Length: 99\r\n\r\n",
    "a URL that is none": b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n",
    "a path of bytes": b"GET /\xff\xfe%zz%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    "a query of bytes": b"GET /metrics?project=%ff%fe&project=\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    "a target of every project": b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    "a tunnel": b"CONNECT cloud.example:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    "a long line": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 1000 + b"\r\n",
}


async def exchange(url: str, request: bytes) -> bytes:
    """What comes of some bytes, until the server has nothing more to say."""
    where = URL(url)
    reader, writer = await asyncio.open_connection(where.host, where.port)
    try:
        writer.write(request)
        writer.write_eof()
        async with asyncio.timeout(5):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.transport.abort()


@pytest.mark.parametrize("request_", REQUESTS)
async def test_a_strange_request_is_refused_in_a_sentence_and_logs_nothing(
    serve: Serve, caplog: pytest.LogCaptureFixture, request_: str
) -> None:
    url = await serve()
    with caplog.at_level(logging.INFO), capture_logs() as logs:
        got = await exchange(url, REQUESTS[request_])
    assert got.split()[1] in {b"200", b"400", b"404", b"405", b"413"}
    assert not caplog.records
    assert not logs
    assert (await exchange(url, READY)).endswith(b"ready\n")


async def test_whatever_bytes_come_no_bug_of_ours_answers(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """A thousand requests with a few bytes changed, added or left out."""
    url, generator = await serve(lifecycle=True), random.Random(7)
    kinds = [*REQUESTS.values(), READY, b"POST /-/reload HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\n\r\n"]
    with caplog.at_level(logging.INFO):
        for _ in range(1000):
            request = bytearray(generator.choice(kinds)[:2000])
            for _ in range(generator.randrange(4)):
                place = generator.randrange(len(request))
                request[place : place + generator.randrange(2)] = generator.randbytes(generator.randrange(3))
            got = await exchange(url, bytes(request))
            assert not got.startswith(b"HTTP/1.1 5"), request
    assert not caplog.records


async def test_aiohttp_1221_a_connection_that_idles_does_not_keep_the_server_from_stopping(
    daemon: MemoryDaemon,
) -> None:
    server = Server(daemon, addresses=["127.0.0.1:0"], clock=SystemClock())
    await server.start()
    where = URL(server.urls()[0])
    reader, writer = await asyncio.open_connection(where.host, where.port)
    writer.write(READY)
    assert await reader.readuntil(b"ready\n")
    async with asyncio.timeout(5):
        await server.stop()
        assert await reader.read() == b""
    writer.close()


async def test_aiohttp_9138_the_end_of_idling_never_meets_a_request(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request whose first byte came in time is answered, however near the end of keep-alive it came."""
    monkeypatch.setattr("drs_exporter.web.connection.KEEPALIVE", 0.2)
    where = URL(await serve())
    reader, writer = await asyncio.open_connection(where.host, where.port)
    for _ in range(3):
        writer.write(READY)
        assert await reader.readuntil(b"ready\n")
        writer.write(READY[:10])
        await asyncio.sleep(0.3)
        writer.write(READY[10:])
        assert await reader.readuntil(b"ready\n")
    writer.close()


async def test_jmx_exporter_327_clients_that_leave_early_leave_no_descriptor(
    serve: Serve, daemon: MemoryDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = b"# padding\n" * 800_000
    monkeypatch.setattr(daemon, "metrics", always(body))
    where = URL(await serve())
    before = psutil.Process().num_fds()
    for number in range(60):
        raw = socket.create_connection((str(where.host), int(where.port or 0)))
        raw.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"[: 20 if number % 3 else None])
        await asyncio.sleep(0)
        if number % 2:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raw.close()
    async with asyncio.timeout(5):
        while psutil.Process().num_fds() > before:  # noqa: ASYNC110 - the kernel's
            await asyncio.sleep(0.01)
