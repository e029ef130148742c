"""Bytes of one family, plain and deflated, made to be put together without being touched again.

Each chunk is deflated on its own and ends at a byte boundary with a flush, so any sequence of chunks is one valid
deflate stream: an exposition is compressed by concatenation, and what did not change is never compressed twice.
"""

from typing import Final

from isal import isal_zlib as zlib

LEVEL: Final = 1
"""ISA-L's second of four: a sixth more bytes than the default of zlib for a tenth of its time."""


class Chunk:
    """Some lines of an exposition."""

    __slots__ = ("_lines", "deflated", "plain")

    def __init__(self, plain: bytes) -> None:
        """Deflate the lines."""
        self.plain = plain
        self._lines: int | None = None
        self.deflated = _deflate(plain) if plain else b""

    @property
    def lines(self) -> int:
        """How many there are; counted once."""
        if self._lines is None:
            self._lines = self.plain.count(b"\n")
        return self._lines


def _deflate(plain: bytes) -> bytes:
    squeeze = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return squeeze.compress(plain) + squeeze.flush(zlib.Z_SYNC_FLUSH)


EMPTY: Final = Chunk(b"")
