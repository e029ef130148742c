"""What the client tells whoever counts: the seam between calls and metrics."""

from drs_exporter.errors import ApiError


class Observer:
    """Told of every attempt of one project's client; must be quick and must not raise. This one counts nothing."""

    def attempted(self, operation: str, *, code: str, seconds: float) -> None:
        """One HTTP attempt ended: `code` is the HTTP status, `timeout`, `connection`, `schema` or `error`."""

    def called(self, operation: str, subject: str, *, seconds: float, failure: ApiError | None) -> None:
        """One call ended for good, so many seconds after its first attempt began, in success or with this failure.

        The subject tells calls of one operation apart, where that is worth telling.
        """

    def retried(self, operation: str, *, reason: str) -> None:
        """An attempt will be repeated because of `reason`."""

    def throttled(self, seconds: float) -> None:
        """Time was spent waiting for the request budget or a Retry-After."""

    def limited(self, operation: str, *, rate: float | None) -> None:
        """Throttling leaves this operation so many calls a second; `None` where only the budget limits it."""

    def signed_in(self) -> None:
        """A sign-in succeeded."""

    def sign_in_failed(self) -> None:
        """A sign-in was refused or could not be made."""

    def credential_expires(self, timestamp: float | None) -> None:
        """The credential in use ends at this Unix time; `None` where nothing expires."""
