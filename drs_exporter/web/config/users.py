"""Basic auth with bcrypt: off the event loop, the same work for every name, remembered once it was right."""

import asyncio
import base64
import binascii
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import Any, Final

import bcrypt
from pydantic import SecretStr

from drs_exporter.web.config.turns import Turns
from drs_exporter.web.connection import Connection

_REMEMBERED: Final = 100
_GUESSERS: Final = 1000
_BCRYPT_BYTES: Final = 72
_COST: Final = slice(4, 6)
"""Where a bcrypt hash says what it costs."""


class Verdict(Enum):
    """Whether the one who asks may."""

    ALLOWED = auto()
    DENIED = auto()
    BUSY = auto()
    """More unknown passwords are waiting to be checked than is sensible."""


def credentials(header: str) -> tuple[str, bytes] | None:
    """Name and password of an Authorization header; `None` if it holds none."""
    scheme, _, encoded = header.strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(encoded.strip(), validate=True).partition(b":")
        return (name.decode(), password) if colon else None
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None


def decoys(own: str | None, users: Mapping[str, SecretStr]) -> list[str]:
    """Hashes that a wrong password is worked out against besides the user's own, `None` for a name nobody has.

    Together they are one of each cost that anybody's has, so a name nobody has takes as long as one with a cheap hash
    or a costly one, and time tells no names.
    """
    by_cost = {secret[_COST]: secret for secret in (user.get_secret_value() for user in users.values())}
    return [secret for cost, secret in by_cost.items() if own is None or cost != own[_COST]]


def _matches(password: bytes, own: str | None, others: Sequence[str]) -> bool:
    """Whether it is the user's own. As for every other bcrypt, bytes past the 72nd do not count."""
    given = password[:_BCRYPT_BYTES]
    try:
        if own is not None and bcrypt.checkpw(given, own.encode()):
            return True
        for hashed in others:
            bcrypt.checkpw(given, hashed.encode())
    except ValueError:  # a NUL byte
        pass
    return False


class Users:
    """Knows who has shown the right password lately, by a keyed digest of it."""

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(32)
        self._right: dict[bytes, None] = {}
        self._refused: dict[tuple[str, str], int] = {}  # by address and name: a guesser may come on a new connection
        # Half the processors at most: the other half polls and serves meanwhile.
        self._turns = Turns(places=max(1, (os.cpu_count() or 1) // 2))

    async def verdict(self, header: str, users: Mapping[str, SecretStr], guesser: Connection) -> Verdict:
        """Check an Authorization header against the users that are configured now."""
        given = credentials(header)
        if given is None:
            return Verdict.DENIED
        name, password = given
        secret = users.get(name)
        own = None if secret is None else secret.get_secret_value()
        known = (name.encode(), (own or "").encode(), hashlib.sha256(password).digest())
        proof = hmac.digest(self._salt, b"\0".join(known), "sha256")
        if proof in self._right:
            return Verdict.ALLOWED
        who = (guesser.peer, name)
        if not await self._turns.take(guesser.peer, refusals=lambda: (guesser.refused, self._refused.get(who, 0))):
            return Verdict.BUSY
        try:
            if not guesser.connected:
                return Verdict.BUSY
            if not await asyncio.to_thread(_matches, password, own, decoys(own, users)):
                guesser.refused += 1
                self._refused[who] = self._refused.pop(who, 0) + 1
                _forget(self._refused, _GUESSERS)
                return Verdict.DENIED
        finally:
            self._turns.give_back()  # after it was counted: whoever is next is found by what they were refused
        self._right[proof] = None
        _forget(self._right, _REMEMBERED)
        return Verdict.ALLOWED


def _forget(found: dict[Any, Any], most: int) -> None:
    """Keep the newest of what is remembered."""
    while len(found) > most:
        del found[next(iter(found))]
