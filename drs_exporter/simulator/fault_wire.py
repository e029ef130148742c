"""Faults below JSON: bytes that are cut, lie about their length, come slowly, never come or never end."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from aiohttp import web

if TYPE_CHECKING:
    from drs_exporter.simulator.exchange import Exchange

Params = Mapping[str, object]

_CHUNK: Final = 64 * 1024
_LINGER: Final = struct.pack("ii", 1, 0)
"""Makes a closed socket say RST instead of FIN."""


async def reset(exchange: "Exchange", _params: Params, _stopping: asyncio.Event) -> web.StreamResponse:
    """The connection is torn down with a reset."""
    transport = exchange.request.transport
    if transport is not None:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
        transport.abort()
    return web.Response()


async def close(exchange: "Exchange", _params: Params, _stopping: asyncio.Event) -> web.StreamResponse:
    """The connection ends before a byte of an answer."""
    _hang_up(exchange)
    return web.Response()


async def hang(exchange: "Exchange", _params: Params, stopping: asyncio.Event) -> web.StreamResponse:
    """Nothing comes, for as long as the cloud runs."""
    await stopping.wait()
    _hang_up(exchange)
    return web.Response()


async def slow(_exchange: "Exchange", params: Params, stopping: asyncio.Event) -> None:
    """The answer is right and late."""
    await _pause(float(str(params.get("seconds", 1))), stopping)


async def truncated(
    _exchange: "Exchange", status: int, body: bytes, params: Params, _stopping: asyncio.Event
) -> web.StreamResponse:
    """Half a body, sent as if it were whole."""
    kept = int(len(body) * float(str(params.get("share", 0.5))))
    return web.Response(status=status, body=body[:kept], content_type="application/json")


async def invalid_utf8(
    _exchange: "Exchange", status: int, body: bytes, _params: Params, _stopping: asyncio.Event
) -> web.StreamResponse:
    """Bytes that are no UTF-8 in the first name, or the first text: as of a name cut in the middle of a character."""
    first = b'"name":"' if b'"name":"' in body else b'":"'
    broken = body.replace(first, first + b"\xff\xfe\xc3(", 1)
    return web.Response(status=status, body=broken, content_type="application/json")


async def wrong_length(
    exchange: "Exchange", status: int, body: bytes, params: Params, _stopping: asyncio.Event
) -> web.StreamResponse:
    """A Content-Length that is off by `bytes`, then the end of the connection."""
    transport = exchange.request.transport
    if transport is not None:
        claimed = max(0, len(body) + int(str(params.get("bytes", 100))))
        head = f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {claimed}\r\n\r\n"
        transport.write(head.encode() + body)
    _hang_up(exchange)
    return web.Response()


async def control_token(exchange: "Exchange", _params: Params, _stopping: asyncio.Event) -> web.StreamResponse:
    """A sign-in as good as any, but for one character of its token; written by hand, for no library would."""
    transport = exchange.request.transport
    if transport is not None:
        body = b'{"token":{"expires_at":"2099-01-01T00:00:00.000000Z"}}'
        head = b"HTTP/1.1 201 Created\r\nX-Subject-Token: MII\x01sim\r\nContent-Length: %d\r\n\r\n" % len(body)
        transport.write(head + body)
    _hang_up(exchange)
    return web.Response()


async def drip(
    exchange: "Exchange", status: int, body: bytes, params: Params, stopping: asyncio.Event
) -> web.StreamResponse:
    """A byte at a time."""
    response = web.StreamResponse(status=status, headers={"Content-Type": "application/json"})
    response.content_length = len(body)
    await response.prepare(exchange.request)
    for index in range(len(body)):
        await response.write(body[index : index + 1])
        await _pause(float(str(params.get("interval", 1))), stopping)
        if stopping.is_set():
            _hang_up(exchange)
            return response
    await response.write_eof()
    return response


async def oversize(exchange: "Exchange", params: Params, _stopping: asyncio.Event) -> web.StreamResponse:
    """More than anyone should read; nothing of it is held here. With `declared` its length is said beforehand."""
    size = int(float(str(params.get("mebibytes", 65))) * 1024 * 1024)
    head, tail = b'{"jobs":[],"results":[],"count":0,"total_record":0,"padding":"', b'"}'
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    if params.get("declared"):
        response.content_length = len(head) + size + len(tail)
    await response.prepare(exchange.request)
    padding = b"x" * _CHUNK
    # Whoever has read enough hangs up, which is what this fault is for.
    with contextlib.suppress(ConnectionResetError):
        await response.write(head)
        for start in range(0, size, _CHUNK):
            await response.write(padding[: min(_CHUNK, size - start)])
        await response.write(tail)
        await response.write_eof()
    return response


def _hang_up(exchange: "Exchange") -> None:
    if exchange.request.transport is not None:
        exchange.request.transport.close()


async def _pause(seconds: float, stopping: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        pass
