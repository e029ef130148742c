"""What to do about errors that are hard to have for real."""

import pytest

from drs_exporter.cli.advice import advise
from drs_exporter.cli.preparation import load
from drs_exporter.errors import (
    ApiConnectionError,
    ApiCredentialError,
    ApiError,
    ApiStatusError,
    NoProjectError,
    Refusal,
)

PLACE = {"DRS_EXPORTER_PROJECT_ID": "p", "DRS_EXPORTER_REGION": "eu-de", "DRS_EXPORTER_CLOUD": "tcloud"}
TOKEN = PLACE | {"DRS_EXPORTER_TOKEN": "some-token"}
PASSWORD = PLACE | {
    "DRS_EXPORTER_USERNAME": "u",
    "DRS_EXPORTER_PASSWORD": "some-password",
    "DRS_EXPORTER_DOMAIN_NAME": "d",
}
AGENCY = PLACE | {"DRS_EXPORTER_AUTH": "agency"}


def refused(refusal: Refusal, *, operation: str = "list_jobs", status: int = 400) -> ApiStatusError:
    """A refusal."""
    return ApiStatusError("no", operation=operation, refusal=refusal, status=status)


@pytest.mark.parametrize(
    ("environ", "error", "advice"),
    [
        (
            TOKEN,
            ApiConnectionError("the name of drs.eu-de.example cannot be resolved", operation="list_jobs"),
            "check region and cloud, endpoint if given, and this machine's DNS",
        ),
        (
            TOKEN,
            ApiCredentialError("token_file: cannot read /t: Permission denied", operation="sign_in"),
            "see that the file is there, readable for this user, and holds one line",
        ),
        (
            TOKEN,
            NoProjectError("no project can be watched: no region is known for MOS", operation="sign_in"),
            "say in region where it is",
        ),
        (
            AGENCY,
            ApiCredentialError("there is no agency", operation="sign_in"),
            "give this machine an agency that may read DRS, or another kind of credentials",
        ),
        (
            AGENCY,
            refused(Refusal.AUTH, operation="sign_in", status=404),
            "give this machine an agency that may read DRS",
        ),
        (
            AGENCY,
            refused(Refusal.AUTH),
            "check that the agency of this machine belongs to the account of the project",
        ),
        (
            TOKEN,
            refused(Refusal.UNSUPPORTED, status=404),
            "check endpoint, region and cloud: there is no such operation at https://drs.eu-de.otc.t-systems.com",
        ),
        (
            TOKEN,
            ApiCredentialError("HTTPS_PROXY is not the address of a proxy", operation="list_jobs"),
            "check proxy_url, or HTTPS_PROXY and NO_PROXY",
        ),
        (
            PASSWORD,
            refused(Refusal.AUTH, operation="sign_in", status=404),
            "check iam_endpoint: no token can be had at https://iam.eu-de.otc.t-systems.com",
        ),
        (TOKEN, ApiError("odd", operation="list_jobs"), "see the log"),
    ],
)
def test_every_error_comes_with_advice(environ: dict[str, str], error: ApiError, advice: str) -> None:
    (project,) = load(environ=environ).projects
    assert advise(error, project) == advice
