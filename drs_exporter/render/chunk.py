"""Bytes of one family, made to be put together without being touched again.

Each chunk is deflated on its own and ends at a byte boundary with a flush, so any sequence of chunks is one valid
deflate stream: an exposition is compressed by concatenation, and what did not change is never compressed twice.
"""

from typing import Final

from isal import isal_zlib as zlib

LEVEL: Final = 1
"""ISA-L's second of four: a tenth more bytes than the default of zlib for a tenth of its time."""

_LARGE: Final = 256 * 1024
"""Bytes of plain lines from which on it is worth not to hold them twice."""


class Chunk:
    """Some lines of an exposition: deflated always, plain while they change at every poll or are few."""

    __slots__ = ("_plain", "checksum", "deflated", "length", "lines")

    def __init__(self, plain: bytes) -> None:
        """Deflate the lines."""
        self._plain: bytes | None = plain
        self.length: Final = len(plain)
        """Bytes of the plain lines."""
        self.lines: Final = plain.count(b"\n")
        self.checksum: Final = zlib.crc32(plain)
        """CRC-32 of the plain lines."""
        self.deflated: bytes | memoryview = _deflate(plain) if plain else b""
        """A stretch of a raw deflate stream; whoever holds the same bytes already may put them here."""

    @property
    def large(self) -> bool:
        """Whether it matters how often the lines are held."""
        return self.length >= _LARGE

    @property
    def plain(self) -> bytes:
        """The lines; inflated each time they are asked for, once put by."""
        plain = self._plain
        return plain if plain is not None else _inflate(self.deflated)

    def put_by(self) -> None:
        """Hold the lines deflated only, if they are many."""
        if self.large:
            self._plain = None


def _deflate(plain: bytes) -> bytes:
    squeeze = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return squeeze.compress(plain) + squeeze.flush(zlib.Z_SYNC_FLUSH)


def _inflate(deflated: bytes | memoryview) -> bytes:
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(deflated)


EMPTY: Final = Chunk(b"")
