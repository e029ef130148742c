"""The web server: its parts put together, started and stopped."""

import os
import socket
import ssl
from collections.abc import Mapping, Sequence
from pathlib import Path

from aiohttp import web

from drs_exporter.clock import Clock
from drs_exporter.errors import SettingsError
from drs_exporter.web.config.live import LiveConfig
from drs_exporter.web.daemon import Daemon
from drs_exporter.web.dispatch import JOB_PATH, Dispatcher, Route
from drs_exporter.web.documents import Documents
from drs_exporter.web.doorway import Doorway
from drs_exporter.web.guard import Guard
from drs_exporter.web.lifecycle import Lifecycle
from drs_exporter.web.listen import open_all
from drs_exporter.web.listen.unix import identity, unlink
from drs_exporter.web.pages import Pages
from drs_exporter.web.places import Places
from drs_exporter.web.pool import Pool
from drs_exporter.web.scrapes import Scrapes


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
        external_url: str | None = None,
        max_requests: int = 40,
        max_connections: int = 512,
        web_config_file: Path | None = None,
        web_config_spelled: str = "web_config_file",
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
        self._max_connections = max_connections
        self._request_within = request_within
        self._grace = grace
        self._answered = daemon.answered
        self._live = None if web_config_file is None else LiveConfig(web_config_file, spelled=web_config_spelled)
        self._pages = Pages(daemon, clock=clock, telemetry_path=telemetry_path)
        scrapes, pages = Places("scrapes", max_requests), Places("pages", max_requests)
        documents = Documents(daemon, external_url=external_url)
        self._dispatcher = Dispatcher(
            routes(
                {
                    "/probe": Route(Scrapes(daemon).probe, places=scrapes),
                    "/sd": Route(documents.targets, places=pages),
                    "/config": Route(documents.configuration, places=pages),
                    "/jobs": Route(self._pages.jobs, places=pages),
                    JOB_PATH: Route(self._pages.job, places=pages),
                    **Lifecycle(daemon, enabled=lifecycle, external_url=external_url).routes(),
                },
                landing=Route(self._pages.landing, places=pages),
                telemetry_path=telemetry_path,
                telemetry=Route(Scrapes(daemon).metrics, places=scrapes),
            ),
            guard=None if self._live is None else Guard(self._live, clock),
            write_within=write_within,
            answered=daemon.answered,
        )
        self._runner: web.ServerRunner | None = None
        self._urls: tuple[str, ...] = ()
        self._unix: list[tuple[Path, tuple[int, int]]] = []

    async def start(self) -> None:
        """Listen; SettingsError, and nothing left open, if an address cannot be had."""
        sockets = open_all(self._addresses, systemd=self._systemd, environ=self._environ)
        if not self._systemd:
            paths = [Path(listening.getsockname()) for listening in sockets if listening.family == socket.AF_UNIX]
            self._unix = [(path, identity(path)) for path in paths]
        pool = Pool(
            self._dispatcher,
            limit=self._max_connections,
            request_within=self._request_within,
            answered=self._answered,
        )
        self._urls = tuple(dict.fromkeys(map(self._url, sockets)))
        self._runner = web.ServerRunner(pool, shutdown_timeout=self._grace)
        await self._runner.setup()
        for listening in sockets:
            await Doorway(self._runner, listening, pool=pool, context=self._context).start()

    def urls(self) -> tuple[str, ...]:
        """Where to find it, without a slash at the end; addresses that mean every interface as loopback."""
        return self._urls

    async def stop(self) -> None:
        """Take no more connections, let answers under way end, drop what has not ended by then."""
        for path, made in self._unix:
            unlink(path, made)
        if self._runner is not None:
            await self._runner.cleanup()
        self._pages.forget()
        self._unix.clear()

    async def _context(self) -> ssl.SSLContext | None:
        return None if self._live is None else (await self._live.current()).context

    def _url(self, listening: socket.socket) -> str:
        name = listening.getsockname()
        if listening.family == socket.AF_UNIX:
            return f"unix:{name}"
        host, port = name[:2]
        host = {"::": "127.0.0.1", "0.0.0.0": "127.0.0.1"}.get(host, host)  # noqa: S104 - compared with, not bound to
        if ":" in host:
            host = f"[{host}]"
        scheme = "http" if self._live is None or self._live.loaded.context is None else "https"
        return f"{scheme}://{host}:{port}"


def routes(known: Mapping[str, Route], *, landing: Route, telemetry_path: str, telemetry: Route) -> dict[str, Route]:
    """Every path there is; a telemetry path of / takes the landing page's place."""
    if not telemetry_path.startswith("/") or telemetry_path in known:
        raise SettingsError(f"web_telemetry_path: must begin with a slash and be none of {', '.join(known)}")
    return {**known, "/": landing, telemetry_path: telemetry}
