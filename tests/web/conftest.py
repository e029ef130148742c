"""Servers around a daemon in memory, and certificates."""

import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import trustme

from drs_exporter.web.server import Server
from tests.web.memory import HandClock, MemoryDaemon, Serve, make_project


@pytest.fixture
def daemon() -> MemoryDaemon:
    """Two projects."""
    return MemoryDaemon([make_project("prod", jobs=12), make_project("beijing", jobs=5, seed=2)])


@pytest.fixture
def clock() -> HandClock:
    """Ten seconds after the last poll."""
    return HandClock()


@pytest.fixture
async def serve(daemon: MemoryDaemon, clock: HandClock) -> AsyncIterator[Serve]:
    """Start a server with the options given; answers its first URL. Stopped in the end."""
    async with AsyncExitStack() as stack:

        async def start(**options: Any) -> str:
            chosen: dict[str, Any] = {"addresses": ["127.0.0.1:0"], "clock": clock, **options}
            server = Server(daemon, **chosen)
            await server.start()
            stack.push_async_callback(server.stop)
            return server.urls()[0]

        yield start


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A client that hands over bodies as they were sent."""
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        yield session


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Signs the servers' and the clients' certificates."""
    return trustme.CA()


@pytest.fixture
def certificates(tmp_path: Path, authority: trustme.CA) -> Path:
    """A folder with ca.pem, and certificate and key of a server and a client."""
    folder = tmp_path / "tls"
    folder.mkdir()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    for name, leaf in (
        ("server", authority.issue_cert("localhost", "127.0.0.1")),
        ("client", authority.issue_cert("prometheus.example.org", "10.0.0.7", "fd00::7")),
        ("stranger", authority.issue_cert("stranger.example.org")),
    ):
        leaf.cert_chain_pems[0].write_to_path(str(folder / f"{name}.crt"))
        leaf.private_key_pem.write_to_path(str(folder / f"{name}.key"))
    return folder


@pytest.fixture
def trust(certificates: Path) -> ssl.SSLContext:
    """A client's context that trusts the authority."""
    return ssl.create_default_context(cafile=certificates / "ca.pem")
