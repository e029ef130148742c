"""The metadata service of a cloud machine: temporary keys of the agency it was given."""

import random
from collections.abc import Callable
from typing import Final

from aiohttp import web

from drs_exporter.simulator.exchange import Exchange
from drs_exporter.simulator.identity import Identity, TemporaryKey
from drs_exporter.simulator.worldtime import iso_micros

_LONGEST: Final = 21_600
"""Seconds a metadata token can be asked for."""


class Metadata:
    """Where a machine fetches its temporary keys."""

    def __init__(self, identity: Identity, *, now: Callable[[], float]) -> None:
        """Begin with an agency, and with a token that must be fetched first."""
        self.agency = True
        self.token_required = True
        self.token_offered = True
        self.renew_ahead = 3600.0
        """Seconds before a key's end from which on the service hands out the next one."""
        self._identity = identity
        self._now = now
        self._random = random.Random("metadata")
        self._tokens: dict[str, float] = {}
        self._key: TemporaryKey | None = None

    def secrets(self) -> list[str]:
        """Tokens that were handed out."""
        return list(self._tokens)

    def token(self, exchange: Exchange) -> web.Response:
        """PUT /meta-data/latest/api/token."""
        if not self.token_offered:
            return web.Response(status=404, text="Not Found")
        headers = exchange.request.headers
        if "X-Forwarded-For" in headers:
            return web.Response(status=403, text="Forbidden")
        lifetime = headers.get("X-Metadata-Token-Ttl-Seconds", "")
        if not lifetime.isdecimal() or not 1 <= int(lifetime) <= _LONGEST:
            return web.Response(status=400, text="Bad Request")
        token = f"{self._random.getrandbits(256):064x}"
        self._tokens[token] = self._now() + int(lifetime)
        return web.Response(text=token)

    def key(self, exchange: Exchange) -> web.Response:
        """GET /openstack/latest/securitykey."""
        given = exchange.request.headers.get("X-Metadata-Token")
        if self.token_required or given is not None:
            expires = self._tokens.get(given or "")
            if expires is None or expires <= self._now():
                return web.Response(status=401, text="Unauthorized")
        if not self.agency:
            return web.Response(status=401, text="Please configure Cloud Service Agency first")
        if self._key is None or self._key.expires - self._now() <= self.renew_ahead:
            self._key = self._identity.issue_key()
        key = self._key
        credential = {
            "access": key.access,
            "secret": key.secret,
            "securitytoken": key.token,
            "expires_at": iso_micros(key.expires),
        }
        return web.json_response({"credential": credential})
