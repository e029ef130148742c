"""The HTTP session of one project: its own connections and its own trust."""

import ssl
from pathlib import Path

import aiohttp

from drs_exporter.errors import SettingsError


def trust(*, ca_file: Path | None = None, tls_verify: bool = True) -> ssl.SSLContext:
    """Whose certificates are believed; `ca_file` replaces the system's authorities. SettingsError for a bad one."""
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except (OSError, ValueError) as exc:
        reason = "it holds no certificate" if isinstance(exc, ssl.SSLError) else getattr(exc, "strerror", None)
        raise SettingsError(f"ca_file: cannot use {ca_file}: {reason or 'it holds no certificate'}") from None
    if not tls_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def open_session(context: ssl.SSLContext, *, concurrency: int = 4) -> aiohttp.ClientSession:
    """A session that keeps no cookies and reads no proxy or password from its environment; close it when done."""
    connector = aiohttp.TCPConnector(ssl=context, limit=concurrency + 2)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
