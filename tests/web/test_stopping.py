"""The server stops, whatever state its connections are in: plain and under TLS, on asyncio's loop and on uvloop."""

import asyncio
import gc
import socket
import ssl
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest
import uvloop

from benchmarks.soak import stopping
from benchmarks.soak.clients import STATES, Client
from drs_exporter.web.server import Server
from tests.web.memory import HandClock, MemoryDaemon, always, make_project

LOOPS: Final[dict[str, Callable[[], asyncio.AbstractEventLoop]]] = {
    "asyncio": asyncio.new_event_loop,
    "uvloop": uvloop.new_event_loop,
}
GRACE: Final = 0.2

Scenario = Callable[[Server, list[Client]], Coroutine[Any, Any, None]]


@pytest.fixture(params=LOOPS)
def runner(request: pytest.FixtureRequest) -> Iterator[asyncio.Runner]:
    """Runs on one of the loops; nothing on it goes wrong unseen, and no task is left."""
    with asyncio.Runner(loop_factory=LOOPS[request.param]) as found:
        wrong: list[object] = []
        found.get_loop().set_exception_handler(lambda _, context: wrong.append(context))
        yield found
        found.run(asyncio.sleep(0))
        gc.collect()
        assert asyncio.all_tasks(found.get_loop()) == set()
        assert wrong == []


@pytest.fixture(params=[False, True], ids=["plain", "tls"])
def web_config(request: pytest.FixtureRequest, certificates: Path) -> Path | None:
    """With TLS or without."""
    if not request.param:
        return None
    path = certificates / "web.yml"
    path.write_text("tls_server_config: {cert_file: server.crt, key_file: server.key}")
    return path


def large() -> MemoryDaemon:
    """One whose answers do not fit into what the system holds for a client."""
    daemon = MemoryDaemon([make_project("prod", jobs=3)])
    body = b"# padding\n" * 2_000_000
    daemon.metrics = always(body)  # type: ignore[method-assign, assignment] # prepared once
    return daemon


async def stopped(web_config: Path | None, trust: ssl.SSLContext | None, states: list[str], *, settle: bool) -> float:
    """Bring clients into these states, stop, and answer how many seconds that took."""
    server = Server(large(), addresses=["127.0.0.1:0"], clock=HandClock(), web_config_file=web_config, grace=GRACE)
    await server.start()
    loop = asyncio.get_running_loop()
    with ExitStack() as open_now:
        port = int(server.urls()[0].rpartition(":")[2])
        clients = [open_now.enter_context(Client(port, trust)) for _ in states]
        arriving = [
            loop.run_in_executor(None, client.enter, state) for client, state in zip(clients, states, strict=True)
        ]
        if settle:
            await asyncio.gather(*arriving)
            await asyncio.sleep(0.02)
        began = loop.time()
        await asyncio.wait_for(server.stop(), 5)
        took = loop.time() - began
        for client in clients:
            client.close()
        await asyncio.gather(*arriving)
        await asyncio.sleep(0)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
    return took


@pytest.mark.parametrize("state", STATES)
def test_it_stops_whatever_state_a_connection_is_in(
    runner: asyncio.Runner, web_config: Path | None, trust: ssl.SSLContext, state: str
) -> None:
    took = runner.run(stopped(web_config, trust if web_config else None, [state], settle=True))
    assert took < GRACE + 1.5


def test_it_stops_while_connections_of_every_state_come(
    runner: asyncio.Runner, web_config: Path | None, trust: ssl.SSLContext
) -> None:
    took = runner.run(stopped(web_config, trust if web_config else None, [*STATES] * 2, settle=False))
    assert took < GRACE + 1.5


def test_the_daemon_ends_well_ten_times() -> None:
    """The short form of `make soak-stopping`: real processes, and clients in random states."""
    assert stopping.run(times=10, seed=11) == []
