"""Go's names for things of TLS, and what they are called here; what Python's ssl cannot do is refused by name."""

import ssl
from typing import Final

VERSIONS: Final = {"TLS12": ssl.TLSVersion.TLSv1_2, "TLS13": ssl.TLSVersion.TLSv1_3}
_OLD_VERSIONS: Final = {"TLS10", "TLS11"}

CLIENT_AUTH: Final = {
    "NoClientCert": ssl.CERT_NONE,
    "VerifyClientCertIfGiven": ssl.CERT_OPTIONAL,
    "RequireAndVerifyClientCert": ssl.CERT_REQUIRED,
}
_UNVERIFIED: Final = {"RequestClientCert", "RequireAnyClientCert", "RequireClientCert"}

TLS13_CIPHERS: Final = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"}
"""Neither Go nor Python lets anyone choose among these: TLS 1.3 always has all three."""

CIPHERS: Final = {
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA": "ECDHE-ECDSA-AES128-SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA": "ECDHE-ECDSA-AES256-SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA": "ECDHE-RSA-AES128-SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA": "ECDHE-RSA-AES256-SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256": "ECDHE-ECDSA-AES128-GCM-SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384": "ECDHE-ECDSA-AES256-GCM-SHA384",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256": "ECDHE-RSA-AES128-GCM-SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384": "ECDHE-RSA-AES256-GCM-SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256": "ECDHE-RSA-CHACHA20-POLY1305",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256": "ECDHE-ECDSA-CHACHA20-POLY1305",
}

CURVES: Final = {"CurveP256": "prime256v1", "CurveP384": "secp384r1", "CurveP521": "secp521r1", "X25519": "X25519"}


def version(name: str) -> str:
    """A TLS version this server can speak."""
    if name in _OLD_VERSIONS:
        raise ValueError(f"{name} is not served here: today's OpenSSL refuses it; use TLS12 or TLS13")
    if name not in VERSIONS:
        raise ValueError("unknown TLS version; use TLS12 or TLS13")
    return name


def client_auth(name: str) -> str:
    """A policy for client certificates that Python's ssl can follow."""
    if not name:
        return "NoClientCert"
    if name in _UNVERIFIED:
        raise ValueError(f"{name} is not possible here: Python never takes a certificate it does not verify")
    if name not in CLIENT_AUTH:
        raise ValueError(f"unknown policy; use {', '.join(CLIENT_AUTH)}")
    return name


def cipher(name: str) -> str:
    """A cipher suite that has a name in OpenSSL."""
    if name not in CIPHERS and name not in TLS13_CIPHERS:
        raise ValueError(f"{name[:60]} is not a cipher suite that can be chosen here")
    return name


def curves(names: tuple[str, ...]) -> tuple[str, ...]:
    """At most one curve, since Python's ssl takes no order of preference."""
    for name in names:
        if name not in CURVES:
            raise ValueError(f"{name[:60]} is not a curve that can be chosen here; use {', '.join(CURVES)}")
    if len(names) > 1:
        raise ValueError("several curves are not possible here: Python's ssl takes one; give one, or none for all")
    return names
