"""One request out, one answer in: the only place that sees the HTTP library fail."""

import asyncio
from typing import Final

import aiohttp
from yarl import URL

from drs_exporter.cloud.answer import SUCCESS, HttpAnswer
from drs_exporter.cloud.bounds import ONE, Bounds, Intake
from drs_exporter.cloud.failures import THIRD_PARTY, connection_failure, named
from drs_exporter.cloud.proxies import Proxies
from drs_exporter.cloud.request import Request
from drs_exporter.errors import ApiConnectionError, ApiSchemaError, ApiTimeoutError

_REFUSAL_LIMIT: Final = 256 * 1024
"""Bytes read of an answer that says no, be it at length and of each of a hundred jobs; the rest is not looked at."""

_HEADER_LIMIT: Final = 128 * 1024
"""Bytes of one header line: sign-in tokens come as headers of many kilobytes."""

_NO_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)


class HttpExchange:
    """Sends requests over an injected session; every failure is one of our errors."""

    def __init__(
        self, session: aiohttp.ClientSession, *, request_timeout: float, proxies: Proxies | None = None
    ) -> None:
        """Wait `request_timeout` seconds for a whole answer; ask directly unless `proxies` know a way."""
        self._session = session
        self._timeout = request_timeout
        self._proxies = proxies

    async def send(self, request: Request, bounds: Bounds = ONE) -> HttpAnswer:
        """The answer, whatever it says, within `bounds`; a body that drips ends by the request timeout too."""
        proxy = self._proxies.way_to(request.endpoint, operation=request.operation) if self._proxies else None
        try:
            async with asyncio.timeout(self._timeout):
                return await self._send(request, bounds, proxy)
        except TimeoutError:
            message = f"no complete answer from {named(request.endpoint)} within {self._timeout:g} s"
            raise ApiTimeoutError(message, operation=request.operation) from None
        except THIRD_PARTY as exc:
            message = connection_failure(exc, named(request.endpoint))
            raise ApiConnectionError(message, operation=request.operation) from None

    async def _send(self, request: Request, bounds: Bounds, proxy: URL | None) -> HttpAnswer:
        async with self._session.request(
            request.method,
            request.url,
            headers=request.headers,
            data=request.body or None,
            allow_redirects=False,
            proxy=proxy,
            timeout=_NO_TIMEOUT,
            max_line_size=_HEADER_LIMIT,
            max_field_size=_HEADER_LIMIT,
        ) as response:
            if response.status in SUCCESS:
                intake = Intake(bounds, operation=request.operation)
                try:
                    async for chunk in response.content.iter_any():
                        intake.add(chunk)
                except ApiSchemaError:
                    response.close()
                    raise
                body = intake.body()
            else:
                body = await _beginning(response)
            return HttpAnswer(status=response.status, headers=response.headers, body=body)


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """What is read of a refusal."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > _REFUSAL_LIMIT:
            response.close()
            break
    return bytes(body[:_REFUSAL_LIMIT])
