"""The vendor's request signature, SDK-HMAC-SHA256, as a pure function."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, unquote

from drs_exporter.cloud.request import canonical_query

ALGORITHM: Final = "SDK-HMAC-SHA256"
DATE_HEADER: Final = "X-Sdk-Date"
DATE_FORMAT: Final = "%Y%m%dT%H%M%SZ"


def authorization(
    *,
    method: str,
    path: str,
    query: tuple[tuple[str, str], ...],
    headers: Mapping[str, str],
    body: bytes,
    access_key: str,
    secret_key: str,
) -> str:
    """The Authorization header of a JSON request; `headers` are all that is signed, X-Sdk-Date and Host among them."""
    signed = {name.lower(): value.strip() for name, value in headers.items() if "_" not in name}
    names = sorted(signed)
    lines = [
        method.upper(),
        _canonical_path(path),
        canonical_query(query),
        *(f"{name}:{signed[name]}" for name in names),
        "",
        ";".join(names),
        hashlib.sha256(body).hexdigest(),
    ]
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    message = f"{ALGORITHM}\n{signed[DATE_HEADER.lower()]}\n{digest}"
    signature = hmac.new(secret_key.encode(), message.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Access={access_key}, SignedHeaders={';'.join(names)}, Signature={signature}"


def _canonical_path(path: str) -> str:
    """Each segment decoded and escaped again, with a slash at the end."""
    escaped = "/".join(quote(part, safe="~") for part in unquote(path).split("/"))
    return escaped if escaped.endswith("/") else f"{escaped}/"
