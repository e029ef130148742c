import pytest

from drs_exporter.cloud.error_body import known_code, stated_code
from drs_exporter.cloud.refusals import ServiceRefusals, SignInRefusals
from drs_exporter.drs.refusals import REFUSALS
from drs_exporter.errors import Refusal

SIGN_IN = SignInRefusals("identity service")

TABLE = [
    (401, None, Refusal.AUTH),
    (401, "APIGW.0301", Refusal.AUTH),
    (401, "DRS.M00100", Refusal.AUTH),
    (403, "DRS.M00100", Refusal.AUTH),
    (401, "DRS.M00103", Refusal.PERMISSION),
    (403, "DRS.M00102", Refusal.PERMISSION),
    (403, "APIGW.0302", Refusal.PERMISSION),
    (403, None, Refusal.PERMISSION),
    (407, None, Refusal.PERMISSION),
    (403, "DRS.M00261", Refusal.WRONG_PROJECT),
    (429, "APIGW.0308", Refusal.THROTTLED),
    (429, None, Refusal.THROTTLED),
    (400, "DRS.M01503", Refusal.THROTTLED),
    (503, "APIGW.0308", Refusal.THROTTLED),
    (404, "APIGW.0101", Refusal.UNSUPPORTED),
    (404, "APIGW.0106", Refusal.UNSUPPORTED),
    (404, None, Refusal.UNSUPPORTED),
    (404, "DRS.M00289", Refusal.GONE),
    (404, "DRS.M00101", Refusal.PERMISSION),
    (422, "DRS.M00002", Refusal.EMPTY),
    (422, "DRS.M00204", Refusal.REQUEST),
    (400, "DRS.M05004", Refusal.REQUEST),
    (400, "DRS.M00304", Refusal.REQUEST),
    (400, "DRS.M00301", Refusal.REQUEST),
    (400, "DRS.M00307", Refusal.REQUEST),
    (400, "DRS.M00202", Refusal.REQUEST),
    (400, "DRS.M00211", Refusal.REQUEST),
    (400, None, Refusal.REQUEST),
    (408, None, Refusal.SERVER),
    (408, "APIGW.0201", Refusal.SERVER),
    (425, None, Refusal.SERVER),
    (500, None, Refusal.SERVER),
    (502, "DRS.M00001", Refusal.SERVER),
    (599, None, Refusal.SERVER),
    (302, None, Refusal.SERVER),
    (202, "DRS.M01504", Refusal.REQUEST),
    (200, "DRS.M01503", Refusal.THROTTLED),
    (200, "APIGW.0308", Refusal.THROTTLED),
    (200, "DRS.M00002", Refusal.EMPTY),
    (200, None, Refusal.REQUEST),
]


@pytest.mark.parametrize(("status", "code", "refusal"), TABLE)
def test_every_row_of_the_error_table_means_what_it_says(status: int, code: str | None, refusal: Refusal) -> None:
    assert REFUSALS.meaning(status, code) is refusal


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(400, Refusal.SERVER), (405, Refusal.SERVER), (404, Refusal.UNSUPPORTED), (403, Refusal.PERMISSION)],
)
def test_a_page_for_people_is_a_failing_gateway_unless_its_status_says_more(status: int, refusal: Refusal) -> None:
    assert REFUSALS.meaning(status, None, html=True) is refusal


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
def test_a_refused_sign_in_is_about_the_credential_whatever_its_status(status: int) -> None:
    """Else a collector would take a missing identity service for a missing operation."""
    assert SIGN_IN.meaning(status, None) is Refusal.AUTH


@pytest.mark.parametrize(("status", "refusal"), [(429, Refusal.THROTTLED), (503, Refusal.SERVER)])
def test_the_identity_services_own_trouble_is_passing(status: int, refusal: Refusal) -> None:
    assert SIGN_IN.meaning(status, None) is refusal


@pytest.mark.parametrize("refusal", list(Refusal))
def test_every_refusal_has_a_sentence(refusal: Refusal) -> None:
    assert 10 < len(REFUSALS.sentence(refusal, 400)) < 100


def test_a_refused_sign_in_is_said_as_one_and_a_wrong_address_is_not_blamed_on_the_credential() -> None:
    assert SIGN_IN.sentence(Refusal.AUTH, 401).startswith("signing in was refused")
    assert SIGN_IN.sentence(Refusal.AUTH, 404) == "there is no identity service at this address"
    assert SIGN_IN.sentence(Refusal.SERVER, 500) == REFUSALS.sentence(Refusal.SERVER, 500)


def test_another_service_has_codes_of_its_own_and_shares_the_rest() -> None:
    other = ServiceRefusals({(400, "ces.0429"): Refusal.THROTTLED}, prefix="ces.")
    assert other.meaning(400, "ces.0429") is Refusal.THROTTLED
    assert other.meaning(400, "DRS.M01503") is Refusal.REQUEST
    assert other.meaning(404, "ces.0050") is Refusal.GONE
    assert other.meaning(404, "DRS.M00289") is Refusal.UNSUPPORTED
    assert other.meaning(429, None) is Refusal.THROTTLED
    assert ServiceRefusals().meaning(404, "anything") is Refusal.UNSUPPORTED


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('{"error_code": "DRS.M00202", "error_msg": "x"}', "DRS.M00202"),
        ('{"count": 1, "results": [{"id": "j", "error_code": "DRS.M05004", "error_message": "x"}]}', "DRS.M05004"),
        ('{"count": 1, "results": [{"error_code": "DRS.M01503", "error_message": "x"}]}', "DRS.M01503"),
        ('{"jobs": [{"id": "j", "error_code": "DRS.M00304"}, {"error_code": "DRS.M1"}]}', "DRS.M00304"),
        ('{"http_code": 429, "message": {"code": "ces.0429", "details": "x"}}', "ces.0429"),
        ('{"error": {"code": "IAM.0101", "message": "x"}}', "IAM.0101"),
        ('{"error": {"error_code": "APIGW.0301"}, "message": "x"}', "APIGW.0301"),
        ('{"errorCode": "ces.0014", "errorMsg": "x"}', "ces.0014"),
        ('{"code": "ces.0015", "message": "the password s3cret"}', "ces.0015"),
        ('{"error": {"code": 401, "message": "x", "title": "Unauthorized"}}', 401),
        ('{"error_code": "", "error": {"code": "IAM.0011"}}', "IAM.0011"),
        ('{"error_code": null, "results": [{"error_code": ""}, {"error_code": "DRS.M1"}]}', None),
        ('{"results": [["DRS.M1"]], "error": ["DRS.M1"], "message": "DRS.M1"}', None),
        ('{"results": [], "jobs": null}', None),
        ("", None),
        ("[]", None),
        ("<html>", None),
        ("timeout", None),
    ],
)
def test_a_code_is_found_wherever_a_service_of_the_cloud_puts_it(body: str, code: object) -> None:
    assert stated_code(body.encode()) == code


@pytest.mark.parametrize("value", ["", None, 5, "password: s3cret", "x" * 65, "DRS.M1\n", "-x", ["DRS.M1"]])
def test_what_does_not_look_like_a_code_is_not_kept(value: object) -> None:
    assert known_code(value) is None


def test_a_code_is_kept_as_it_is() -> None:
    assert known_code("DRS.M01503") == "DRS.M01503"
