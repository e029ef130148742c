"""The TLS section → an `ssl.SSLContext`."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drs_exporter.errors import SettingsError
from drs_exporter.regular import read_regular
from drs_exporter.web.config.model import TlsServer
from drs_exporter.web.config.names import CIPHERS, CLIENT_AUTH, CURVES, TLS13_CIPHERS, VERSIONS


def files(section: TlsServer, directory: Path) -> tuple[Path, ...]:
    """The files the section names; relative ones lie beside the web configuration file."""
    return tuple(directory / name for name in (section.cert_file, section.key_file, section.client_ca_file) if name)


@contextmanager
def _readable(inline: str, file: str, name: str, directory: Path) -> Iterator[str]:
    """A path under which OpenSSL can read what is given inline or as a file: anonymous memory, never the disk.

    It is read here first: OpenSSL would wait for a pipe for ever, and read a device to its end.
    """
    if not hasattr(os, "memfd_create"):  # pragma: no cover - Linux has had it since 2014
        raise SettingsError("tls_server_config: TLS works on Linux only")
    try:
        pem = inline.encode("utf-8", "replace") if inline else read_regular(directory / file)
    except OSError as exc:
        raise SettingsError(f"tls_server_config.{name}_file: cannot read {directory / file}: {exc.strerror}") from None
    descriptor = os.memfd_create(f"drs-exporter-{name}", os.MFD_CLOEXEC)
    try:
        with open(descriptor, "wb", closefd=False) as memory:
            memory.write(pem)
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)


def _no_passphrase() -> str:
    """Asked for by OpenSSL, which would otherwise ask on the terminal."""
    raise SettingsError("tls_server_config: the key is encrypted; give it without a passphrase")


def _identity(context: ssl.SSLContext, section: TlsServer, directory: Path) -> None:
    key = section.key.get_secret_value()
    with (
        _readable(section.cert, section.cert_file, "cert", directory) as cert_path,
        _readable(key, section.key_file, "key", directory) as key_path,
    ):
        try:
            context.load_cert_chain(cert_path, key_path, _no_passphrase)
        except ssl.SSLError as exc:
            if exc.reason == "KEY_VALUES_MISMATCH":
                raise SettingsError("tls_server_config: the key does not belong to the certificate") from None
            raise SettingsError("tls_server_config: certificate or key is not PEM that OpenSSL reads") from None


def _clients(context: ssl.SSLContext, section: TlsServer, directory: Path) -> None:
    with _readable(section.client_ca, section.client_ca_file, "client_ca", directory) as path:
        try:
            context.load_verify_locations(path)
        except ssl.SSLError:
            raise SettingsError("tls_server_config: client_ca holds no PEM certificate that OpenSSL reads") from None
    # As in Go, whatever the file holds is trusted, intermediates too.
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    context.verify_mode = CLIENT_AUTH[section.client_auth_type]


def build(section: TlsServer, directory: Path) -> ssl.SSLContext:
    """A fresh context with everything the section says; SettingsError in one line if it cannot be had."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = VERSIONS[section.min_version]
    context.maximum_version = VERSIONS[section.max_version]
    context.set_alpn_protocols(["http/1.1"])
    _identity(context, section, directory)
    if section.client_auth_type != "NoClientCert":
        _clients(context, section, directory)
    suites = [CIPHERS[name] for name in section.cipher_suites if name not in TLS13_CIPHERS]
    if suites:
        context.set_ciphers(":".join(suites))
    elif section.cipher_suites:  # only suites of TLS 1.3: with older versions there would be nothing to agree on
        context.minimum_version = ssl.TLSVersion.TLSv1_3
    if not section.prefer_server_cipher_suites:
        context.options &= ~ssl.Options.OP_CIPHER_SERVER_PREFERENCE
    for curve in section.curve_preferences:
        try:
            context.set_ecdh_curve(CURVES[curve])
        except ssl.SSLError:  # Python 3.11.2 with OpenSSL 3 knows no X25519 by itself
            raise SettingsError(
                f"tls_server_config.curve_preferences: {curve} alone cannot be chosen with this Python and OpenSSL; "
                "without curve_preferences it is among those that are offered"
            ) from None
    return context
