"""A client over mocked HTTP, a session for real loopback, and servers that misbehave."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import aiohttp
import aioresponses
import pytest
from pydantic import SecretStr

from drs_exporter.cloud.auth.renewal import Renewal
from drs_exporter.cloud.auth.token import TokenAuth
from drs_exporter.cloud.budget import Budget
from drs_exporter.cloud.exchange import HttpExchange
from drs_exporter.cloud.transport import Transport
from drs_exporter.drs.client import DrsClient
from drs_exporter.drs.refusals import REFUSALS
from drs_exporter.secret import Secret
from tests.cloud.doubles import FakeAuth, FakeClock, FakeIdentity, Handler, Seen

ENDPOINT = "https://drs.example.test"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever proxy the machine has is not for these tests."""
    for name in ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def clock() -> FakeClock:
    """A clock that the test owns."""
    return FakeClock()


@pytest.fixture
def seen() -> Seen:
    """What the observer was told."""
    return Seen()


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[aioresponses.aioresponses]:
    """Every HTTP request, mocked."""
    response = partial(aiohttp.ClientResponse, stream_writer=SimpleNamespace(output_size=0))  # type: ignore[arg-type]
    monkeypatch.setattr(aioresponses.core, "ClientResponse", response)
    with aioresponses.aioresponses() as mock:
        yield mock


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """A session as plain as can be."""
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def budget(clock: FakeClock, seen: Seen) -> Budget:
    """A budget that no test feels unless it wants to."""
    return Budget(rate=1000, concurrency=4, clock=clock, observer=seen)


@pytest.fixture
def transport(session: aiohttp.ClientSession, clock: FakeClock, seen: Seen, budget: Budget) -> Transport:
    """A transport with a given token."""
    return Transport(
        HttpExchange(session, request_timeout=5),
        endpoint=ENDPOINT,
        project_id="p1",
        auth=TokenAuth(Secret("token", SecretStr("given-token")), remember=lambda _: None),
        budget=budget,
        clock=clock,
        observer=seen,
        refusals=REFUSALS,
    )


@pytest.fixture
def client(transport: Transport) -> DrsClient:
    """A client over the mocked service."""
    return DrsClient(transport)


@pytest.fixture
def auth() -> FakeAuth:
    """A credential that can be renewed."""
    return FakeAuth()


@pytest.fixture
def make(
    session: aiohttp.ClientSession, clock: FakeClock, seen: Seen, budget: Budget, auth: FakeAuth
) -> Callable[..., DrsClient]:
    """Makes a client over a transport, with anything changed."""

    def make_(**changes: Any) -> DrsClient:
        arguments: dict[str, Any] = {
            "endpoint": ENDPOINT,
            "project_id": "p1",
            "auth": auth,
            "budget": budget,
            "clock": clock,
            "observer": seen,
            "refusals": REFUSALS,
        }
        return DrsClient(Transport(HttpExchange(session, request_timeout=5), **(arguments | changes)))

    return make_


@pytest.fixture
def identity() -> FakeIdentity:
    """An identity service that tests own."""
    return FakeIdentity()


@pytest.fixture
def renewal(identity: FakeIdentity, clock: FakeClock, seen: Seen) -> Renewal[str]:
    """Renews ten minutes ahead and waits a minute after a first refusal."""
    return Renewal(
        identity.obtain, inputs=identity.inputs, clock=clock, observer=seen, margin=600.0, first_backoff=60.0
    )


@pytest.fixture
async def serve() -> AsyncIterator[Callable[..., Awaitable[str]]]:
    """Starts a server on loopback that handles every connection with the given function, and tells its address."""
    servers: list[asyncio.Server] = []
    tasks: set[asyncio.Task[None]] = set()

    async def start(handler: Handler, *, tls: ssl.SSLContext | None = None) -> str:
        async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            try:
                await handler(reader, writer)
            except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                pass
            finally:
                tasks.discard(task)
                writer.close()

        server = await asyncio.start_server(connection, "127.0.0.1", 0, ssl=tls)
        servers.append(server)
        port = server.sockets[0].getsockname()[1]
        return f"{'https' if tls else 'http'}://127.0.0.1:{port}"

    yield start
    for server in servers:
        server.close()
    for task in list(tasks):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
