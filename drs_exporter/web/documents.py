"""`/sd` and `/config`: what Prometheus discovers here, and what is configured."""

import json
import re
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from drs_exporter.web.answers import Answer, headers, sentence
from drs_exporter.web.daemon import Daemon

_HOST: Final = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_JSON: Final = headers({"Content-Type": "application/json"})
_YAML: Final = headers({"Content-Type": "application/yaml; charset=utf-8", "Cache-Control": "no-store"})
_PORTS: Final = {"http": 80, "https": 443}


class Documents:
    """For programs, and for people who wonder what is in force."""

    def __init__(self, daemon: Daemon, *, external_url: str | None) -> None:
        """Tell of this daemon, which others find at `external_url` or else where they found it."""
        self._daemon = daemon
        self._external = None if external_url is None else urlsplit(external_url)

    async def configuration(self, _request: web.BaseRequest) -> Answer:
        """The configuration in force, every secret as `<secret>`."""
        return Answer((self._daemon.configuration().encode("utf-8", "replace"),), _YAML)

    async def targets(self, request: web.BaseRequest) -> Answer:
        """One target for each project, for `/probe`, as Prometheus' http_sd reads it."""
        if self._external is not None:
            scheme, path = self._external.scheme, self._external.path.rstrip("/")
            address = self._external.netloc if self._external.port else f"{self._external.netloc}:{_PORTS[scheme]}"
        else:
            scheme, path = "https" if request.secure else "http", ""
            address = request.headers.get("Host", "")
            if not _HOST.fullmatch(address):
                return sentence(400, "the Host header is none; web_external_url says where this exporter is found")
        common = {"__scheme__": scheme, "__metrics_path__": f"{path}/probe"}
        found = [
            {
                "targets": [address],
                "labels": common
                | {"__param_target": target.project, "__meta_drs_project": target.project}
                | {f"__meta_drs_{name}": value for name, value in target.labels.items()},
            }
            for target in self._daemon.targets()
        ]
        return Answer((json.dumps(found, indent=1).encode(),), _JSON)
