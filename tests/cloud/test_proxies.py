"""Which way a request takes, and what is said of a proxy that cannot be one."""

from collections.abc import Mapping

import pytest
from pydantic import SecretStr
from yarl import URL

from drs_exporter.addresses import can_be_looked_up, proxy_address
from drs_exporter.cloud.proxies import EnvironmentProxies, GivenProxy, is_excepted
from drs_exporter.errors import ApiCredentialError
from drs_exporter.secret import Secret

DRS = URL("https://drs.eu-de.otc.t-systems.com")


def way(environment: Mapping[str, str], endpoint: URL = DRS) -> URL | None:
    return EnvironmentProxies(environment).way_to(endpoint, operation="quotas")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("10.0.0.1:3128", "http://10.0.0.1:3128"),
        ("proxy:3128", "http://proxy:3128"),
        ("proxy", "http://proxy"),
        (" http://proxy:3128 ", "http://proxy:3128"),
        ("HTTPS://proxy:8443", "https://proxy:8443"),
        ("user:pass@proxy:3128", "http://user:pass@proxy:3128"),
        ("[::1]:3128", "http://[::1]:3128"),
        ("http://proxy.example.test.:3128", "http://proxy.example.test.:3128"),
    ],
)
def test_a_proxy_is_http_where_it_names_no_scheme(text: str, url: str) -> None:
    assert proxy_address(text) == URL(url)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "//x", "http://", "http://proxy:port", "http://[bad", "http://a..b:3128", "proxy:99999", "proxy:0",
        "http://" + "a" * 64 + ":3128", "xn--a:3128", "http://pro\nxy", "a b:3128", "http:///path",
    ],
)  # fmt: skip
def test_what_cannot_be_a_proxy_is_said_so_without_its_text(text: str) -> None:
    with pytest.raises(ValueError, match=r"^is not the address of a proxy, such as http://proxy:3128$"):
        proxy_address(text)


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "SOCKS4", "ftp", "quic"])
def test_a_kind_of_proxy_that_is_not_spoken_is_not_spoken_to_as_another(scheme: str) -> None:
    with pytest.raises(ValueError, match="of a kind that is not spoken; it can be http or https"):
        proxy_address(f"{scheme}://user:s3cret@proxy:1080")


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy"])
def test_the_environments_proxy_is_for_https_endpoints(variable: str) -> None:
    environment = {variable: "10.0.0.1:3128", "HTTP_PROXY": "http://other:1"}
    assert way(environment) == URL("http://10.0.0.1:3128")
    assert way(environment, URL("http://drs.example.test")) is None
    assert way({}) is None
    assert way({variable: " "}) is None


@pytest.mark.parametrize("text", ["socks5://p:1080", "http://proxy:port", "http://a..b:3128", "//x"])
def test_an_environments_proxy_that_is_none_fails_the_call_by_its_name(text: str) -> None:
    with pytest.raises(ApiCredentialError, match=r"^HTTPS_PROXY ") as caught:
        way({"HTTPS_PROXY": text})
    assert (caught.value.operation, text in str(caught.value)) == ("quotas", False)


def test_a_given_proxy_that_becomes_none_fails_the_call_by_its_name() -> None:
    given = GivenProxy(Secret("proxy_url", SecretStr("http://user:s3cret@a..b:1")))
    with pytest.raises(ApiCredentialError, match=r"^proxy_url is not the address of a proxy"):
        given.way_to(DRS, operation="quotas")


@pytest.mark.parametrize(
    ("endpoint", "exceptions"),
    [
        ("https://10.1.2.3", "10.0.0.0/8"),
        ("https://10.1.2.3", "192.168.0.0/16, 10.1.2.3"),
        ("https://10.1.2.3:8443", "10.1.2.3:8443"),
        ("https://[::ffff:10.1.2.3]", "10.0.0.0/8"),
        ("https://[fd00::5]", "fd00::/8"),
        ("https://[fd00::5]", "fd00::5"),
        ("https://[fd00::5]", "[fd00::5]"),
        ("https://[fd00::5]:8443", "[fd00::5]:8443"),
        (str(DRS), "*.otc.t-systems.com"),
        (str(DRS), ".t-systems.com"),
        (str(DRS), "T-Systems.com"),
        (str(DRS), "drs.eu-de.otc.t-systems.com:443"),
        (str(DRS), "localhost otc.t-systems.com"),
        (str(DRS), "localhost,,*"),
        (str(DRS), "\tlocalhost ,  .t-systems.com "),
        ("https://drs.xn--bcher-kva.example", "bücher.example"),
        ("https://drs.example.test.", "example.test"),
        ("https://drs.example.test", "example.test."),
        ("https://localhost:9", "localhost"),
    ],
)
def test_an_exception_goes_direct(endpoint: str, exceptions: str) -> None:
    assert is_excepted(URL(endpoint), exceptions)
    for variable in ("NO_PROXY", "no_proxy"):
        assert way({"HTTPS_PROXY": "proxy:3128", variable: exceptions}, URL(endpoint)) is None


@pytest.mark.parametrize(
    ("endpoint", "exceptions"),
    [
        ("https://11.1.2.3", "10.0.0.0/8"),
        ("https://10.1.2.3", "10.0.0.0/33"),
        ("https://10.1.2.3", "fd00::/8"),
        ("https://[fd00::5]", "10.0.0.0/8"),
        ("https://[::ffff:11.1.2.3]", "10.0.0.0/8"),
        (str(DRS), "https://drs.eu-de.otc.t-systems.com"),
        ("https://10.example.test", "10.0.0.0/8"),
        ("https://notexample.test", "example.test"),
        (str(DRS), "drs.eu-de.otc.t-systems.com:8443"),
        (str(DRS), "drs.eu-de.otc.t-systems.com:99999999999"),
        (str(DRS), "drs.eu-de.otc.t-systems.com:https"),
        (str(DRS), "iam.eu-de.otc.t-systems.com"),
        (str(DRS), ""),
        (str(DRS), ". , *."),
    ],
)
def test_nothing_else_does(endpoint: str, exceptions: str) -> None:
    assert not is_excepted(URL(endpoint), exceptions)


@pytest.mark.parametrize(
    ("host", "possible"),
    [("a.b", True), ("a.b.", True), ("::1", True), ("a..b", False), ("", False), ("a" * 64, False), ("a\0b", False)],
)
def test_a_name_that_no_resolver_could_be_asked_for_is_known_beforehand(host: str, *, possible: bool) -> None:
    assert can_be_looked_up(host) is possible
