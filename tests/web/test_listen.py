"""Where the server listens: every interface, one address, IPv6, a Unix socket, systemd's sockets."""

import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from drs_exporter.errors import SettingsError
from drs_exporter.web.listen import open_all, systemd
from drs_exporter.web.server import Server
from tests.web.memory import HandClock, MemoryDaemon, Serve


async def ready(http: aiohttp.ClientSession, url: str) -> bool:
    async with http.get(f"{url}/-/ready") as response:
        return await response.text() == "ready\n"


async def test_a_port_alone_means_every_interface_of_both_families(serve: Serve, http: aiohttp.ClientSession) -> None:
    url = await serve(addresses=[":0"])
    assert url.startswith("http://127.0.0.1:")
    assert await ready(http, url)
    assert await ready(http, url.replace("127.0.0.1", "[::1]"))


async def test_without_ipv6_a_port_alone_means_every_ipv4_interface(
    serve: Serve, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = socket.create_server

    def no_ipv6(*arguments: object, family: int = socket.AF_INET, **options: object) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(97, "Address family not supported by protocol")
        return create(*arguments, family=family, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "create_server", no_ipv6)
    assert await ready(http, await serve(addresses=[":0"]))
    monkeypatch.setattr(socket, "has_dualstack_ipv6", lambda: False)
    assert await ready(http, await serve(addresses=["*:0"]))


@pytest.mark.parametrize("address", ["[::1]:0", "127.0.0.1:0", "localhost:0", "0.0.0.0:0", "[::]:0"])
async def test_one_address(serve: Serve, http: aiohttp.ClientSession, address: str) -> None:
    assert await ready(http, await serve(addresses=[address]))


async def test_several_addresses_are_served_at_once(
    daemon: MemoryDaemon, clock: HandClock, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    server = Server(daemon, addresses=["127.0.0.1:0", "[::1]:0", f"unix:{tmp_path}/s"], clock=clock)
    await server.start()
    first, second, third = server.urls()
    assert await ready(http, first)
    assert await ready(http, second)
    assert second.startswith("http://[::1]:")
    assert third == f"unix:{tmp_path}/s"
    await server.stop()
    with pytest.raises(aiohttp.ClientConnectionError):
        await ready(http, first)


NO_ADDRESS = "must be addresses such as :9877, 127.0.0.1:9877, [::1]:9877 or unix:/run/drs.sock"


def taken() -> tuple[socket.socket, int]:
    holder = socket.create_server(("127.0.0.1", 0))
    return holder, holder.getsockname()[1]


def test_a_port_in_use_is_said_in_one_line_and_nothing_stays_open() -> None:
    holder, port = taken()
    with holder, pytest.raises(SettingsError) as caught:
        open_all(["127.0.0.1:0", f"127.0.0.1:{port}"], systemd=False)
    assert str(caught.value) == (
        f"web_listen_address: cannot listen on 127.0.0.1:{port}: already in use by another program; "
        "choose another with --web.listen-address"
    )


def test_a_port_in_use_on_one_family_is_said_for_both() -> None:
    holder, port = taken()
    with holder, pytest.raises(SettingsError, match="already in use"):
        open_all([f":{port}"], systemd=False)


def test_a_name_with_one_address_in_use_leaves_no_other_open(monkeypatch: pytest.MonkeyPatch) -> None:
    holder, port = taken()
    both = [(socket.AF_INET, 1, 6, "", (host, number)) for host, number in (("127.0.0.2", 0), ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with holder, pytest.raises(SettingsError, match="already in use"):
        open_all([f"example:{port}"], systemd=False)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("9877", NO_ADDRESS),
        ("::1:9877", NO_ADDRESS),
        (":http", NO_ADDRESS),
        (":65536", NO_ADDRESS),
        ("[fe80::1%lo]:0", "cannot listen on [fe80::1%lo]:0: this machine has no such address"),
        ("192.0.2.1:9877", "cannot listen on 192.0.2.1:9877: this machine has no such address"),
        ("unix:relative", "cannot listen on unix:relative: a Unix socket needs an absolute path, unix:/PATH"),
        ("unix:/nowhere/at/all", "cannot listen on unix:/nowhere/at/all: No such file or directory"),
        (f"unix:/{'x' * 200}", f"cannot listen on unix:/{'x' * 200}: AF_UNIX path too long"),
    ],
)
def test_an_address_that_cannot_be_is_one_line(address: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        open_all([address], systemd=False)
    assert str(caught.value) == f"web_listen_address: {message}"


def test_a_host_that_does_not_resolve_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(SettingsError, match="cannot listen on nowhere:1: Name or service not known"):
        open_all(["nowhere:1"], systemd=False)


def test_a_port_that_needs_a_privilege_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket, "create_server", refuse)
    for address in (":80", "127.0.0.1:80"):
        with pytest.raises(SettingsError, match="not permitted; ports below 1024 need a privilege"):
            open_all([address], systemd=False)


async def scrape_unix(path: Path) -> int:
    async with (
        aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(path))) as session,
        session.get("http://exporter/metrics") as response,
    ):
        await response.read()
        return response.status


async def test_a_unix_socket_is_removed_on_stop(daemon: MemoryDaemon, clock: HandClock, tmp_path: Path) -> None:
    path = tmp_path / "exporter.sock"
    server = Server(daemon, addresses=[f"unix:{path}"], clock=clock)
    await server.start()
    assert await scrape_unix(path) == 200
    await server.stop()
    assert not path.exists()


async def test_a_stale_unix_socket_is_replaced(serve: Serve, tmp_path: Path) -> None:
    path = tmp_path / "exporter.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    await serve(addresses=[f"unix:{path}"])
    assert await scrape_unix(path) == 200


async def test_a_living_unix_socket_and_any_other_file_are_left_alone(serve: Serve, tmp_path: Path) -> None:
    path = tmp_path / "exporter.sock"
    await serve(addresses=[f"unix:{path}"])
    with pytest.raises(SettingsError, match="already in use by another program"):
        await serve(addresses=[f"unix:{path}"])
    assert await scrape_unix(path) == 200
    other = tmp_path / "precious"
    other.write_text("data")
    with pytest.raises(SettingsError, match="there is a file of that name, and it is not a socket"):
        await serve(addresses=[f"unix:{other}"])
    assert other.read_text() == "data"


def test_a_unix_socket_that_is_too_busy_to_answer_is_alive(tmp_path: Path) -> None:
    path = tmp_path / "busy.sock"
    with socket.socket(socket.AF_UNIX) as busy, socket.socket(socket.AF_UNIX) as waiting:
        busy.bind(str(path))
        busy.listen(0)
        waiting.connect(str(path))
        with pytest.raises(SettingsError, match="already in use by another program"):
            open_all([f"unix:{path}"], systemd=False)


async def test_another_s_unix_socket_is_not_removed_on_stop(
    daemon: MemoryDaemon, clock: HandClock, tmp_path: Path
) -> None:
    path = tmp_path / "exporter.sock"
    server = Server(daemon, addresses=[f"unix:{path}"], clock=clock)
    await server.start()
    path.rename(tmp_path / "old")
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        await server.stop()
        assert stat.S_ISSOCK(path.stat().st_mode)
    gone = Server(daemon, addresses=[f"unix:{tmp_path}/gone"], clock=clock)
    await gone.start()
    (tmp_path / "gone").unlink()
    await gone.stop()


CHILD = """
import asyncio, os, signal, sys
from drs_exporter.clock import SystemClock
from drs_exporter.web.server import Server
from tests.web.memory import MemoryDaemon, make_project

async def main():
    daemon = MemoryDaemon([make_project("prod", jobs=2)])
    server = Server(daemon, addresses=[], clock=SystemClock(), systemd_socket=True)
    await server.start()
    print(*server.urls(), flush=True)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()
    await server.stop()

asyncio.run(main())
"""
ACTIVATE = "import os, sys; os.environ['LISTEN_PID'] = str(os.getpid()); os.execv(sys.executable, sys.argv[1:])"


async def test_sockets_that_systemd_opened_are_served(http: aiohttp.ClientSession, tmp_path: Path) -> None:
    path = tmp_path / "unit.sock"
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(path))
        unix.listen()
        port = tcp.getsockname()[1]

        def place() -> None:
            keep = [os.dup(listening.fileno()) for listening in (tcp, unix)]
            for number, descriptor in enumerate(keep, start=3):
                os.dup2(descriptor, number)

        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", ACTIVATE, sys.executable, "-c", CHILD),
            env={**os.environ, "LISTEN_FDS": "2", "PYTHONPATH": os.pathsep.join(sys.path)},
            preexec_fn=place,
            pass_fds=(3, 4),
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert (await process.stdout.readline()).decode() == f"http://127.0.0.1:{port} unix:{path}\n"
        assert await ready(http, f"http://127.0.0.1:{port}")
        assert await scrape_unix(path) == 200
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
    assert path.exists()  # it is systemd's, not ours


@pytest.mark.parametrize(
    "environ", [{}, {"LISTEN_FDS": "1", "LISTEN_PID": "1"}, {"LISTEN_FDS": "x", "LISTEN_PID": str(os.getpid())}]
)
def test_no_socket_from_systemd_is_one_line(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="web_systemd_socket: systemd passed no socket"):
        open_all([":9877"], systemd=True, environ=environ)


def test_what_systemd_passes_must_be_a_listening_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
    with socket.socket() as idle:
        monkeypatch.setattr(systemd, "_FIRST", idle.fileno())
        with pytest.raises(SettingsError, match="is not a listening stream socket"):
            open_all([], systemd=True, environ=environ)
    monkeypatch.setattr(systemd, "_FIRST", 999_999)
    with pytest.raises(SettingsError, match="web_systemd_socket: descriptor 999999: Bad file descriptor"):
        open_all([], systemd=True, environ=environ)
