"""Every error this package raises.

DrsExporterError
├── SettingsError              the configuration is wrong: exit 2
└── ApiError(operation)        one call failed: count it, carry on
    ├── ApiTimeoutError        reason="timeout"
    ├── ApiConnectionError     reason="connection"
    ├── ApiStatusError         reason="4xx", "5xx", "throttled", "auth"
    ├── ApiCredentialError     reason="auth"
    ├── NoProjectError         reason="no_project"
    └── ApiSchemaError         reason="schema"
        └── NoAnswerError      HTML or nothing: worth another try
"""

from enum import StrEnum
from typing import ClassVar, Self


class DrsExporterError(Exception):
    """Anything this package reports in one line instead of a traceback."""


class SettingsError(DrsExporterError):
    """The configuration is wrong; the message names the setting and never holds its value if that is a secret."""


class ApiError(DrsExporterError):
    """One call of one operation failed after its retries."""

    reason: ClassVar[str] = "api"

    def __init__(self, message: str, *, operation: str, request_id: str | None = None) -> None:
        """Keep the operation, a name of the table in the API digest, and the service's id of the request, if known."""
        super().__init__(message)
        self.operation = operation
        self.request_id = request_id

    def alone(self) -> Self:
        """Itself, without where it came from: an error that is kept would keep every answer read on its way."""
        self.__context__ = None
        return self.with_traceback(None)


class ApiTimeoutError(ApiError):
    """No complete answer within the request timeout."""

    reason = "timeout"


class ApiConnectionError(ApiError):
    """The service could not be reached: refused, reset, DNS, TLS."""

    reason = "connection"


class ApiCredentialError(ApiError):
    """There is no credential to send: its file cannot be read, or signing in gave none."""

    reason = "auth"


class NoProjectError(ApiError):
    """IAM answered, and of the projects it told none is the one that is searched for."""

    reason = "no_project"


class ApiSchemaError(ApiError):
    """A 2xx whose body is not what the operation promises: HTML, broken JSON, a missing array."""

    reason = "schema"


class NoAnswerError(ApiSchemaError):
    """HTML or nothing where JSON belongs: a gateway in trouble, so another try may help."""


class Refusal(StrEnum):
    """What a refusing answer means for the caller; decided in one place from status and error code."""

    AUTH = "auth"
    """The token or signature is not accepted: renewing may help."""
    PERMISSION = "permission"
    """Signed in, but not allowed."""
    WRONG_PROJECT = "wrong_project"
    """The project id does not belong to these credentials."""
    THROTTLED = "throttled"
    """Too many requests."""
    UNSUPPORTED = "unsupported"
    """This cloud or region has no such operation."""
    GONE = "gone"
    """The object asked for does not exist (any more)."""
    EMPTY = "empty"
    """An empty result, said with an error status."""
    REQUEST = "request"
    """The request as put: in a batch one bad id can refuse all of them."""
    SERVER = "server"
    """The service failed: try again."""


_REASONS = {Refusal.AUTH: "auth", Refusal.THROTTLED: "throttled", Refusal.SERVER: "5xx"}


class ApiStatusError(ApiError):
    """The service answered and said no."""

    def __init__(
        self,
        message: str,
        *,
        operation: str,
        refusal: Refusal,
        status: int,
        error_code: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        """Keep what was answered: HTTP status, the vendor's code (never its message), seconds it asks to wait."""
        super().__init__(message, operation=operation, request_id=request_id)
        self.refusal = refusal
        self.status = status
        self.error_code = error_code
        self.retry_after = retry_after

    @property
    def reason(self) -> str:  # type: ignore[override]
        """The bounded word for metrics and logs: `auth`, `throttled`, `5xx` or `4xx`."""
        return _REASONS.get(self.refusal, "4xx")
