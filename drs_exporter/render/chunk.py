"""Bytes of one family, plain and deflated, made to be put together without being touched again.

Each chunk is deflated on its own and ends at a byte boundary with a flush, so any sequence of chunks is one valid
deflate stream: an exposition is compressed by concatenation, and what did not change is never compressed twice.
"""

import zlib
from typing import Final

LEVEL: Final = 1
"""zlib's fastest: a tenth more bytes than the default for a fraction of the time."""


class Chunk:
    """Some lines of an exposition."""

    __slots__ = ("deflated", "lines", "plain")

    def __init__(self, plain: bytes) -> None:
        """Count and deflate the lines."""
        self.plain = plain
        self.lines = plain.count(b"\n")
        self.deflated = _deflate(plain) if plain else b""


def _deflate(plain: bytes) -> bytes:
    squeeze = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return squeeze.compress(plain) + squeeze.flush(zlib.Z_SYNC_FLUSH)


EMPTY: Final = Chunk(b"")
