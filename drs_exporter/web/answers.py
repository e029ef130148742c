"""An answer is bytes that exist already, written as fast as the reader reads and no longer than it may take."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, cast

from aiohttp import web
from aiohttp.http_writer import StreamWriter
from multidict import CIMultiDict

if TYPE_CHECKING:
    from drs_exporter.web.connection import Connection

SLICE: Final = 1024 * 1024
"""The most a connection holds beyond what the kernel has taken.

Each slice takes a turn with the thread that is polling, so smaller ones make scrapes of many megabytes slow meanwhile.
"""

_WHOLE: Final = 320 * 1024
"""A body up to this size is written at once, behind its headers: one copy costs less than one more write."""

_FIRST: Final = 64 * 1024
"""Of a longer body, what goes with the headers; the rest is never copied."""

_ALWAYS: Final = {"Server": "drs-exporter", "X-Content-Type-Options": "nosniff"}


def headers(given: Mapping[str, str]) -> CIMultiDict[str]:
    """These headers and those that every answer has."""
    return CIMultiDict({**_ALWAYS, **given})


_SENTENCE: Final = headers(
    {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
    }
)


def _slices(buffers: Sequence[bytes | memoryview]) -> Iterator[memoryview]:
    """The body in pieces of at most one slice."""
    length = _FIRST
    for buffer in buffers:
        view, start = memoryview(buffer).cast("B"), 0
        while start < len(view):
            yield view[start : start + length]
            start, length = start + length, SLICE


class Answer(web.StreamResponse):
    """A status, headers and buffers; nothing is ever copied whole.

    aiohttp would hand the whole body to the transport, which copies what the socket does not take: 40 slow scrapers
    of 10 MB would be 400 MB. Here each holds one slice, since every connection asks to be told of the first byte that
    the kernel does not take.
    """

    _send_headers_immediately = False  # but together with the first slice, as aiohttp's own Response does

    def __init__(self, buffers: Sequence[bytes | memoryview], common: CIMultiDict[str], *, status: int = 200) -> None:
        """Keep the buffers; `common` are headers that other answers have too."""
        self._buffers = buffers
        self._length = sum(map(len, buffers))
        own = common.copy()
        own["Content-Length"] = str(self._length)
        super().__init__(status=status, headers=own)

    async def deliver(self, request: web.BaseRequest, *, within: float) -> bool:
        """Send it; False, and the connection is gone, if the reader has not taken it in so many seconds."""
        try:
            await self.prepare(request)
            await self._write(request, within)
        except TimeoutError:
            self.force_close()
            cast("Connection", request.protocol).hang_up()
            return False
        except ConnectionError:  # the reader has left
            self.force_close()
        finally:
            self._buffers = ()
        return True

    async def _write(self, request: web.BaseRequest, within: float) -> None:
        """Write what the kernel takes at once without a timer, which on a small answer costs more than the answer."""
        writer, protocol = cast("StreamWriter", request.writer), request.protocol
        deadline: float | None = None
        if request.method != "HEAD":
            whole = self._length <= _WHOLE
            for piece in (b"".join(self._buffers),) if whole else _slices(self._buffers):
                await writer.write(piece, drain=False)
                if protocol.writing_paused:
                    if deadline is None:
                        deadline = asyncio.get_running_loop().time() + within
                    async with asyncio.timeout_at(deadline):
                        await writer.drain()
        await self.write_eof()


def sentence(status: int, text: str, more: Mapping[str, str] | None = None) -> Answer:
    """One line of plain text."""
    answer = Answer((f"{text}\n".encode("utf-8", "replace"),), _SENTENCE, status=status)
    if more is not None:
        answer.headers.update(more)
    return answer
