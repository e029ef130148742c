"""What the web configuration asks of every request, whatever its path."""

import ipaddress
import math
from collections.abc import Mapping

from aiohttp import web

from drs_exporter.clock import Clock
from drs_exporter.web.answers import Answer, sentence
from drs_exporter.web.config.live import LiveConfig
from drs_exporter.web.config.model import RateLimit
from drs_exporter.web.config.rate import Bucket
from drs_exporter.web.config.users import Users, Verdict
from drs_exporter.web.connection import Connection


def _one_spelling(name: str) -> str:
    """An IP address in its shortest form; anything else as it is."""
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name


def _alternative_names(request: web.BaseRequest) -> set[str] | None:
    """Every subject alternative name of the client's certificate; `None` if it gave none."""
    transport = request.transport
    certificate = None if transport is None else transport.get_extra_info("peercert")
    if not certificate:
        return None
    return {_one_spelling(value) for _, value in certificate.get("subjectAltName", ())}


class Guard:
    """Refuses what the web configuration does not allow: too many requests, a wrong certificate, a wrong password."""

    def __init__(self, live: LiveConfig, clock: Clock) -> None:
        self._live = live
        self._clock = clock
        self._users = Users()
        self._bucket: Bucket | None = None

    def headers(self) -> Mapping[str, str]:
        """What is added to every answer."""
        return self._live.loaded.document.http_server_config.headers

    async def refusal(self, request: web.BaseRequest, connection: Connection) -> Answer | None:
        """The answer to a request that may not pass."""
        document = (await self._live.current()).document
        if not self._passes(document.rate_limit):
            wait = math.ceil(document.rate_limit.interval)
            return sentence(429, "too many requests (rate_limit)", {"Retry-After": str(wait)})
        allowed = document.tls_server_config.client_allowed_sans
        if allowed is not None:
            names = _alternative_names(request)
            if names is not None and names.isdisjoint(map(_one_spelling, allowed)):
                return sentence(403, "the client certificate has no name that is allowed here (client_allowed_sans)")
        if document.basic_auth_users:
            header = request.headers.get("Authorization", "")
            verdict = await self._users.verdict(header, document.basic_auth_users, connection)
            if verdict is Verdict.BUSY:
                return sentence(503, "too many passwords are being checked", {"Retry-After": "5"})
            if verdict is Verdict.DENIED:
                challenge = {"WWW-Authenticate": 'Basic realm="drs-exporter", charset="UTF-8"'}
                return sentence(401, "user name and password, please", challenge)
        return None

    def _passes(self, limit: RateLimit) -> bool:
        if not limit.interval:
            return True
        if self._bucket is None or self._bucket.limit != limit:
            self._bucket = Bucket(limit, self._clock)
        return self._bucket.take()
