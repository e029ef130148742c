"""`/-/healthy`, `/-/ready` and `/-/reload`."""

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web

from drs_exporter.errors import SettingsError
from drs_exporter.web.answers import Answer, sentence
from drs_exporter.web.daemon import Daemon
from drs_exporter.web.dispatch import Route


class Lifecycle:
    """What an orchestrator asks."""

    def __init__(self, daemon: Daemon, *, enabled: bool, external_url: str | None) -> None:
        """Answer for this daemon; `enabled` allows the reload."""
        self._daemon = daemon
        self._enabled = enabled
        self._external = None if external_url is None else urlsplit(external_url)

    def routes(self) -> dict[str, Route]:
        """Its paths; no crowd elsewhere keeps an orchestrator from its answer."""
        return {
            "/-/healthy": Route(self.healthy),
            "/-/ready": Route(self.ready),
            "/-/reload": Route(self.reload, methods=("POST",)),
        }

    async def healthy(self, _request: web.BaseRequest) -> Answer:
        """200 while the poll loops keep their pace."""
        reason = self._daemon.unhealthy()
        return sentence(200, "healthy") if reason is None else sentence(503, reason)

    async def ready(self, _request: web.BaseRequest) -> Answer:
        """200 once every project's first poll has ended."""
        reason = self._daemon.unready()
        return sentence(200, "ready") if reason is None else sentence(503, reason)

    async def reload(self, request: web.BaseRequest) -> Answer:
        """Read the configuration again."""
        if not self._enabled:
            return sentence(403, "reloading over HTTP is off; --web.enable-lifecycle turns it on")
        if not self._is_ours(request):
            return sentence(403, "another site's page may not reload this exporter")
        try:
            await self._daemon.reload()
        except SettingsError as exc:
            return sentence(500, f"the configuration was not changed: {exc}")
        return sentence(200, "reloaded")

    def _is_ours(self, request: web.BaseRequest) -> bool:
        """Whether no browser asks, or one that shows a page of this exporter.

        A name that somebody else owns may lead to this machine too, so of names only that of the external URL counts.
        """
        origin = request.headers.get("Origin")
        if origin is None:
            return request.headers.get("Sec-Fetch-Site", "none") in {"none", "same-origin"}
        try:
            asking = urlsplit(origin)
            asked = urlsplit(f"//{request.headers.get('Host', '')}")
            if self._external is not None and asking[:2] == self._external[:2]:
                return True
            return asking.netloc.lower() == asked.netloc.lower() != "" and _is_this_machine(asked.hostname or "")
        except ValueError:
            return False


def _is_this_machine(host: str) -> bool:
    """Whether a host stands for itself, instead of for whatever a name server says."""
    if host == "localhost":
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
