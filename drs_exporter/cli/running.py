"""What a running exporter says, for commands that need not ask the cloud."""

from typing import Final

import aiohttp
import msgspec
from yarl import URL

from drs_exporter.errors import DrsExporterError, SettingsError
from drs_exporter.overview import Overview
from drs_exporter.settings.addresses import is_host

_TIMEOUT: Final = aiohttp.ClientTimeout(total=30)
_UNAUTHORISED: Final = 401
_OK: Final = 200


async def fetch(url: str) -> Overview:
    """The overview of the exporter at this address, a path in front of its own included.

    A user and password for basic authentication can stand in the address. SettingsError if it is none of a web server,
    DrsExporterError if it cannot be read, each in one line.
    """
    base = _address(url)
    page = (base / "jobs").with_query(format="json")
    where = f"{base.scheme}://{base.host}:{base.port}"
    try:
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session, session.get(page) as answer:
            if answer.status == _UNAUTHORISED:
                example = f"{base.scheme}://USER:PASSWORD@HOST:PORT"
                raise DrsExporterError(f"--url: {where} wants a user and a password: {example}")
            if answer.status != _OK:
                raise DrsExporterError(f"--url: {where} answers with status {answer.status}")
            body = await answer.read()
    except (aiohttp.ClientError, OSError, TimeoutError) as exc:
        raise DrsExporterError(f"--url: {where} cannot be read: {_reason(exc)}") from None
    try:
        return msgspec.json.decode(body, type=Overview)
    except msgspec.DecodeError:
        raise DrsExporterError(f"--url: {where} is no drs-exporter, or one of another version") from None


def _reason(exc: Exception) -> str:
    """Why it could not be read; of a certificate that is not trusted also how it can be."""
    if isinstance(exc, aiohttp.ClientConnectorCertificateError):
        found = getattr(exc.certificate_error, "verify_message", None) or "its certificate is not trusted"
        return f"{found}; SSL_CERT_FILE=PATH names an authority of your own"
    return getattr(exc, "strerror", None) or type(exc).__name__


def _address(url: str) -> URL:
    """The address, with `http` where it says no scheme."""
    try:
        address = URL(url if "://" in url else f"http://{url}")
    except ValueError:
        address = URL()
    if address.scheme not in {"http", "https"} or not is_host(address.host or "") or address.port == 0:
        raise SettingsError("--url: is not an address such as http://127.0.0.1:9877")
    return address
