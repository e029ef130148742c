"""What to do about an error: one line for the person who set the exporter up."""

from drs_exporter.cloud_eye.client import OPERATIONS as CLOUD_EYE
from drs_exporter.errors import (
    ApiConnectionError,
    ApiCredentialError,
    ApiError,
    ApiSchemaError,
    ApiStatusError,
    ApiTimeoutError,
    NoProjectError,
    Refusal,
)
from drs_exporter.settings import ProjectSearch
from drs_exporter.settings.resolved import Access

_UNAUTHORISED = 401
_NOT_FOUND = 404


def advise(  # noqa: PLR0911 - one row for each kind
    error: ApiError, access: Access, *, without: str | None = None
) -> str:
    """The most likely remedy, in the names of the settings; all others work `without` that collector, if it is one."""
    signing_in = error.operation == "sign_in"
    endpoint = _setting(error.operation)
    match error:
        case ApiStatusError(refusal=Refusal.UNSUPPORTED) if error.operation in CLOUD_EYE:
            where = _address(access, endpoint)
            return f"check cloud_eye_endpoint: there is no Cloud Eye at {where}; all else works without it"
        case ApiStatusError() if without is not None:
            return f"nothing, the rest works without it; leave {without} out of collectors to hide this"
        case ApiStatusError():
            return _sign_in(error, access) if signing_in else _refused(error, access)
        case NoProjectError():
            return _no_project(str(error), access)
        case ApiCredentialError():
            return _no_credential(str(error), access)
        case ApiTimeoutError():
            return f"see that {_address(access, endpoint)} can be reached from here, or raise request_timeout"
        case ApiConnectionError():
            return _unreachable(str(error), access, endpoint)
        case ApiSchemaError():
            return f"{_address(access, endpoint)} does not answer like the service: check {endpoint} and proxy_url"
        case _:
            return "see the log"


def _no_project(failure: str, access: Access) -> str:
    """IAM tells of none that is searched for, or of none that can be watched."""
    if "no region" in failure:
        return "say in region where it is"
    setting = "iam_project" if access.discover_projects is None else "discover_projects"
    return f"check {setting}, which is about whole names, or let the user or agency see the project"


def _no_credential(failure: str, access: Access) -> str:
    if access.auth == "agency":
        return "give this machine an agency that may read DRS, or another kind of credentials"
    if "PROXY" in failure.upper():
        return "check proxy_url, or HTTPS_PROXY and NO_PROXY"
    return "see that the file is there, readable for this user, and holds one line"


def _sign_in(  # noqa: PLR0911 - one row for each place and reason
    error: ApiStatusError, access: Access
) -> str:
    if error.refusal in {Refusal.THROTTLED, Refusal.SERVER}:
        return "the identity service is in trouble: try again later"
    if access.auth == "agency":
        return "give this machine an agency that may read DRS"
    if access.auth == "pod_identity":
        return "tie the pod's service account to an agency that may read DRS"
    if error.status == _NOT_FOUND:
        return f"check iam_endpoint: no token can be had at {access.iam_endpoint}"
    if access.auth == "oidc":
        return "check that the identity provider is one of this account, and that its token is new and for this account"
    if access.auth == "token":
        return "get a new token: this one has ended, or is of another account"
    if access.auth == "aksk" and error.refusal is Refusal.AUTH:
        return _refused(error, access)
    if error.status == _UNAUTHORISED:
        return "check username, password and domain_name, and that the user may use the API"
    if isinstance(access, ProjectSearch):
        return "check domain_name, if it is given, and that the user or agency may list projects in IAM"
    return f"check that project_id is a project of region {access.region} and that this user belongs to it"


def _refused(  # noqa: PLR0911 - one row for each meaning
    error: ApiStatusError, access: Access
) -> str:
    match error.refusal:
        case Refusal.AUTH | Refusal.PERMISSION if "clock" in str(error):
            return "set this machine's clock, best by NTP: a signature is good for minutes only"
        case Refusal.AUTH:
            return {
                "token": "get a new token for this project: this one has ended, or is for another",
                "password": "check that project_id and endpoint are of the cloud that signed you in",
                "aksk": "check access_key and secret_key; a temporary key needs its security_token and ends",
                "agency": "check that the agency of this machine belongs to the account of the project",
                "pod_identity": "check that the agency of this pod belongs to the account of the project",
                "oidc": "check that project_id and endpoint are of the cloud that signed you in",
            }[access.auth]
        case Refusal.PERMISSION:
            return "give the user or agency the right to read DRS in this project (DRS ReadOnlyAccess)"
        case Refusal.WRONG_PROJECT:
            return f"check project_id: it has to be a project of region {access.region} these credentials belong to"
        case Refusal.THROTTLED:
            return "lower max_requests_per_second, or poll less often; others share the limit"
        case Refusal.UNSUPPORTED:
            return f"check endpoint, region and cloud: there is no such operation at {_address(access, 'endpoint')}"
        case Refusal.SERVER:
            return "the service is in trouble: try again later"
        case _:
            return "try again; if it stays, look the code up in the service's list of error codes"


def _unreachable(failure: str, access: Access, endpoint: str) -> str:
    """No connection, for one of the reasons the client tells apart."""
    if "proxy" in failure:
        return "check proxy_url, or HTTPS_PROXY and NO_PROXY"
    if "certificate" in failure:
        return f"check {endpoint}; if its authority is your own, name its certificate in ca_file"
    if "TLS" in failure:
        return f"check that {endpoint} is right: no TLS is spoken there"
    if "resolved" in failure:
        return f"check region and cloud, {endpoint} if given, and this machine's DNS"
    return f"see that {_address(access, endpoint)} can be reached from here: {endpoint}, firewall, proxy_url"


def _setting(operation: str) -> str:
    """The setting that says where this operation is asked."""
    if operation == "sign_in":
        return "iam_endpoint"
    return "cloud_eye_endpoint" if operation in CLOUD_EYE else "endpoint"


def _address(access: Access, endpoint: str) -> str:
    return str(getattr(access, endpoint))
