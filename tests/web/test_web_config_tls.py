"""The TLS of the web configuration file: what OpenSSL makes of each key, and one line where it cannot."""

import ssl
from contextlib import nullcontext
from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives import serialization

from drs_exporter.errors import SettingsError
from drs_exporter.web.config.names import CIPHERS, CURVES, TLS13_CIPHERS
from tests.web.web_configs import PAIR, load


def context(folder: Path, more: str = "", pair: str = PAIR) -> ssl.SSLContext:
    loaded = load(folder, f"tls_server_config: {{{pair}{', ' if more else ''}{more}}}").loaded
    assert loaded.context is not None
    return loaded.context


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("cert_file: none.crt, key_file: server.key", "tls_server_config.cert_file: cannot read {}/none.crt: No such"),
        ("cert_file: server.crt, key_file: none.key", "tls_server_config.key_file: cannot read {}/none.key: No such"),
        ("cert_file: server.crt, key_file: client.key", "tls_server_config: the key does not belong to the certifi"),
        ("cert_file: web.yml, key_file: server.key", "tls_server_config: certificate or key is not PEM that OpenSSL"),
        (
            f"{PAIR}, client_ca_file: web.yml, client_auth_type: VerifyClientCertIfGiven",
            "tls_server_config: client_ca holds no PEM certificate that OpenSSL reads",
        ),
        ("cert_file: server.crt, key_file: locked.key", "tls_server_config: the key is encrypted; give it without a"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(certificates: Path, more: str, message: str) -> None:
    (certificates / "locked.key").write_bytes(encrypted((certificates / "server.key").read_bytes()))
    with pytest.raises(SettingsError) as caught:
        load(certificates, f"tls_server_config: {{{more}}}")
    expected = f"{certificates}/web.yml: {message.format(certificates)}"
    assert str(caught.value).startswith(expected)
    assert "\n" not in str(caught.value)


def encrypted(key: bytes) -> bytes:
    """The same key under a passphrase."""
    loaded = serialization.load_pem_private_key(key, None)
    return loaded.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"passphrase"),
    )


def test_defaults_are_those_of_prometheus(certificates: Path) -> None:
    made = context(certificates)
    assert (made.minimum_version, made.maximum_version) == (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
    assert made.verify_mode is ssl.CERT_NONE
    assert made.options & ssl.Options.OP_CIPHER_SERVER_PREFERENCE


def test_versions_and_preference_are_taken_over(certificates: Path) -> None:
    made = context(certificates, "min_version: TLS12, max_version: TLS12, prefer_server_cipher_suites: false")
    assert made.maximum_version is ssl.TLSVersion.TLSv1_2
    assert not made.options & ssl.Options.OP_CIPHER_SERVER_PREFERENCE


@pytest.mark.parametrize("name", CIPHERS)
def test_every_cipher_suite_of_the_table_is_one_of_openssl(certificates: Path, name: str) -> None:
    made = context(certificates, f"cipher_suites: [{name}]")
    old = [cipher["name"] for cipher in made.get_ciphers() if cipher["protocol"] != "TLSv1.3"]
    assert old == [CIPHERS[name]]


def test_suites_of_tls_1_3_alone_leave_only_tls_1_3(certificates: Path) -> None:
    made = context(certificates, f"cipher_suites: [{', '.join(sorted(TLS13_CIPHERS))}]")
    assert made.minimum_version is ssl.TLSVersion.TLSv1_3


@pytest.mark.parametrize("name", CURVES)
def test_one_curve_can_be_chosen_where_this_python_can_and_is_refused_elsewhere(certificates: Path, name: str) -> None:
    with (
        nullcontext() if chooses(CURVES[name]) else pytest.raises(SettingsError, match=f"{name} alone cannot be chosen")
    ):
        context(certificates, f"curve_preferences: [{name}]")


def chooses(curve: str) -> bool:
    """Whether this Python can: 3.11.2 does not find all that its OpenSSL has."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).set_ecdh_curve(curve)
    except ssl.SSLError:
        return False
    return True


def test_a_curve_that_python_cannot_choose_is_refused_in_one_line(
    certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(_context: ssl.SSLContext, _name: str) -> None:
        raise ssl.SSLError("unknown group")

    monkeypatch.setattr(ssl.SSLContext, "set_ecdh_curve", unknown)
    with pytest.raises(SettingsError, match=r": tls_server_config\.curve_preferences: X25519 alone cannot be chosen"):
        context(certificates, "curve_preferences: [X25519]")


@pytest.mark.parametrize(
    ("policy", "mode"),
    [("VerifyClientCertIfGiven", ssl.CERT_OPTIONAL), ("RequireAndVerifyClientCert", ssl.CERT_REQUIRED)],
)
def test_policies_for_client_certificates(certificates: Path, policy: str, mode: ssl.VerifyMode) -> None:
    assert context(certificates, f"client_auth_type: {policy}, client_ca_file: ca.pem").verify_mode is mode


def test_no_policy_may_be_said_too(certificates: Path) -> None:
    assert context(certificates, "client_auth_type: ''").verify_mode is ssl.CERT_NONE
    assert context(certificates, "client_auth_type: NoClientCert").verify_mode is ssl.CERT_NONE


def test_everything_can_stand_in_the_file_itself(certificates: Path) -> None:
    section = {
        "cert": (certificates / "server.crt").read_text(),
        "key": (certificates / "server.key").read_text(),
        "client_ca": (certificates / "ca.pem").read_text(),
        "client_auth_type": "RequireAndVerifyClientCert",
    }
    live = load(certificates, yaml.safe_dump({"tls_server_config": section}))
    made = live.loaded.context
    assert made is not None
    assert len(made.get_ca_certs()) == 1
    assert section["key"] not in repr(live.loaded)
