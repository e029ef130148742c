"""How much an answer may hold, by what was asked for: known while it is read, before anything in it is an object.

A few kilobytes unpack to millions of values, each of which costs ten or a hundred times its bytes once it is an
object, and the event loop stands still while they are made. Counting bytes runs at gigabytes a second. How deep an
answer is nested needs no count: the decoders give up at a thousand levels.
"""

from collections.abc import Sized
from dataclasses import dataclass
from typing import Final

from drs_exporter.errors import ApiSchemaError

_MEBIBYTE: Final = 1024 * 1024

BODY_LIMIT: Final = 64 * _MEBIBYTE
"""Bytes of an answer after decompression, whatever was asked for."""

_LONGEST_WORD: Final = _MEBIBYTE
"""Bytes of one text or number, or of anything else without a text in it."""

_ASIDE_VALUES: Final = 20_000
_ASIDE_BYTES: Final = 4 * _MEBIBYTE
"""What may stand in any answer beside the elements: the services of a region in a sign-in, for one."""

_ELEMENT_BYTES: Final = 640 * 1024
_ELEMENTS_TOO_MANY: Final = 10
"""Times as many as were asked for: services ignore page sizes, and answer a few more besides."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What was asked for."""

    elements: int = 1
    """Jobs, batches or metrics an answer has if the service heeds the request."""
    values: int = 1_000
    """Values that one element can have, those inside its own lists and objects included."""

    @property
    def size(self) -> int:
        """Bytes of the answer at most."""
        return min(BODY_LIMIT, _ASIDE_BYTES + self.elements * _ELEMENT_BYTES)

    @property
    def all_values(self) -> int:
        """Values of the answer at most."""
        return _ASIDE_VALUES + self.elements * self.values

    def check_content(self, content: object, *, operation: str) -> None:
        """ApiSchemaError if what was read has many more elements than were asked for."""
        if isinstance(content, Sized) and len(content) > _ELEMENTS_TOO_MANY * (self.elements + _ELEMENTS_TOO_MANY):
            raise ApiSchemaError("the answer has far more elements than were asked for", operation=operation)


ONE: Final = Bounds()
"""One object."""


class Intake:
    """The body of an answer as it comes in; a page for people is bounded in its size only."""

    def __init__(self, bounds: Bounds, *, operation: str) -> None:
        self._bounds = bounds
        self._operation = operation
        self._chunks: list[bytes] = []
        self._size = 0
        self._uncounted: list[bytes] = []
        self._values = 0
        self._without_quote = 0

    def add(self, chunk: bytes) -> None:
        """Take in the next bytes; ApiSchemaError once there is more of anything than an honest answer has."""
        self._chunks.append(chunk)
        self._size += len(chunk)
        if self._size > self._bounds.size:
            raise self._refused(f"the answer is larger than {self._bounds.size // _MEBIBYTE} MiB")
        if self._chunks[0].lstrip().startswith(b"<"):
            return
        self._uncounted.append(chunk)
        if self._size > self._bounds.all_values:  # fewer bytes cannot hold more values
            self._values += sum(map(_values, self._uncounted))
            self._uncounted.clear()
        if self._values > self._bounds.all_values:
            raise self._refused("the answer holds far more values than what was asked for can have")
        quote = chunk.rfind(b'"')
        self._without_quote = self._without_quote + len(chunk) if quote < 0 else len(chunk) - quote
        if self._without_quote > _LONGEST_WORD:
            raise self._refused(_TOO_LONG)

    def body(self) -> bytes:
        """All of it; ApiSchemaError if one value in it is too long although there are quotes in it."""
        body = b"".join(self._chunks)
        if b"\\" in body and len(body) > _LONGEST_WORD and _has_long_word(body):
            raise self._refused(_TOO_LONG)
        return body

    def _refused(self, message: str) -> ApiSchemaError:
        """The error, which keeps nothing of the answer."""
        self._chunks.clear()
        self._uncounted.clear()
        return ApiSchemaError(message, operation=self._operation)


def _values(chunk: bytes) -> int:
    return chunk.count(b",") + chunk.count(b"[") + chunk.count(b"{")


_TOO_LONG: Final = "the answer holds a value longer than any that is read"


def _has_long_word(body: bytes) -> bool:
    """Whether so many bytes in a row hold no quote that ends or begins a text."""
    plain = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    at = -1
    while len(plain) - at > _LONGEST_WORD:
        at = plain.rfind(b'"', at + 1, at + 1 + _LONGEST_WORD)
        if at < 0:
            return True
    return False
