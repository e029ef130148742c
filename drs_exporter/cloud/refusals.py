"""The error table: what a refusing answer means, decided from its status and code alone."""

import re
from types import MappingProxyType
from typing import Final

import msgspec

from drs_exporter.cloud.json_values import Scalar
from drs_exporter.errors import Refusal


class ErrorBody(msgspec.Struct, gc=False):
    """What a refusal says; its message is not read, it can hold secrets."""

    error_code: Scalar = None


_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What an error code looks like; anything else in its place is text of the service and is not kept."""

_BY_CODE: Final = MappingProxyType(
    {
        (400, "DRS.M01503"): Refusal.THROTTLED,
        (401, "DRS.M00103"): Refusal.PERMISSION,
        (403, "DRS.M00100"): Refusal.AUTH,
        (403, "DRS.M00102"): Refusal.PERMISSION,
        (403, "DRS.M00261"): Refusal.WRONG_PROJECT,
        (404, "APIGW.0101"): Refusal.UNSUPPORTED,
        (404, "DRS.M00101"): Refusal.PERMISSION,
        (422, "DRS.M00002"): Refusal.EMPTY,
    }
)

_IN_SUCCESS: Final = MappingProxyType({code: refusal for (_, code), refusal in _BY_CODE.items() if code})
"""The same codes in a 2xx, where the status says nothing; the gateway does not answer 2xx for itself."""

_BY_STATUS: Final = MappingProxyType(
    {
        401: Refusal.AUTH,
        403: Refusal.PERMISSION,
        407: Refusal.PERMISSION,
        429: Refusal.THROTTLED,
    }
)

_SENTENCES: Final = MappingProxyType(
    {
        Refusal.AUTH: "the token or signature is not accepted",
        Refusal.PERMISSION: "no permission for this operation",
        Refusal.WRONG_PROJECT: "the project id does not belong to these credentials",
        Refusal.THROTTLED: "too many requests",
        Refusal.UNSUPPORTED: "this cloud or region has no such operation",
        Refusal.GONE: "the object asked for does not exist any more",
        Refusal.EMPTY: "there is nothing to report",
        Refusal.REQUEST: "the service does not accept the request",
        Refusal.SERVER: "the service failed",
    }
)

_THROTTLED_CODE: Final = "APIGW.0308"
_NOT_FOUND: Final = 404
_FIRST_SERVER_ERROR: Final = 500
_SUCCESS: Final = range(200, 300)
_REDIRECTS: Final = range(300, 400)


def known_code(value: object) -> str | None:
    """The value if it looks like an error code: bounded, and free of anything a message could carry."""
    return value if isinstance(value, str) and _CODE.fullmatch(value) else None


def classify(  # noqa: PLR0911 - one row for each rule
    status: int, error_code: str | None, *, html: bool = False
) -> Refusal:
    """What an answer means that says no, be it with a 2xx; `html` when its body is a page for people."""
    if error_code == _THROTTLED_CODE:
        return Refusal.THROTTLED
    if status in _SUCCESS:
        return _IN_SUCCESS.get(error_code or "", Refusal.REQUEST)
    if status >= _FIRST_SERVER_ERROR or status in _REDIRECTS:
        return Refusal.SERVER
    if (refusal := _BY_CODE.get((status, error_code or ""))) is not None:
        return refusal
    if status == _NOT_FOUND:
        return Refusal.GONE if error_code is not None and error_code.startswith("DRS.") else Refusal.UNSUPPORTED
    if (refusal := _BY_STATUS.get(status)) is not None:
        return refusal
    return Refusal.SERVER if html else Refusal.REQUEST


def sign_in_meaning(status: int, error_code: str | None, *, html: bool = False) -> Refusal:
    """What a refused sign-in means: the service's own trouble passes, anything else is for the credential."""
    refusal = classify(status, error_code, html=html)
    return refusal if refusal in (Refusal.THROTTLED, Refusal.SERVER) else Refusal.AUTH


def sentence(refusal: Refusal, *, signing_in: bool = False) -> str:
    """The refusal in words for a person."""
    if signing_in and refusal is Refusal.AUTH:
        return "signing in was refused: the credential, or the project or domain it is for, is not accepted"
    return _SENTENCES[refusal]
