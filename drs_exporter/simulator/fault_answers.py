"""Faults that answer in the operation's stead."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final

import msgspec
from aiohttp import web

from drs_exporter.simulator.refusal import Refused, as_cloud_eye
from drs_exporter.simulator.worldtime import http_date

if TYPE_CHECKING:
    from drs_exporter.simulator.exchange import Exchange

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
