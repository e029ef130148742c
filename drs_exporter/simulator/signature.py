"""Checks an `SDK-HMAC-SHA256` signature from the raw request, written apart from the exporter's own signing."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote, unquote

from drs_exporter.simulator.refusal import unauthorised

_AUTHORIZATION: Final = re.compile(
    r"SDK-HMAC-SHA256 Access=(?P<access>[^,\s]+), "
    r"SignedHeaders=(?P<headers>[a-z0-9;-]+), "
    r"Signature=(?P<hex>[0-9a-f]{64})"
)
_TOLERANCE: Final = 15 * 60
"""Seconds a request's date may be off."""


def access_key(authorization: str) -> str:
    """The access key a request claims to be signed with."""
    found = _AUTHORIZATION.fullmatch(authorization)
    if found is None:
        raise unauthorised("the Authorization header is malformed")
    return found["access"]


def verify(*, method: str, target: str, headers: Mapping[str, str], body: bytes, secret_key: str, now: float) -> None:
    """Refuse a request whose date, signed headers or signature are wrong; `target` is the request line's, as sent."""
    found = _AUTHORIZATION.fullmatch(headers.get("Authorization", ""))
    if found is None:
        raise unauthorised("the Authorization header is malformed")
    signed = found["headers"].split(";")
    if signed != sorted(signed) or not {"host", "x-sdk-date"} <= set(signed):
        raise unauthorised("host and x-sdk-date must be among the signed headers, which must be sorted")
    date = headers.get("X-Sdk-Date", "")
    _check_date(date, now)
    canonical = _canonical_request(method, target, headers, signed, body)
    to_sign = f"SDK-HMAC-SHA256\n{date}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    wanted = hmac.new(secret_key.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted, found["hex"]):
        raise unauthorised("verify aksk signature fail")


def _check_date(date: str, now: float) -> None:
    try:
        stamp = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise unauthorised("X-Sdk-Date is malformed") from error
    if abs(stamp - now) > _TOLERANCE:
        raise unauthorised("the request's X-Sdk-Date is more than 15 minutes off the server's time")


def _canonical_request(method: str, target: str, headers: Mapping[str, str], signed: list[str], body: bytes) -> str:
    path, _, query = target.partition("?")
    uri = "/".join(quote(unquote(part), safe="~") for part in path.split("/"))
    if not uri.endswith("/"):
        uri += "/"
    pairs = sorted(tuple(map(unquote, pair.partition("=")[::2])) for pair in query.split("&") if pair)
    canonical_query = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)
    lines = []
    for name in signed:
        if name not in headers:
            raise unauthorised(f"the signed header {name} is not there")
        lines.append(f"{name}:{headers[name].strip()}\n")
    return "\n".join([method, uri, canonical_query, "".join(lines), ";".join(signed), _content(headers, body)])


def _content(headers: Mapping[str, str], body: bytes) -> str:
    """Only JSON is signed with its content; uploads, which nobody here sends, are not."""
    if body and not headers.get("Content-Type", "").startswith("application/json"):
        return headers.get("X-Sdk-Content-Sha256", "")
    return hashlib.sha256(body).hexdigest()
