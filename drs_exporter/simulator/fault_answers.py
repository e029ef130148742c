"""Faults that answer in the operation's stead."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final

import msgspec
from aiohttp import web

from drs_exporter.simulator.refusal import Refused, as_cloud_eye
from drs_exporter.simulator.worldtime import http_date

if TYPE_CHECKING:
    from drs_exporter.simulator.exchange import Exchange

_GZIP: Final = 31
"""Window bits that make zlib write gzip."""

_PAGE: Final = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1><hr>nginx</body></html>"

Params = Mapping[str, object]
Answer = Callable[["Exchange", Params, asyncio.Event], Awaitable[web.StreamResponse | None]]


def refused(
    exchange: "Exchange", status: int, code: str, text: str, headers: Mapping[str, str] | None = None
) -> web.Response:
    """An error body as the service that was asked sends it."""
    refusal = Refused(status, code, text)
    body = msgspec.json.encode((as_cloud_eye(refusal) if exchange.of_cloud_eye else refusal).payload())
    return web.Response(status=status, body=body, content_type="application/json", headers=headers)


def refusal(status: int, code: str, text: str) -> Answer:
    """A fault that always refuses in the same way."""

    async def answer(exchange: "Exchange", _params: Params, _stopping: asyncio.Event) -> web.StreamResponse:
        return refused(exchange, status, code, text)

    return answer


def text(status: int, body: str) -> Answer:
    """A fault that always refuses without a code."""

    async def answer(_exchange: "Exchange", _params: Params, _stopping: asyncio.Event) -> web.StreamResponse:
        return web.Response(status=status, text=body)

    return answer


def html(status: int) -> Answer:
    """A fault that answers with a page for people."""

    async def answer(_exchange: "Exchange", _params: Params, _stopping: asyncio.Event) -> web.StreamResponse:
        return web.Response(status=status, text=_PAGE.format(f"{status} Bad Gateway"), content_type="text/html")

    return answer


def raw(body: bytes) -> Answer:
    """A fault that answers 200 with exactly these bytes."""

    async def answer(_exchange: "Exchange", _params: Params, _stopping: asyncio.Event) -> web.StreamResponse:
        return web.Response(body=body, content_type="application/json")

    return answer


async def throttle(exchange: "Exchange", params: Params, _stopping: asyncio.Event) -> web.StreamResponse:
    """Too many requests; without `retry_after` the service does not say when to come back."""
    headers = {}
    seconds = params.get("retry_after")
    if isinstance(seconds, int | float):
        headers["Retry-After"] = http_date(exchange.now + seconds) if params.get("date") else str(seconds)
    code = "DRS.M01503" if exchange.of_cloud_eye else "APIGW.0308"
    return refused(exchange, 429, code, "The throttling threshold has been reached.", headers)


async def unavailable(exchange: "Exchange", params: Params, _stopping: asyncio.Event) -> web.StreamResponse:
    """The service is down for a moment."""
    seconds = params.get("retry_after")
    return refused(
        exchange, 503, "DRS.M00503", "Unavailable.", None if seconds is None else {"Retry-After": str(seconds)}
    )


async def any_refusal(exchange: "Exchange", params: Params, _stopping: asyncio.Event) -> web.StreamResponse:
    """Whatever status and code the test asks for."""
    return refused(exchange, int(str(params.get("status", 400))), str(params.get("code", "DRS.M00202")), "Refused.")


async def redirect(_exchange: "Exchange", params: Params, _stopping: asyncio.Event) -> web.StreamResponse:
    """Send the client, and its token, elsewhere."""
    location = str(params.get("location", "http://127.0.0.2:9/"))
    return web.Response(status=302, headers={"Location": location})


async def deep(_exchange: "Exchange", params: Params, _stopping: asyncio.Event) -> web.StreamResponse:
    """More brackets than a recursive parser has stack."""
    depth = int(str(params.get("depth", 100_000)))
    return web.Response(body=b'{"jobs":' + b"[" * depth + b"]" * depth + b"}", content_type="application/json")


async def in_results(exchange: "Exchange", params: Params, _stopping: asyncio.Event) -> web.StreamResponse:
    """The code stands where that of one job would."""
    result = {"error_code": str(params.get("code", "DRS.M05004")), "error_message": "x"}
    jobs = exchange.json.get("jobs")
    if isinstance(jobs, list) and jobs and result["error_code"] != "DRS.M01503":
        result["id"] = str(jobs[0])
    body = msgspec.json.encode({"count": 1, "results": [result]})
    return web.Response(status=int(str(params.get("status", 400))), body=body, content_type="application/json")


async def zeros(_exchange: "Exchange", params: Params, _stopping: asyncio.Event) -> web.StreamResponse:
    """Thirty million numbers in some sixty kilobytes."""
    return _packed(b"0,", int(str(params.get("zeros", 30_000_000))))


async def nests(_exchange: "Exchange", params: Params, _stopping: asyncio.Event) -> web.StreamResponse:
    """Each of them is read, and all of them together are too many."""
    return _packed(b"[" * 500 + b"]" * 500 + b",", int(str(params.get("nests", 30_000))))


async def word(_exchange: "Exchange", params: Params, _stopping: asyncio.Event) -> web.StreamResponse:
    """One job whose name is as long as a film."""
    mebibyte = 1024 * 1024
    size = int(str(params.get("mebibytes", 32)))
    head, tail = b'{"total_record":1,"jobs":[{"id":"a","name":"', b'","children":[]}]}'
    packer = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
    parts = [packer.compress(head), *(packer.compress(b"x" * mebibyte) for _ in range(size)), packer.compress(tail)]
    return _gzip(b"".join([*parts, packer.flush()]))


def _packed(unit: bytes, count: int) -> web.StreamResponse:
    """An answer to any operation whose arrays hold the same thing over and over; little memory is used to make it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
    block, blocks = unit * 1000, count // 1000
    parts = [packer.compress(b'{"total_record":1,"total_count":1,"count":1,')]
    for name in (b"jobs", b"results"):
        parts.append(packer.compress(b'"' + name + b'":['))
        parts += [packer.compress(block) for _ in range(blocks)]
        parts.append(packer.compress(unit[:-1] + b"],"))
    return _gzip(b"".join([*parts, packer.compress(b'"end":0}'), packer.flush()]))


def _gzip(body: bytes) -> web.StreamResponse:
    """A compressed answer."""
    return web.Response(body=body, content_type="application/json", headers={"Content-Encoding": "gzip"})
