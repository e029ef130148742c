"""`check` says what is wrong on the way to the cloud, of signing in, names, proxies, TLS and time, and what to do."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from drs_exporter.simulator import SimulatedCloud
from tests.cli.conftest import Drs, lines


def test_a_wrong_password_is_told(configured: SimulatedCloud, drs: Drs, monkeypatch: pytest.MonkeyPatch) -> None:
    assert configured.url
    monkeypatch.setenv("DRS_EXPORTER_PASSWORD", "wrong-password")
    ended = drs("check")
    assert ended.code == 1
    assert lines(ended) == {
        "sign_in": "HTTP 401: signing in was refused: the credential, or the project or domain it is for, "
        "is not accepted; check username, password and domain_name, and that the user may use the API"
    }
    assert "wrong-password" not in ended.out + ended.err


def test_a_wrong_project_is_told(configured: SimulatedCloud, drs: Drs) -> None:
    assert configured.url
    ended = drs("check", "--project-id", "another")
    assert ended.code == 1
    assert lines(ended) == {
        "sign_in": "HTTP 403: signing in was refused: the credential, or the project or domain it is for, "
        "is not accepted; check that project_id is a project of region sim-north-1 and that this user belongs to it"
    }


def test_a_wrong_project_is_told_where_requests_are_signed(
    cloud: SimulatedCloud, drs: Drs, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_keys(cloud, monkeypatch)
    ended = drs("check", "--project-id", "another")
    assert ended.code == 1
    assert lines(ended)["list_jobs sync"] == (
        "HTTP 403 DRS.M00261: the project id does not belong to these credentials; "
        "check project_id: it has to be a project of region sim-north-1 these credentials belong to"
    )


def test_a_wrong_key_is_told(cloud: SimulatedCloud, drs: Drs, monkeypatch: pytest.MonkeyPatch) -> None:
    with_keys(cloud, monkeypatch)
    monkeypatch.setenv("DRS_EXPORTER_SECRET_KEY", "wrong-secret-key")
    ended = drs("check")
    assert ended.code == 1
    assert lines(ended)["list_jobs sync"] == (
        "HTTP 401 APIGW.0301: the token or signature is not accepted; "
        "check access_key and secret_key; a temporary key needs its security_token and ends"
    )


def test_an_ended_token_is_told(configured: SimulatedCloud, drs: Drs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRS_EXPORTER_TOKEN", configured.identity.issue_token(lifetime=0))
    ended = drs("check", "--auth", "token")
    assert ended.code == 1
    assert lines(ended)["list_jobs sync"] == (
        "HTTP 403 DRS.M00100: the token or signature is not accepted; "
        "get a new token for this project: this one has ended, or is for another"
    )


def test_an_unreachable_endpoint_is_told(configured: SimulatedCloud, drs: Drs) -> None:
    assert configured.url
    ended = drs("check", "--endpoint", "http://127.0.0.1:1")
    assert ended.code == 1
    assert lines(ended) == {
        "sign_in": "ok",
        "list_jobs migration": "cannot connect to 127.0.0.1:1: connection refused; "
        "see that http://127.0.0.1:1 can be reached from here: endpoint, firewall, proxy_url",
    }
    assert ended.err == ""  # the table has said it


def test_an_unreachable_identity_service_is_told(configured: SimulatedCloud, drs: Drs) -> None:
    assert configured.url
    ended = drs("check", "--iam-endpoint", "http://127.0.0.1:1")
    assert ended.code == 1
    assert lines(ended) == {
        "sign_in": "cannot connect to 127.0.0.1:1: connection refused; "
        "see that http://127.0.0.1:1 can be reached from here: iam_endpoint, firewall, proxy_url"
    }


def test_a_service_in_trouble_at_sign_in_is_told(configured: SimulatedCloud, drs: Drs) -> None:
    configured.faults.set("sign_in", "503")
    (result,) = lines(drs("check")).values()
    assert result.endswith("; the identity service is in trouble: try again later")


def test_a_hanging_service_is_told_without_waiting_for_every_scenario(configured: SimulatedCloud, drs: Drs) -> None:
    configured.faults.set("list_jobs", "hang")
    ended = drs("check", "--request-timeout", "100ms")
    assert ended.code == 1
    assert list(lines(ended)) == ["sign_in", "list_jobs migration"]
    assert lines(ended)["list_jobs migration"].endswith(
        f"within 0.1 s; see that {configured.url} can be reached from here, or raise request_timeout"
    )


def test_an_endpoint_without_tls_is_told(configured: SimulatedCloud, drs: Drs) -> None:
    ended = drs("check", "--endpoint", configured.url.replace("http:", "https:"))
    assert ended.code == 1
    assert lines(ended)["list_jobs migration"].endswith("; check that endpoint is right: no TLS is spoken there")


def test_an_untrusted_certificate_is_told(configured: SimulatedCloud, drs: Drs) -> None:
    assert configured.url
    with answering(status=401, tls=True) as url:
        ended = drs("check", "--endpoint", url)
    assert ended.code == 1
    assert (
        "is not trusted: unable to get local issuer certificate; check endpoint" in lines(ended)["list_jobs migration"]
    )
    assert lines(ended)["list_jobs migration"].endswith("if its authority is your own, name its certificate in ca_file")


def test_a_wrong_clock_is_told(cloud: SimulatedCloud, drs: Drs, monkeypatch: pytest.MonkeyPatch) -> None:
    with_keys(cloud, monkeypatch)
    with answering(status=401, date="Thu, 01 Jan 2026 00:00:00 GMT") as url:
        ended = drs("check", "--endpoint", url)
    assert ended.code == 1
    assert "; this machine's clock is " in lines(ended)["list_jobs sync"]
    assert lines(ended)["list_jobs sync"].endswith(
        "; set this machine's clock, best by NTP: a signature is good for minutes only"
    )


def test_a_dead_proxy_is_told(configured: SimulatedCloud, drs: Drs) -> None:
    assert configured.url
    ended = drs("check", "--proxy-url", "http://127.0.0.1:1")
    assert lines(ended) == {
        "sign_in": "cannot connect to the proxy: connection refused; check proxy_url, or HTTPS_PROXY and NO_PROXY"
    }


def with_keys(cloud: SimulatedCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables that lead to the cloud with a key."""
    for name in ("project_id", "region", "access_key", "secret_key"):
        monkeypatch.setenv(f"DRS_EXPORTER_{name.upper()}", getattr(cloud, name))
    monkeypatch.setenv("DRS_EXPORTER_ENDPOINT", cloud.url)


@contextmanager
def answering(*, status: int, date: str | None = None, tls: bool = False) -> Iterator[str]:
    """A server that says the same to everybody."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response_only(status)
            if date is not None:
                self.send_header("Date", date)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
