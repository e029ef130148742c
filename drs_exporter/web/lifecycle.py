"""`/-/healthy`, `/-/ready` and `/-/reload`."""

from aiohttp import web

from drs_exporter.errors import SettingsError
from drs_exporter.web.answers import Answer, sentence
from drs_exporter.web.daemon import Daemon


class Lifecycle:
    """What an orchestrator asks."""

    def __init__(self, daemon: Daemon, *, enabled: bool) -> None:
        """Answer for this daemon; `enabled` allows the reload."""
        self._daemon = daemon
        self._enabled = enabled

    async def healthy(self, _request: web.BaseRequest) -> Answer:
        """200 while the poll loops keep their pace."""
        reason = self._daemon.unhealthy()
        return sentence(200, "healthy") if reason is None else sentence(503, reason)

    async def ready(self, _request: web.BaseRequest) -> Answer:
        """200 once every project's first poll has ended."""
        reason = self._daemon.unready()
        return sentence(200, "ready") if reason is None else sentence(503, reason)

    async def reload(self, _request: web.BaseRequest) -> Answer:
        """Read the configuration again."""
        if not self._enabled:
            return sentence(403, "reloading over HTTP is off; --web.enable-lifecycle turns it on")
        try:
            await self._daemon.reload()
        except SettingsError as exc:
            return sentence(500, f"the configuration was not changed: {exc}")
        return sentence(200, "reloaded")
