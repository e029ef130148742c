"""The web server: its parts put together, started and stopped."""

import asyncio
import os
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from drs_exporter.clock import Clock
from drs_exporter.errors import SettingsError
from drs_exporter.web.config.live import LiveConfig, rotating
from drs_exporter.web.connection import Pool
from drs_exporter.web.daemon import Daemon
from drs_exporter.web.dispatch import JOB_PATH, Dispatcher, Route
from drs_exporter.web.guard import Guard
from drs_exporter.web.lifecycle import Lifecycle
from drs_exporter.web.listen import open_all
from drs_exporter.web.listen.unix import identity, unlink
from drs_exporter.web.pages import Pages
from drs_exporter.web.scrapes import Scrapes

_HANDSHAKE: Final = 10.0
_BACKLOG: Final = 128


class Server:
    """Serves a daemon over HTTP on any number of addresses.

    `write_within` are the seconds a reader has to take an answer, `request_within` those a request may take to arrive,
    `grace` those that answers under way are given when the server stops.
    """

    def __init__(
        self,
        daemon: Daemon,
        *,
        addresses: Sequence[str],
        clock: Clock,
        telemetry_path: str = "/metrics",
        max_requests: int = 40,
        web_config_file: Path | None = None,
        systemd_socket: bool = False,
        lifecycle: bool = False,
        write_within: float = 30.0,
        request_within: float = 10.0,
        grace: float = 3.0,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """Put the parts together and read the web configuration; SettingsError if something is wrong."""
        self._addresses = addresses
        self._systemd = systemd_socket
        self._environ = environ
        self._request_within = request_within
        self._grace = grace
        live = None if web_config_file is None else LiveConfig(web_config_file)
        self._tls = None if live is None else rotating(live)
        self._pages = Pages(daemon, clock=clock, telemetry_path=telemetry_path)
        self._dispatcher = Dispatcher(
            _routes(daemon, self._pages, telemetry_path=telemetry_path, lifecycle=lifecycle),
            guard=None if live is None else Guard(live, clock),
            max_scrapes=max_requests,
            write_within=write_within,
        )
        self._pool: Pool | None = None
        self._servers: list[asyncio.Server] = []
        self._urls: tuple[str, ...] = ()
        self._unix: list[tuple[Path, tuple[int, int]]] = []

    async def start(self) -> None:
        """Listen; SettingsError, and nothing left open, if an address cannot be had."""
        sockets = open_all(self._addresses, systemd=self._systemd, environ=self._environ)
        self._pool = Pool(self._dispatcher, request_within=self._request_within)
        self._urls = tuple(dict.fromkeys(map(self._url, sockets)))
        for listening in sockets:
            await self._listen(self._pool, listening)

    def urls(self) -> tuple[str, ...]:
        """Where to find it, without a slash at the end; addresses that mean every interface as loopback."""
        return self._urls

    async def stop(self) -> None:
        """Take no more connections, let answers under way end, drop what has not ended by then."""
        for server in self._servers:
            server.close()
        for path, made in self._unix:
            unlink(path, made)
        if self._pool is not None:
            await self._pool.close(grace=self._grace)
        for server in self._servers:
            await server.wait_closed()
        self._pages.forget()
        self._servers.clear()
        self._unix.clear()

    async def _listen(self, pool: Pool, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        handshake = None if self._tls is None else _HANDSHAKE
        if listening.family != socket.AF_UNIX:
            server = await loop.create_server(
                pool, sock=listening, ssl=self._tls, backlog=_BACKLOG, ssl_handshake_timeout=handshake
            )
        else:
            server = await loop.create_unix_server(
                pool, sock=listening, ssl=self._tls, backlog=_BACKLOG, ssl_handshake_timeout=handshake
            )
            if not self._systemd:
                path = Path(listening.getsockname())
                self._unix.append((path, identity(path)))
        self._servers.append(server)

    def _url(self, listening: socket.socket) -> str:
        name = listening.getsockname()
        if listening.family == socket.AF_UNIX:
            return f"unix:{name}"
        host, port = name[:2]
        host = {"::": "127.0.0.1", "0.0.0.0": "127.0.0.1"}.get(host, host)  # noqa: S104 - compared with, not bound to
        if ":" in host:
            host = f"[{host}]"
        return f"{'http' if self._tls is None else 'https'}://{host}:{port}"


def _routes(daemon: Daemon, pages: Pages, *, telemetry_path: str, lifecycle: bool) -> dict[str, Route]:
    """Every path there is."""
    ends, scrapes = Lifecycle(daemon, enabled=lifecycle), Scrapes(daemon)
    routes = {
        "/probe": Route(scrapes.probe, scrape=True),
        "/-/healthy": Route(ends.healthy),
        "/-/ready": Route(ends.ready),
        "/-/reload": Route(ends.reload, methods=("POST",)),
        "/jobs": Route(pages.jobs),
        JOB_PATH: Route(pages.job),
    }
    if not telemetry_path.startswith("/") or telemetry_path in routes:
        raise SettingsError(f"web_telemetry_path: must begin with a slash and be none of {', '.join(routes)}")
    # A telemetry path of / takes the landing page's place.
    return {**routes, "/": Route(pages.landing), telemetry_path: Route(scrapes.metrics, scrape=True)}
