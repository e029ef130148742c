"""Answers that refuse, with the service's error codes."""

from typing import Final

Payload = dict[str, object]
"""A JSON object on its way out."""


class Refused(Exception):  # noqa: N818 - it is an answer, not a failure of ours
    """The service says no."""

    def __init__(self, status: int, code: str, message: str) -> None:
        """Keep HTTP status, error code and text."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def payload(self) -> Payload:
        """The body the service sends along."""
        return {"error_code": self.code, "error_msg": self.message}


class IdentityRefused(Refused):
    """IAM says no, in the form of its own."""

    def payload(self) -> Payload:
        """The body IAM sends along."""
        return {"error": {"code": self.status, "message": self.message, "title": self.code}}


class CloudEyeRefused(Refused):
    """Cloud Eye says no: the code is nested."""

    def payload(self) -> Payload:
        """The body Cloud Eye sends along."""
        return {"http_code": self.status, "message": {"code": self.code, "details": self.message}}


CLOUD_EYE_CODES: Final = {
    400: "ces.0014",
    401: "ces.0015",
    403: "ces.0017",
    404: "ces.0016",
    429: "ces.0429",
}
"""Codes of Cloud Eye by the status they come with; whatever else fails is internal."""


def as_cloud_eye(refused: Refused) -> Refused:
    """The same refusal as Cloud Eye says it; what the gateway in front of it says stays as it is."""
    if not refused.code.startswith("DRS."):
        return refused
    return CloudEyeRefused(refused.status, CLOUD_EYE_CODES.get(refused.status, "ces.0007"), refused.message)


EMPTY: Final = "DRS.M00201"
INVALID: Final = "DRS.M00202"
PAGE: Final = "DRS.M00211"
DUPLICATE: Final = "DRS.M00301"
STATE: Final = "DRS.M00304"
UNKNOWN: Final = "DRS.M05004"


def missing(name: str) -> Refused:
    """A required parameter is not there."""
    return Refused(400, EMPTY, f"The {name} parameter is empty.")


def invalid(name: str) -> Refused:
    """A parameter has a value the service does not take."""
    return Refused(400, INVALID, f"The value of {name} is invalid.")


def unauthorised(reason: str) -> Refused:
    """The gateway does not take the token or signature."""
    return Refused(401, "APIGW.0301", f"Incorrect IAM authentication information: {reason}")


def no_such_operation() -> Refused:
    """The gateway knows no such path."""
    return Refused(404, "APIGW.0101", "The API does not exist or has not been published in the environment")
