"""The web configuration file: what is accepted, and the exact line each mistake gets."""

import asyncio
import os
import socket
import threading
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from drs_exporter.errors import SettingsError
from drs_exporter.web.config.document import read
from drs_exporter.web.config.live import LiveConfig
from drs_exporter.web.config.model import Document
from tests.web.web_configs import PAIR, load

HASH = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"


async def test_a_file_changed_while_it_is_read_is_read_again(
    certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it names other files than before, as it does the first time."""
    path = certificates / "web.yml"

    def overtaken(named: Path, *, spelled: str) -> Document:
        document = read(named, spelled=spelled)
        path.write_text(f"tls_server_config: {{{PAIR}}}\nrate_limit: {{interval: 5s, burst: 1}}")
        return document

    with monkeypatch.context() as patch:
        patch.setattr("drs_exporter.web.config.live.read", overtaken)
        live = load(certificates, f"tls_server_config: {{{PAIR}}}")
    assert (await live.current()).document.rate_limit.interval == 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tls_server_conf: {}", "tls_server_conf: unknown key; did you mean tls_server_config?"),
        ("tls_server_config: {certfile: x}", "tls_server_config.certfile: unknown key; did you mean cert_file?"),
        (
            "zzz: 1",
            "zzz: unknown key; known are tls_server_config, http_server_config, basic_auth_users, rate_limit",
        ),
        ("http_server_config: {http3: true}", "http_server_config.http3: unknown key; did you mean http2?"),
        ("rate_limit: {bursts: 1}", "rate_limit.bursts: unknown key; did you mean burst?"),
        ("- 1", "must be a mapping of settings"),
        ("tls_server_config: 5", "tls_server_config: Input should be a valid dictionary or instance of TlsServer"),
        ("a: [", "is not YAML in line 1, column 5"),
        ("a: 1\na: 2", "a stands twice in the mapping that begins in line 1"),
        ("a: \x07", "is not YAML"),
        ("tls_server_config: {cert_file: x}", "tls_server_config: missing one of key or key_file"),
        ("tls_server_config: {key_file: x}", "tls_server_config: missing one of cert or cert_file"),
        (
            "tls_server_config: {client_auth_type: RequireAndVerifyClientCert}",
            "tls_server_config: missing one of cert or cert_file",
        ),
        (
            f"tls_server_config: {{{PAIR}, cert: x}}",
            "tls_server_config: cert and cert_file are two ways to say one thing; give one of them",
        ),
        (
            f"tls_server_config: {{{PAIR}, client_auth_type: RequestClientCert}}",
            (
                "tls_server_config.client_auth_type: RequestClientCert is not possible here: "
                "Python never takes a certificate it does not verify"
            ),
        ),
        (
            f"tls_server_config: {{{PAIR}, client_auth_type: RequireAnyClientCert}}",
            (
                "tls_server_config.client_auth_type: RequireAnyClientCert is not possible here: "
                "Python never takes a certificate it does not verify"
            ),
        ),
        (
            f"tls_server_config: {{{PAIR}, client_auth_type: Sometimes}}",
            (
                "tls_server_config.client_auth_type: unknown policy; use NoClientCert, VerifyClientCertIfGiven, "
                "RequireAndVerifyClientCert"
            ),
        ),
        (
            f"tls_server_config: {{{PAIR}, client_auth_type: RequireAndVerifyClientCert}}",
            "tls_server_config: client certificates are asked for in part only: missing client_ca or client_ca_file",
        ),
        (
            f"tls_server_config: {{{PAIR}, client_ca_file: ca.pem}}",
            "tls_server_config: client certificates are asked for in part only: missing client_auth_type",
        ),
        (
            f"tls_server_config: {{{PAIR}, client_allowed_sans: [a]}}",
            "tls_server_config: client_allowed_sans: needs client_auth_type RequireAndVerifyClientCert",
        ),
        (
            f"tls_server_config: {{{PAIR}, min_version: TLS10}}",
            "tls_server_config.min_version: TLS10 is not served here: today's OpenSSL refuses it; use TLS12 or TLS13",
        ),
        (
            f"tls_server_config: {{{PAIR}, max_version: SSL3}}",
            "tls_server_config.max_version: unknown TLS version; use TLS12 or TLS13",
        ),
        (
            f"tls_server_config: {{{PAIR}, min_version: TLS13, max_version: TLS12}}",
            "tls_server_config: min_version is above max_version",
        ),
        (
            f"tls_server_config: {{{PAIR}, cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]}}",
            "tls_server_config.cipher_suites.0: TLS_RSA_WITH_RC4_128_SHA is not a cipher suite that can be chosen here",
        ),
        (
            f"tls_server_config: {{{PAIR}, curve_preferences: [CurveP256, X25519]}}",
            (
                "tls_server_config.curve_preferences: several curves are not possible here: Python's ssl takes one; "
                "give one, or none for all"
            ),
        ),
        (
            f"tls_server_config: {{{PAIR}, curve_preferences: [X448]}}",
            (
                "tls_server_config.curve_preferences: X448 is not a curve that can be chosen here; "
                "use CurveP256, CurveP384, CurveP521, X25519"
            ),
        ),
        (
            f"tls_server_config: {{{PAIR}, prefer_server_cipher_suites: 1}}",
            "tls_server_config.prefer_server_cipher_suites: Input should be a valid boolean",
        ),
        (
            "http_server_config: {headers: {Server: mine}}",
            (
                "http_server_config.headers: Server: only Content-Security-Policy, Strict-Transport-Security, "
                "X-Content-Type-Options, X-Frame-Options, X-XSS-Protection can be set"
            ),
        ),
        (
            "http_server_config: {headers: {X-Frame-Options: DENY}}",
            "http_server_config.headers: X-Frame-Options: must be deny or sameorigin",
        ),
        (
            'http_server_config: {headers: {X-XSS-Protection: "1\\r\\nSet-Cookie: a"}}',
            "http_server_config.headers: X-XSS-Protection: holds a character that a header cannot",
        ),
        (
            "basic_auth_users: {alice: hunter2}",
            "basic_auth_users: alice: not a bcrypt hash; htpasswd -nBC 10 NAME makes one",
        ),
        (f'basic_auth_users: {{"a:b": {HASH}}}', "basic_auth_users: a user's name cannot hold a colon"),
        ("basic_auth_users: {alice: }", "basic_auth_users.alice: Input should be a valid string"),
        ("rate_limit: {interval: 1s}", "rate_limit: burst: must be at least 1, or no request would ever pass"),
        ("rate_limit: {interval: 1, burst: 1}", "rate_limit.interval: needs a unit, such as 1s or 100ms"),
        ("rate_limit: {interval: 1 week}", "rate_limit.interval: not a duration such as 1s, 100ms or 1m30s"),
        ("rate_limit: {interval: 1s, burst: -1}", "rate_limit.burst: Input should be greater than or equal to 0"),
    ],
)
def test_a_mistake_is_one_line_that_names_it(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "web.yml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        read(path)
    assert str(caught.value) == f"{path}: {message}"
    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_not_there_or_not_text_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot read .*web\.yml: No such file or directory"):
        read(tmp_path / "web.yml")
    (tmp_path / "web.yml").write_bytes(b"\xff")
    with pytest.raises(SettingsError, match="is not YAML"):
        read(tmp_path / "web.yml")


@pytest.mark.parametrize("text", ["", "tls_server_config:\nrate_limit:\n", "tls_server_config: {cert_file: }"])
def test_an_empty_file_asks_for_nothing(tmp_path: Path, text: str) -> None:
    loaded = load(tmp_path, text).loaded
    assert loaded.context is None
    assert not loaded.document.basic_auth_users


@pytest.mark.parametrize(
    ("interval", "seconds"), [("1s", 1.0), ("100ms", 0.1), ("1m30s", 90.0), ("1.5h", 5400.0), ("2µs", 2e-6), ("0", 0)]
)
def test_durations_are_go_s(tmp_path: Path, interval: str, seconds: float) -> None:
    document = load(tmp_path, f"rate_limit: {{interval: {interval}, burst: 1}}").loaded.document
    assert document.rate_limit.interval == pytest.approx(seconds)


def test_blank_headers_are_not_sent(tmp_path: Path) -> None:
    text = "http_server_config: {http2: false, headers: {Strict-Transport-Security: '', X-Frame-Options: deny}}"
    assert load(tmp_path, text).loaded.document.http_server_config.headers == {"X-Frame-Options": "deny"}


@pytest.mark.parametrize(
    "content",
    [
        b"? [a, b]\n: c\n",
        b"? {a: b}\n: c\n",
        b"a: !!timestamp foo\n",
        b"a: !!bool foo\n",
        b"a: !!int ''\n",
        b"a: !!float x\n",
        b"a: !!binary x\n",
        b"a: 2025-13-45\n",
        b"a: !!python/object/apply:os.system [ls]\n",
        b"a: " + b"[" * 3000,
        b"a: " + b"9" * 5000,
        b"basic_auth_users: " + b"{a: " * 2000,
        b"a: &a [*a]\n",
        b"<<: 5\n",
        b"--- 1\n--- 2\n",
        b"\x00",
        b"\xff\xfe\x00\xd8",
        b'tls_server_config: {cert_file: "a\\0b", key_file: k}\n',
        b'tls_server_config: {cert: "\\uD800", key: k}\n',
        b'http_server_config: {headers: {X-XSS-Protection: "\\uD800"}}\n',
        b"rate_limit: {interval: " + b"9" * 400 + b"h, burst: 1}\n",
        b"rate_limit: {interval: 1s, burst: " + b"9" * 400 + b"}\n",
        b"#" + b"x" * 1024 * 1024,
    ],
)
async def test_whatever_the_file_holds_is_one_line_at_the_start_and_a_refusal_while_it_runs(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "web.yml"
    path.write_text("rate_limit: {interval: 1s, burst: 3}")
    live = LiveConfig(path)
    path.write_bytes(content)
    with capture_logs() as logs:
        assert (await live.current()).document.rate_limit.burst == 3
        assert (await live.current()).document.rate_limit.burst == 3
    (event,) = logs
    assert event["event"] == "web_config.rejected"
    with pytest.raises(SettingsError) as caught:
        LiveConfig(path)
    assert str(caught.value) == event["error"]
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("what", ["web.yml", "server.crt", "server.key", "ca.pem"])
@pytest.mark.parametrize("kind", ["a pipe", "a device", "a directory", "too large", "a socket"])
async def test_a_file_that_is_none_is_refused_without_waiting(certificates: Path, what: str, kind: str) -> None:
    """At the start, and when it becomes one under way."""
    more = "client_ca_file: ca.pem, client_auth_type: VerifyClientCertIfGiven"
    live = load(certificates, f"tls_server_config: {{{PAIR}, {more}}}")
    path = certificates / what
    path.unlink()
    with socket.socket(socket.AF_UNIX) as listening:
        if kind == "a pipe":
            os.mkfifo(path)
        elif kind == "a device":
            path.symlink_to("/dev/zero")
        elif kind == "a directory":
            path.mkdir()
        elif kind == "a socket":
            listening.bind(str(path))
        else:
            with path.open("wb") as file:
                file.truncate(2 * 1024 * 1024)
        with capture_logs() as logs:
            loaded = await asyncio.wait_for(live.current(), 5)
        assert loaded.context is not None
        assert [entry["event"] for entry in logs] == ["web_config.rejected"]
        assert f"cannot read {path}" in logs[0]["error"]
        with pytest.raises(SettingsError, match="cannot read"):
            LiveConfig(certificates / "web.yml")


async def test_a_file_is_read_off_the_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live = load(tmp_path, "")
    (tmp_path / "web.yml").write_text("rate_limit: {interval: 1s, burst: 3}")
    threads: list[threading.Thread] = []

    def noting(named: Path, *, spelled: str) -> Document:
        threads.append(threading.current_thread())
        return read(named, spelled=spelled)

    monkeypatch.setattr("drs_exporter.web.config.live.read", noting)
    await asyncio.gather(*(live.current() for _ in range(5)))
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()
