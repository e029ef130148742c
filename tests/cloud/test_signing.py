import pytest
import time_machine
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from drs_exporter.cloud.auth.aksk import Keys, signed
from drs_exporter.cloud.auth.signing import authorization
from drs_exporter.cloud.request import Request, canonical_query, segment
from drs_exporter.errors import ApiStatusError, Refusal
from tests.cloud.doubles import BEGIN

TEXT = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,15}", fullmatch=True)
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, blacklist_categories=["Cc"]), max_size=20)
RESERVED = {"x-sdk-date", "host", "content-type", "authorization", "x-sdk-content-sha256"}


def vendor(request: SdkRequest, access_key: str, secret_key: str) -> str:
    credentials = BasicCredentials(access_key, secret_key, "project")
    return str(Signer(credentials).sign(request).header_params["Authorization"])


@given(
    method=st.sampled_from(["GET", "POST", "put"]),
    path=st.lists(TEXT, max_size=5).map(lambda parts: "/" + "/".join(parts)),
    query=st.lists(st.tuples(TEXT, TEXT), max_size=5, unique_by=lambda pair: pair[0]),
    extra=st.dictionaries(NAMES, VALUES, max_size=4),
    host=st.sampled_from(["drs.eu-de.otc.t-systems.com", "127.0.0.1:8443", "[::1]:80"]),
    body=st.binary(max_size=60),
    keys=st.tuples(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20)).filter(
        lambda pair: all(character < "\ud800" or character > "\udfff" for text in pair for character in text)
    ),
)
@example(
    method="GET",
    path="/v5/p/a%2Fb/~x y/%E9",
    query=[("b", "2 +/"), ("a", "~*'é")],
    extra={"X-Odd": " spaced "},
    host="h:1",
    body=b"",
    keys=("ak", "sk"),
)
def test_the_signature_is_the_vendors_own(
    *,
    method: str,
    path: str,
    query: list[tuple[str, str]],
    extra: dict[str, str],
    host: str,
    body: bytes,
    keys: tuple[str, str],
) -> None:
    """Odd characters everywhere, a port in the host: the Authorization header never differs."""
    headers = {name: value for name, value in extra.items() if name.lower() not in RESERVED}
    headers = {name.lower(): value for name, value in headers.items()}
    headers |= {"X-Sdk-Date": "20231114T221320Z", "Host": host, "Content-Type": "application/json"}
    theirs = SdkRequest(
        method=method,
        schema="https",
        host=host,
        resource_path=path,
        query_params=list(query),
        header_params=dict(headers),
        body=body,
    )
    ours = authorization(
        method=method,
        path=path,
        query=tuple(query),
        headers=headers,
        body=body,
        access_key=keys[0],
        secret_key=keys[1],
    )
    assert ours == vendor(theirs, *keys)


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow")  # the SDK's, from Python 3.12 on
@given(
    token=st.none() | st.from_regex(r"[A-Za-z0-9+/=]{1,40}", fullmatch=True),
    identity=TEXT.filter(lambda text: text.strip(".") and text.isprintable() and not set(text) & set("/\\")),
    query=st.lists(st.tuples(TEXT, TEXT), max_size=3, unique_by=lambda pair: pair[0]),
    port=st.sampled_from(["", ":443", ":8443"]),
)
def test_a_whole_request_is_signed_as_the_vendor_signs_it(
    *, token: str | None, identity: str, query: list[tuple[str, str]], port: str
) -> None:
    """With project id and security token, over the very path and query that are sent."""
    request = Request(
        operation="async_job_detail",
        method="POST",
        endpoint=URL(f"https://drs.example.test{port}"),
        path=f"/v5/p1/batch-async-jobs/{segment(identity, operation='async_job_detail')}",
        query=tuple(query),
        headers={"Content-Type": "application/json", "X-Language": "en-us"},
        body=b'{"jobs":[]}',
    )
    ours = signed(request, Keys("ak", "sk", token), project_id="p1", now=BEGIN)
    sent = request.url
    assert sent.raw_query_string == canonical_query(tuple(query))
    theirs = SdkRequest(
        method="POST",
        schema="https",
        host=request.host,
        resource_path=sent.raw_path,
        query_params=list(query),
        header_params={"Content-Type": "application/json"},
        body=b'{"jobs":[]}',
    )
    credentials = BasicCredentials("ak", "sk", "p1")
    if token is not None:
        credentials.with_security_token(token)
    with time_machine.travel(BEGIN, tick=False):
        reference = credentials.sign_request(theirs).header_params
    assert ours["Authorization"] == reference["Authorization"]
    assert {name: ours[name] for name in reference} == reference


def test_the_host_is_signed_and_sent_with_its_port() -> None:
    request = Request(operation="quotas", method="GET", endpoint=URL("http://[::1]:9000/base/"), path="/v3/p/quotas")
    assert request.host == "[::1]:9000"
    assert str(request.url) == "http://[::1]:9000/base/v3/p/quotas"
    assert signed(request, Keys("a", "s"), project_id="p", now=0)["Host"] == "[::1]:9000"


def test_a_segment_stays_one_segment() -> None:
    assert [segment(text, operation="x") for text in ("é?#", "a.b", "..a", "%2e%2e")] == [
        "%C3%A9%3F%23",
        "a.b",
        "..a",
        "%252e%252e",
    ]


@pytest.mark.parametrize("text", ["", ".", "..", "...", "a/b", "../x", "a\\b", "..\\", "a\nb", "nul\0", "lone \ud800"])
def test_an_id_that_would_change_the_path_is_not_asked_for(text: str) -> None:
    """Escaping does not help: a proxy that normalises takes `%2E%2E` for a step up."""
    with pytest.raises(ApiStatusError, match="would change the path") as caught:
        segment(text, operation="job_detail")
    assert (caught.value.refusal, caught.value.operation) == (Refusal.REQUEST, "job_detail")


def test_keys_and_requests_show_no_secret() -> None:
    request = Request(
        operation="quotas",
        method="GET",
        endpoint=URL("https://x"),
        path="/",
        headers={"X-Auth-Token": "hidden"},
        body=b"hidden",
    )
    assert "hidden" not in repr(request) + repr(Keys("hidden", "hidden", "hidden"))
