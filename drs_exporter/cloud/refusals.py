"""What a refusing answer means, decided from its status and code alone: one table for each service."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from drs_exporter.cloud.answer import REDIRECTS, SUCCESS
from drs_exporter.cloud.limits import ACCOUNT_CODE
from drs_exporter.errors import Refusal

_NOT_FOUND: Final = 404
_FIRST_SERVER_ERROR: Final = 500

_BY_STATUS: Final = MappingProxyType(
    {
        401: Refusal.AUTH,
        403: Refusal.PERMISSION,
        407: Refusal.PERMISSION,
        408: Refusal.SERVER,
        425: Refusal.SERVER,
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


class ServiceRefusals:
    """The refusals of one service: its own codes first, then what every service and the gateway share."""

    def __init__(self, codes: Mapping[tuple[int, str], Refusal] = MappingProxyType({}), *, prefix: str = "") -> None:
        """Know these codes, each with its status; a 404 with a code of this `prefix` is about the object asked for."""
        self._codes = dict(codes)
        self._in_success = {code: refusal for (_, code), refusal in codes.items()}
        self._prefix = prefix

    def meaning(  # noqa: PLR0911 - one row for each rule
        self, status: int, error_code: str | None, *, html: bool = False
    ) -> Refusal:
        """What an answer means that says no, be it with a 2xx; `html` if its body is a page for people."""
        code = error_code or ""
        if code == ACCOUNT_CODE:
            return Refusal.THROTTLED
        if status in SUCCESS:
            return self._in_success.get(code, Refusal.REQUEST)
        if status >= _FIRST_SERVER_ERROR or status in REDIRECTS:
            return Refusal.SERVER
        if (refusal := self._codes.get((status, code))) is not None:
            return refusal
        if status == _NOT_FOUND:
            return Refusal.GONE if self._prefix and code.startswith(self._prefix) else Refusal.UNSUPPORTED
        if (refusal := _BY_STATUS.get(status)) is not None:
            return refusal
        return Refusal.SERVER if html else Refusal.REQUEST

    def sentence(self, refusal: Refusal, status: int) -> str:  # noqa: ARG002 - for those that differ by it
        """The refusal in words for a person."""
        return _SENTENCES[refusal]


class SignInRefusals(ServiceRefusals):
    """The refusals of a place that gives credentials: its own trouble passes, anything else is for the credential."""

    def __init__(self, place: str) -> None:
        """Sign in at a `place` such as "identity service"."""
        super().__init__()
        self._place = place

    def meaning(self, status: int, error_code: str | None, *, html: bool = False) -> Refusal:
        """Never that an operation is missing: a collector would take it for its own."""
        refusal = super().meaning(status, error_code, html=html)
        return refusal if refusal in (Refusal.THROTTLED, Refusal.SERVER) else Refusal.AUTH

    def sentence(self, refusal: Refusal, status: int) -> str:
        """Whom to blame: the address, or the credential."""
        if refusal is not Refusal.AUTH:
            return super().sentence(refusal, status)
        if status == _NOT_FOUND:
            return f"there is no {self._place} at this address"
        return "signing in was refused: the credential, or the project or domain it is for, is not accepted"
