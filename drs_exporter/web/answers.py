"""The two kinds of answer: one sentence, and bytes that exist already."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from aiohttp import web

SLICE: Final = 64 * 1024
"""The most a connection holds beyond what the kernel has taken."""

_ALWAYS: Final = {"Server": "drs-exporter", "X-Content-Type-Options": "nosniff"}
_SENTENCE: Final = {
    **_ALWAYS,
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


def sentence(status: int, text: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """One line of plain text."""
    body = f"{text}\n".encode("utf-8", "replace")
    return web.Response(status=status, body=body, headers={**_SENTENCE, **(headers or {})})


def _slices(buffers: Sequence[bytes | memoryview], length: int) -> Iterator[bytes | memoryview]:
    """The body in pieces of at most one slice; a body that fits into one is a single piece."""
    if length <= SLICE:
        yield b"".join(buffers)
        return
    for buffer in buffers:
        view = memoryview(buffer).cast("B")
        for start in range(0, len(view), SLICE):
            yield view[start : start + SLICE]


class Prepared(web.Response):
    """An answer whose body is buffers made earlier; they are written as fast as the reader reads, never copied whole.

    aiohttp would hand the whole body to the transport, which copies what the socket does not take: 40 slow scrapers
    of 10 MB would be 400 MB. Here each holds one slice.
    """

    def __init__(self, buffers: Sequence[bytes | memoryview], headers: Mapping[str, str]) -> None:
        """Keep the buffers; `headers` name their type."""
        self._buffers = buffers
        self._length = sum(map(len, buffers))
        super().__init__(headers={**_ALWAYS, **headers, "Content-Length": str(self._length)})

    async def write_eof(self, data: bytes = b"") -> None:
        """Write the body, waiting whenever the reader is behind."""
        request = self._req
        if request is not None and request.method != "HEAD":
            writer = request.writer
            for piece in _slices(self._buffers, self._length):
                await writer.write(piece)
                await writer.drain()
        self._buffers = ()
        await super().write_eof(data)


async def deliver(request: web.BaseRequest, response: web.StreamResponse, *, within: float) -> bool:
    """Send an answer; False, and the connection is gone, when the reader has not taken it in that many seconds."""
    transport = request.transport
    try:
        async with asyncio.timeout(within):
            await response.prepare(request)
            await response.write_eof()
    except TimeoutError:
        response.force_close()
        if transport is not None:
            transport.abort()
        return False
    except ConnectionError:
        response.force_close()
    return True
