"""What can go wrong below HTTP, in sentences of ours: the libraries' own may hold addresses with credentials."""

import ssl
from typing import Final

import aiohttp
from yarl import URL

THIRD_PARTY: Final = (
    aiohttp.ClientError,
    OSError,
    EOFError,
    ValueError,
    LookupError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    RuntimeError,
    TypeError,
)
"""What aiohttp, asyncio, ssl and the codecs can raise on the way of a call; whatever else comes is a bug.

`ValueError`: control characters in a header, a port out of range, `UnicodeError` of the codec of host names, base64.
`LookupError`: an encoding nobody knows. `ArithmeticError`: a port too large for a socket. The last four are what
aiohttp and asyncio's TLS fail with when a connection is lost at the wrong moment.
"""


def named(endpoint: URL) -> str:
    """The endpoint in a message: host and port."""
    return endpoint.host_port_subcomponent or "the endpoint"


def connection_failure(  # noqa: C901, PLR0911, PLR0912 - one row for each way to fail
    exc: Exception, host: str
) -> str:
    """What went wrong in one sentence."""
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
        case aiohttp.ServerDisconnectedError() | ConnectionError() | EOFError():
            return f"{host} closed the connection without an answer"
        case aiohttp.ClientOSError():
            return f"the connection to {host} failed: {_os_reason(exc)}"
        case aiohttp.ClientPayloadError():
            return f"the answer of {host} broke off or is badly encoded"
        case aiohttp.ClientResponseError():
            return f"the answer of {host} is not valid HTTP"
        case aiohttp.InvalidURL():
            return f"no request can be sent to {host}: the address is not valid"
        case UnicodeError():
            return f"no request can be sent to {host}: it, or its proxy, is not a possible host name"
        case ValueError() | OverflowError():
            return f"no request can be sent to {host}: something in it cannot be said in HTTP"
        case _:
            return f"the connection to {host} failed"


def _os_reason(exc: OSError) -> str:
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
    reason = exc.reason if isinstance(exc, ssl.SSLError) else None
    return (reason or "handshake failed").replace("_", " ").lower()[:80]


def _certificate_reason(exc: Exception) -> str:
    # OpenSSL's own failures have it; those that Python raises itself, as for another host name, do not always.
    return str(getattr(exc, "verify_message", None) or "verification failed")[:120]
