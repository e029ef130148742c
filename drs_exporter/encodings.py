"""Encodings of a page: its body is encoded once, and its end, which may change every second, is added to that."""

import struct
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from isal import isal_zlib

if sys.version_info >= (3, 14):
    from compression.zstd import CompressionParameter, ZstdCompressor, compress
else:
    from backports.zstd import CompressionParameter, ZstdCompressor, compress

END_SECONDS: Final = 1.0
"""How old the end of a page may be."""

_GZIP_HEADER: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\xff"
_ZSTD: Final[Mapping[int, int]] = {CompressionParameter.compression_level: 3, CompressionParameter.window_log: 22}
"""A window of 4 MiB reaches the lines of the same jobs in the family before; readers must grant 8 MiB (RFC 9659)."""


class Body:
    """The encoded body of a page, and how an end becomes what follows it."""

    def __init__(self, buffers: Iterable[bytes], encode_end: Callable[[bytes], bytes]) -> None:
        self._buffers = tuple(buffers)
        self._encode_end = encode_end
        self._ends: dict[object, tuple[float, bytes]] = {}

    def page(self, end: Callable[[], bytes], *, kind: object, now: float) -> tuple[bytes, ...]:
        """The body and an end of this kind as buffers; one made less than a second ago is used again."""
        made, encoded = self._ends.get(kind, (0.0, None))
        if encoded is None or now - made >= END_SECONDS:
            encoded = self._encode_end(end())
            self._ends[kind] = now, encoded
        return (*self._buffers, encoded)


def _plain(pieces: Iterable[bytes]) -> Body:
    return Body(pieces, lambda end: end)


def _gzip(pieces: Iterable[bytes]) -> Body:
    """One gzip member, flushed to a whole byte after the body, so that any end can follow."""
    compressor = _deflate()
    body, checksum, length = [_GZIP_HEADER], 0, 0
    for piece in pieces:
        body.append(compressor.compress(piece))
        checksum, length = isal_zlib.crc32(piece, checksum), length + len(piece)
    body.append(compressor.flush(isal_zlib.Z_SYNC_FLUSH))

    def encode_end(end: bytes) -> bytes:
        last = _deflate()
        trailer = struct.pack("<LL", isal_zlib.crc32(end, checksum), (length + len(end)) & 0xFFFFFFFF)
        return b"".join((last.compress(end), last.flush(), trailer))

    return Body((b"".join(body),), encode_end)


def _deflate() -> isal_zlib.Compress:
    """ISA-L's second level of four: smaller than zlib's third for a fifth of its time."""
    return isal_zlib.compressobj(1, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)


def _zstd(pieces: Iterable[bytes]) -> Body:
    """A frame, and one more for the end: frames may follow one another."""
    compressor = ZstdCompressor(options=_ZSTD)
    body = b"".join((*map(compressor.compress, pieces), compressor.flush()))
    return Body((body,), compress)


PLAIN: Final = "identity"
ENCODINGS: Final[Mapping[str, Callable[[Iterable[bytes]], Body]]] = {"zstd": _zstd, "gzip": _gzip, PLAIN: _plain}
"""By the name that HTTP gives them, the preferred one first."""
