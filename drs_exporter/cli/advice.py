"""What to do about an error: one line for the person who set the exporter up."""

from drs_exporter.cloud_eye.client import OPERATIONS as CLOUD_EYE
from drs_exporter.errors import (
    ApiConnectionError,
    ApiCredentialError,
    ApiError,
    ApiSchemaError,
    ApiStatusError,
    ApiTimeoutError,
    Refusal,
)
from drs_exporter.settings import ProjectSettings

_UNAUTHORISED = 401
_NOT_FOUND = 404


def advise(  # noqa: PLR0911 - one row for each kind
    error: ApiError, project: ProjectSettings, *, without: str | None = None
) -> str:
    """The most likely remedy, in the names of the settings; all others work `without` that collector, if it is one."""
    signing_in = error.operation == "sign_in"
    endpoint = _setting(error.operation)
    match error:
        case ApiStatusError(refusal=Refusal.UNSUPPORTED) if error.operation in CLOUD_EYE:
            where = _address(project, endpoint)
            return f"check cloud_eye_endpoint: there is no Cloud Eye at {where}; all else works without it"
        case ApiStatusError() if without is not None:
            return f"nothing, the rest works without it; leave {without} out of collectors to hide this"
        case ApiStatusError():
            return _sign_in(error, project) if signing_in else _refused(error, project)
        case ApiCredentialError() if project.auth == "agency":
            return "give this machine an agency that may read DRS, or another kind of credentials"
        case ApiCredentialError() if "PROXY" in str(error).upper():
            return "check proxy_url, or HTTPS_PROXY and NO_PROXY"
        case ApiCredentialError():
            return "see that the file is there, readable for this user, and holds one line"
        case ApiTimeoutError():
            return f"see that {_address(project, endpoint)} can be reached from here, or raise request_timeout"
        case ApiConnectionError():
            return _unreachable(str(error), project, endpoint)
        case ApiSchemaError():
            return f"{_address(project, endpoint)} does not answer like the service: check {endpoint} and proxy_url"
        case _:
            return "see the log"


def _sign_in(  # noqa: PLR0911 - one row for each place and reason
    error: ApiStatusError, project: ProjectSettings
) -> str:
    """Signing in was refused."""
    if error.refusal in {Refusal.THROTTLED, Refusal.SERVER}:
        return "the identity service is in trouble: try again later"
    if project.auth == "agency":
        return "give this machine an agency that may read DRS"
    if project.auth == "pod_identity":
        return "tie the pod's service account to an agency that may read DRS"
    if error.status == _NOT_FOUND:
        return f"check iam_endpoint: no token can be had at {project.iam_endpoint}"
    if project.auth == "oidc":
        return "check that the identity provider is one of this account, and that its token is new and for this account"
    if error.status == _UNAUTHORISED:
        return "check username, password and domain_name, and that the user may use the API"
    return f"check that project_id is a project of region {project.region} and that this user belongs to it"


def _refused(  # noqa: PLR0911 - one row for each meaning
    error: ApiStatusError, project: ProjectSettings
) -> str:
    """The service said no."""
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
            }[project.auth]
        case Refusal.PERMISSION:
            return "give the user or agency the right to read DRS in this project (DRS ReadOnlyAccess)"
        case Refusal.WRONG_PROJECT:
            return f"check project_id: it has to be a project of region {project.region} these credentials belong to"
        case Refusal.THROTTLED:
            return "lower max_requests_per_second, or poll less often; others share the limit"
        case Refusal.UNSUPPORTED:
            return f"check endpoint, region and cloud: there is no such operation at {_address(project, 'endpoint')}"
        case Refusal.SERVER:
            return "the service is in trouble: try again later"
        case _:
            return "try again; if it stays, look the code up in the service's list of error codes"


def _unreachable(failure: str, project: ProjectSettings, endpoint: str) -> str:
    """No connection, for one of the reasons the client tells apart."""
    if "proxy" in failure:
        return "check proxy_url, or HTTPS_PROXY and NO_PROXY"
    if "certificate" in failure:
        return f"check {endpoint}; if its authority is your own, name its certificate in ca_file"
    if "TLS" in failure:
        return f"check that {endpoint} is right: no TLS is spoken there"
    if "resolved" in failure:
        return f"check region and cloud, {endpoint} if given, and this machine's DNS"
    return f"see that {_address(project, endpoint)} can be reached from here: {endpoint}, firewall, proxy_url"


def _setting(operation: str) -> str:
    """The setting that says where this operation is asked."""
    if operation == "sign_in":
        return "iam_endpoint"
    return "cloud_eye_endpoint" if operation in CLOUD_EYE else "endpoint"


def _address(project: ProjectSettings, endpoint: str) -> str:
    """The URL that was asked."""
    addresses = {"iam_endpoint": project.iam_endpoint, "cloud_eye_endpoint": project.cloud_eye_endpoint}
    return addresses.get(endpoint, project.endpoint)
