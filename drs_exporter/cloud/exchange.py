"""One request out, one answer in: the only place that sees the HTTP library fail."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.request import getproxies_environment, proxy_bypass

import aiohttp
from yarl import URL

from drs_exporter.cloud.request import Request
from drs_exporter.errors import (
    ApiConnectionError,
    ApiCredentialError,
    ApiSchemaError,
    ApiTimeoutError,
    SettingsError,
)
from drs_exporter.secret import Secret

BODY_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of a successful answer after decompression; more is refused."""

_REFUSAL_LIMIT: Final = 64 * 1024
"""Bytes read of an answer that says no; the rest is not looked at."""

_HEADER_LIMIT: Final = 128 * 1024
"""Bytes of one header line: sign-in tokens come as headers of many kilobytes."""

_SUCCESS: Final = range(200, 300)
_NO_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, complete."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def success(self) -> bool:
        """Any 2xx."""
        return self.status in _SUCCESS


class Exchange:
    """Sends requests to one endpoint over an injected session; every failure is one of our errors."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        request_timeout: float,
        proxy: Secret | None = None,
        direct: bool = False,
    ) -> None:
        """Go through `proxy`, else through what HTTPS_PROXY and NO_PROXY say, unless `direct`."""
        self._session = session
        self._timeout = request_timeout
        self._proxy = proxy
        self._direct = direct

    async def send(self, request: Request) -> Answer:
        """The answer, whatever it says; a body that drips ends by the request timeout too."""
        proxy = self._proxy_for(request)
        try:
            async with asyncio.timeout(self._timeout):
                return await self._send(request, proxy)
        except TimeoutError:
            message = f"no complete answer from {_named(request.endpoint)} within {self._timeout:g} s"
            raise ApiTimeoutError(message, operation=request.operation) from None
        except (aiohttp.ClientError, OSError) as exc:
            message = _connection_failure(exc, _named(request.endpoint))
            raise ApiConnectionError(message, operation=request.operation) from None

    async def _send(self, request: Request, proxy: URL | None) -> Answer:
        """Send and read, bounded in size."""
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
            success = response.status in _SUCCESS
            limit = BODY_LIMIT if success else _REFUSAL_LIMIT
            chunks, size = [], 0
            async for chunk in response.content.iter_any():
                chunks.append(chunk)
                size += len(chunk)
                if size > limit:
                    response.close()
                    if success:
                        message = f"the answer is larger than {BODY_LIMIT // 1024 // 1024} MiB"
                        raise ApiSchemaError(message, operation=request.operation)
                    break
            return Answer(status=response.status, headers=response.headers, body=b"".join(chunks)[:limit])

    def _proxy_for(self, request: Request) -> URL | None:
        """The proxy of this request; the session's own reading of the environment would also send ~/.netrc along."""
        if self._direct:
            return None
        if self._proxy is not None:
            try:
                return URL(self._proxy.read())
            except SettingsError as exc:
                raise ApiCredentialError(str(exc), operation=request.operation) from None
            except ValueError:
                raise ApiCredentialError("proxy_url is not a URL", operation=request.operation) from None
        if request.endpoint.scheme != "https" or proxy_bypass(request.host):
            return None
        found = getproxies_environment().get("https")
        return URL(found) if found else None


def _named(endpoint: URL) -> str:
    """The endpoint in a message: host and port."""
    return endpoint.host_port_subcomponent or "the endpoint"


def _connection_failure(  # noqa: C901, PLR0911 - one row for each way to fail
    exc: aiohttp.ClientError | OSError, host: str
) -> str:
    """What went wrong in one sentence; the library's own text may hold addresses with credentials."""
    match exc:
        case aiohttp.ClientHttpProxyError():
            return f"the proxy refused to connect to {host}: HTTP {exc.status}"
        case aiohttp.ClientProxyConnectionError():
            return f"cannot connect to the proxy: {_os_reason(exc.os_error)}"
        case aiohttp.ClientConnectorCertificateError():
            return f"the certificate of {host} is not trusted: {_certificate_reason(exc.certificate_error)}"
        case aiohttp.ClientConnectorSSLError():
            return f"no TLS connection to {host}: {_tls_reason(exc.os_error)}"
        case aiohttp.ClientConnectorDNSError():
            return f"the name of {host} cannot be resolved"
        case aiohttp.ClientConnectorError():
            return f"cannot connect to {host}: {_os_reason(exc.os_error)}"
        case aiohttp.ServerDisconnectedError() | ConnectionError():
            return f"{host} closed the connection without an answer"
        case aiohttp.ClientOSError():
            return f"the connection to {host} failed: {_os_reason(exc)}"
        case aiohttp.ClientPayloadError():
            return f"the answer of {host} broke off or is badly encoded"
        case aiohttp.ClientResponseError():
            return f"the answer of {host} is not valid HTTP"
        case aiohttp.InvalidURL():
            return f"no request can be sent to {host}: the address is not valid"
        case _:
            return f"the connection to {host} failed"


def _os_reason(exc: OSError) -> str:
    """The operating system's word for it."""
    match exc:
        case ConnectionRefusedError():
            return "connection refused"
        case TimeoutError():
            return "connection timed out"
        case ConnectionResetError():
            return "connection reset"
        case _:
            return (exc.strerror or "connection failed").lower()[:80]


def _tls_reason(exc: OSError) -> str:
    """OpenSSL's reason."""
    reason = exc.reason if isinstance(exc, ssl.SSLError) else None
    return (reason or "handshake failed").replace("_", " ").lower()[:80]


def _certificate_reason(exc: Exception) -> str:
    """Why a certificate was not accepted."""
    # OpenSSL's own failures have it; those that Python raises itself, as for another host name, do not always.
    return str(getattr(exc, "verify_message", None) or "verification failed")[:120]
