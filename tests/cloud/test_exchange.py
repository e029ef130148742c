"""Real sockets on loopback that do what no good server does."""

import asyncio
import gzip
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import aiohttp
import pytest
import trustme
from aiohttp.client_reqrep import ConnectionKey
from pydantic import SecretStr
from yarl import URL

from drs_exporter.cloud.answer import HttpAnswer
from drs_exporter.cloud.bounds import ONE
from drs_exporter.cloud.exchange import HttpExchange
from drs_exporter.cloud.proxies import EnvironmentProxies, GivenProxy
from drs_exporter.cloud.request import Request
from drs_exporter.cloud.session import open_session, trust
from drs_exporter.errors import ApiConnectionError, ApiCredentialError, ApiError, ApiSchemaError, ApiTimeoutError
from drs_exporter.secret import Secret
from tests.cloud.doubles import Handler, http, raw

MEBIBYTE = 1024 * 1024
UNSAYABLE = "something in it cannot be said in HTTP"
NO_HOST = "it, or its proxy, is not a possible host name"
Serve = Callable[..., Awaitable[str]]


def request(endpoint: str) -> Request:
    return Request(operation="quotas", method="GET", endpoint=URL(endpoint), path="/v3/p/quotas")


async def send(
    session: aiohttp.ClientSession, endpoint: str, *, seconds: float = 5.0, proxy: str | None = None
) -> HttpAnswer:
    proxies = EnvironmentProxies() if proxy is None else GivenProxy(Secret("proxy_url", SecretStr(proxy)))
    return await HttpExchange(session, request_timeout=seconds, proxies=proxies).send(request(endpoint))


async def failure(session: aiohttp.ClientSession, endpoint: str, *, seconds: float = 5.0) -> ApiError:
    with pytest.raises(ApiError) as caught:
        await send(session, endpoint, seconds=seconds)
    return caught.value


async def test_an_answer_comes_whole(session: aiohttp.ClientSession, serve: Serve) -> None:
    answer = await send(session, await serve(raw(http("202 Accepted", b'{"a":1}', "X-Request-Id: r1"))))
    assert (answer.status, answer.body) == (202, b'{"a":1}')
    assert answer.headers["x-request-id"] == "r1"


async def test_a_header_of_many_kilobytes_is_read(session: aiohttp.ClientSession, serve: Serve) -> None:
    """Sign-in tokens are that long."""
    token = "t" * 60_000
    answer = await send(session, await serve(raw(http("201 Created", b"{}", f"X-Subject-Token: {token}"))))
    assert answer.headers["X-Subject-Token"] == token


async def test_a_hanging_server_is_a_timeout(session: aiohttp.ClientSession, serve: Serve) -> None:
    error = await failure(session, await serve(raw(b"", then_close=False)), seconds=0.1)
    assert isinstance(error, ApiTimeoutError)
    assert str(error).endswith("within 0.1 s")


async def test_a_dripping_body_ends_by_the_request_timeout(session: aiohttp.ClientSession, serve: Serve) -> None:
    """Each byte comes in time; the whole does not."""

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0)

    assert isinstance(await failure(session, await serve(drip), seconds=0.15), ApiTimeoutError)


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    transport = writer.transport
    assert isinstance(transport, asyncio.Transport)
    transport.abort()


@pytest.mark.parametrize(
    ("handler", "words"),
    [
        (raw(b""), "closed the connection without an answer"),
        (reset, "closed the connection without an answer"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"), "broke off or is badly encoded"),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"), "broke off or is badly encoded"),
        (raw(http("200 OK", b"not gzip", "Content-Encoding: gzip")), "broke off or is badly encoded"),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), "is not valid HTTP"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}"), "is not valid HTTP"),
    ],
)
async def test_a_broken_connection_is_named(
    session: aiohttp.ClientSession, serve: Serve, handler: Handler, words: str
) -> None:
    error = await failure(session, await serve(handler))
    assert isinstance(error, ApiConnectionError)
    assert words in str(error)
    assert "127.0.0.1" in str(error)


async def test_a_refused_connection_is_named(session: aiohttp.ClientSession, unused_port: int) -> None:
    error = await failure(session, f"http://127.0.0.1:{unused_port}")
    assert str(error) == f"cannot connect to 127.0.0.1:{unused_port}: connection refused"


@pytest.fixture
async def unused_port() -> int:
    """A port nobody listens on."""
    server = await asyncio.start_server(Mock(), "127.0.0.1", 0)
    port = int(server.sockets[0].getsockname()[1])
    server.close()
    return port


async def test_a_name_that_cannot_be_resolved_is_named(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nowhere(*_: object, **__: object) -> list[object]:
        raise OSError(-2, "Name or service not known")

    assert isinstance(session.connector, aiohttp.TCPConnector)
    monkeypatch.setattr(session.connector._resolver, "resolve", nowhere)
    error = await failure(session, "https://drs.nowhere.test")
    assert str(error) == "the name of drs.nowhere.test cannot be resolved"


async def test_an_authority_nobody_trusts_is_named(session: aiohttp.ClientSession, serve: Serve) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    error = await failure(session, await serve(raw(http("200 OK", b"{}")), tls=context))
    assert "is not trusted: " in str(error)
    assert "certificate" in str(error)


async def test_a_server_without_tls_is_named(session: aiohttp.ClientSession, serve: Serve) -> None:
    async def mail(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example.test ready\r\n")
        await writer.drain()

    url = await serve(mail)
    error = await failure(session, url.replace("http:", "https:"))
    assert str(error).startswith("no TLS connection to 127.0.0.1")


async def test_a_ca_file_is_trusted_and_verification_can_be_switched_off(serve: Serve, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority = trustme.CA()
    authority.issue_cert("127.0.0.1").configure_cert(context)
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    url = await serve(raw(http("200 OK", b"{}")), tls=context)
    for session in (open_session(trust(ca_file=ca_file)), open_session(trust(tls_verify=False))):
        async with session:
            assert (await send(session, url)).body == b"{}"


async def test_a_body_over_the_limit_is_refused(session: aiohttp.ClientSession, serve: Serve) -> None:
    body = b'"' * (ONE.size + 1)
    assert 4 * MEBIBYTE < ONE.size < 5 * MEBIBYTE
    error = await failure(session, await serve(raw(http("200 OK", body))))
    assert isinstance(error, ApiSchemaError)
    assert str(error) == "the answer is larger than 4 MiB"
    answer = await send(session, await serve(raw(http("200 OK", body[1:]))))
    assert len(answer.body) == ONE.size


async def test_a_small_body_that_unpacks_to_a_large_one_is_so_too(session: aiohttp.ClientSession, serve: Serve) -> None:
    body = gzip.compress(b'"' * 50_000_000)
    assert len(body) < 100_000
    error = await failure(session, await serve(raw(http("200 OK", body, "Content-Encoding: gzip"))))
    assert isinstance(error, ApiSchemaError)
    assert str(error) == "the answer is larger than 4 MiB"


async def test_a_long_refusal_is_read_in_part(session: aiohttp.ClientSession, serve: Serve) -> None:
    answer = await send(session, await serve(raw(http("500 Oops", b"<" + b"x" * 500_000))))
    assert answer.status == 500
    assert len(answer.body) == 256 * 1024


async def test_a_redirect_is_not_followed(session: aiohttp.ClientSession, serve: Serve) -> None:
    answer = await send(session, await serve(raw(http("302 Found", b"", "Location: http://127.0.0.1:1/"))))
    assert answer.status == 302


class Proxy:
    """Notes what a proxy is asked first, and refuses it."""

    def __init__(self, status: str) -> None:
        self.asked: list[str] = []
        self._status = status

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(http(self._status, b""))
        await writer.drain()


async def test_a_proxy_that_is_set_is_used_with_its_password_and_named_without(
    session: aiohttp.ClientSession, serve: Serve
) -> None:
    proxy = Proxy("407 Proxy Authentication Required")
    url = (await serve(proxy)).replace("http://", "http://user:hidden@")
    with pytest.raises(ApiConnectionError) as caught:
        await send(session, "https://drs.example.test", proxy=url)
    assert str(caught.value) == "the proxy refused to connect to drs.example.test: HTTP 407"
    assert proxy.asked[0].startswith("CONNECT drs.example.test:443 ")
    assert "Proxy-Authorization: Basic " in proxy.asked[0]


async def test_the_environments_proxy_is_used_for_https(
    session: aiohttp.ClientSession, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = Proxy("503 Busy")
    monkeypatch.setenv("HTTPS_PROXY", await serve(proxy))
    with pytest.raises(ApiConnectionError, match="the proxy refused"):
        await send(session, "https://drs.example.test")
    assert len(proxy.asked) == 1


async def test_no_proxy_and_direct_go_past_the_proxy(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch, unused_port: int
) -> None:
    endpoint = f"https://127.0.0.1:{unused_port}"
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.test:3128")
    with pytest.raises(ApiConnectionError, match="cannot connect to 127"):
        await HttpExchange(session, request_timeout=5).send(request(endpoint))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(ApiConnectionError, match="cannot connect to 127"):
        await send(session, endpoint)


async def test_a_dead_proxy_is_named_as_the_proxy(session: aiohttp.ClientSession, unused_port: int) -> None:
    with pytest.raises(ApiConnectionError, match=r"^cannot connect to the proxy: connection refused$"):
        await send(session, "https://drs.example.test", proxy=f"http://user:hidden@127.0.0.1:{unused_port}")


async def test_a_proxy_that_cannot_be_read_is_a_missing_credential(
    session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    for proxy in (Secret("proxy_url", tmp_path / "missing"), Secret("proxy_url", SecretStr("http://[x"))):
        with pytest.raises(ApiCredentialError, match="proxy_url"):
            await HttpExchange(session, request_timeout=5, proxies=GivenProxy(proxy)).send(
                request("https://drs.example.test")
            )


@pytest.mark.parametrize(
    ("endpoint", "headers"),
    [
        ("https://a..b", {}),
        (f"https://{'a' * 64}.example.test", {}),
        ("http://127.0.0.1:1", {"X-Auth-Token": "one\ntwo"}),
        ("http://127.0.0.1:1", {"X-Auth-Token": "nul\0"}),
        ("http://127.0.0.1:1", {"X-Auth-Token": "\x01"}),
        ("http://127.0.0.1:1", {"X-Auth-Token": "lone \udcff"}),
        ("http://127.0.0.1:1", {"X-Auth-Token": 5}),
        ("http://127.0.0.1:1", {"X Y": "5"}),
        ("http://127.0.0.1:1", {"Host": "\r\nX-Other: 1"}),
    ],
)
async def test_whatever_the_library_raises_on_the_way_is_an_error_of_the_call(
    session: aiohttp.ClientSession, endpoint: str, headers: dict[str, Any]
) -> None:
    """For real: nothing is mocked here, and nothing but our own errors comes out."""
    odd = Request(operation="quotas", method="GET", endpoint=URL(endpoint), path="/v3/p/quotas", headers=headers)
    with pytest.raises(ApiConnectionError) as caught:
        await HttpExchange(session, request_timeout=5).send(odd)
    assert "one" not in str(caught.value)


KEY = ConnectionKey("h", 443, is_ssl=True, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None)


@pytest.mark.parametrize(
    ("exc", "message"),
    [
        (aiohttp.ClientConnectorError(KEY, ConnectionResetError()), "cannot connect to h: connection reset"),
        (aiohttp.ClientConnectorError(KEY, TimeoutError()), "cannot connect to h: connection timed out"),
        (aiohttp.ClientConnectorError(KEY, OSError(101, "Network is down")), "cannot connect to h: network is down"),
        (aiohttp.ClientConnectorError(KEY, OSError()), "cannot connect to h: connection failed"),
        (aiohttp.ClientConnectorSSLError(KEY, OSError()), "no TLS connection to h: handshake failed"),
        (
            aiohttp.ClientConnectorCertificateError(KEY, ssl.CertificateError("odd")),
            "the certificate of h is not trusted: verification failed",
        ),
        (aiohttp.InvalidURL("http://user:hidden@"), "no request can be sent to h: the address is not valid"),
        (aiohttp.ClientError("hidden"), "the connection to h failed"),
        (OSError("hidden"), "the connection to h failed"),
        (ValueError("Forbidden control character in hidden"), "no request can be sent to h: " + UNSAYABLE),
        (OverflowError("hidden"), "no request can be sent to h: " + UNSAYABLE),
        (UnicodeError("label hidden too long"), "no request can be sent to h: " + NO_HOST),
        (UnicodeEncodeError("idna", "hidden", 0, 1, "label too long"), "no request can be sent to h: " + NO_HOST),
        (AssertionError("hidden"), "the connection to h failed"),
        (RuntimeError("Session is closed"), "the connection to h failed"),
        (AttributeError("'NoneType' object has no attribute 'hidden'"), "the connection to h failed"),
        (LookupError("unknown encoding: hidden"), "the connection to h failed"),
        (TypeError("hidden"), "the connection to h failed"),
        (asyncio.IncompleteReadError(b"hidden", 9), "h closed the connection without an answer"),
        (
            aiohttp.ClientOSError(104, "Connection reset by peer"),
            "the connection to h failed: connection reset by peer",
        ),
    ],
)
async def test_rarer_failures_have_their_sentence(
    monkeypatch: pytest.MonkeyPatch, session: aiohttp.ClientSession, exc: Exception, message: str
) -> None:
    monkeypatch.setattr(session, "request", Mock(side_effect=exc))
    error = await failure(session, "https://h")
    assert str(error) == message
