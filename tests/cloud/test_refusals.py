import pytest

from drs_exporter.cloud.refusals import classify, known_code, sentence, sign_in_meaning
from drs_exporter.errors import Refusal

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
    assert classify(status, code) is refusal


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(400, Refusal.SERVER), (405, Refusal.SERVER), (404, Refusal.UNSUPPORTED), (403, Refusal.PERMISSION)],
)
def test_a_page_for_people_is_a_failing_gateway_unless_its_status_says_more(status: int, refusal: Refusal) -> None:
    assert classify(status, None, html=True) is refusal


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
def test_a_refused_sign_in_is_about_the_credential_whatever_its_status(status: int) -> None:
    """Else a collector would take a missing identity service for a missing operation."""
    assert sign_in_meaning(status, None) is Refusal.AUTH


@pytest.mark.parametrize(("status", "refusal"), [(429, Refusal.THROTTLED), (503, Refusal.SERVER)])
def test_the_identity_services_own_trouble_is_passing(status: int, refusal: Refusal) -> None:
    assert sign_in_meaning(status, None) is refusal


@pytest.mark.parametrize("refusal", list(Refusal))
def test_every_refusal_has_a_sentence(refusal: Refusal) -> None:
    assert 10 < len(sentence(refusal)) < 100


def test_a_refused_sign_in_is_said_as_one() -> None:
    assert sentence(Refusal.AUTH, signing_in=True).startswith("signing in was refused")
    assert sentence(Refusal.SERVER, signing_in=True) == sentence(Refusal.SERVER)


@pytest.mark.parametrize("value", ["", None, 5, "password: s3cret", "x" * 65, "DRS.M1\n", "-x", ["DRS.M1"]])
def test_what_does_not_look_like_a_code_is_not_kept(value: object) -> None:
    assert known_code(value) is None


def test_a_code_is_kept_as_it_is() -> None:
    assert known_code("DRS.M01503") == "DRS.M01503"
