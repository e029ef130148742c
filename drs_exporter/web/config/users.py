"""Basic auth with bcrypt: off the event loop, the same work for every name, remembered once it was right."""

import asyncio
import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from enum import Enum, auto
from typing import Final

import bcrypt
from pydantic import SecretStr

_REMEMBERED: Final = 100
_AT_ONCE: Final = 2
_WAITING: Final = 64
_BCRYPT_BYTES: Final = 72


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


def _matches(password: bytes, hashed: bytes) -> bool:
    """As every other bcrypt does, bytes past the 72nd do not count."""
    try:
        return bcrypt.checkpw(password[:_BCRYPT_BYTES], hashed)
    except ValueError:  # a NUL byte
        return False


class Users:
    """Knows who has shown the right password lately, by a keyed digest of it."""

    def __init__(self) -> None:
        """Know nobody."""
        self._salt = secrets.token_bytes(32)
        self._right: dict[bytes, None] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    async def verdict(self, header: str, users: Mapping[str, SecretStr]) -> Verdict:
        """Check an Authorization header against the users that are configured now."""
        given = credentials(header)
        if given is None:
            return Verdict.DENIED
        name, password = given
        secret = users.get(name)
        # A name nobody has is checked against the costliest hash there is, so that time tells no names.
        decoy = max((user.get_secret_value() for user in users.values()), key=lambda hashed: hashed[4:6])
        hashed = (decoy if secret is None else secret.get_secret_value()).encode()
        proof = hmac.digest(
            self._salt, b"\0".join((name.encode(), hashed, hashlib.sha256(password).digest())), "sha256"
        )
        if proof in self._right:
            return Verdict.ALLOWED
        if self._waiting >= _WAITING:
            return Verdict.BUSY
        self._waiting += 1
        try:
            async with self._slots:
                matches = await asyncio.to_thread(_matches, password, hashed)
        finally:
            self._waiting -= 1
        if not matches or secret is None:
            return Verdict.DENIED
        self._remember(proof)
        return Verdict.ALLOWED

    def _remember(self, proof: bytes) -> None:
        self._right[proof] = None
        while len(self._right) > _REMEMBERED:
            del self._right[next(iter(self._right))]
