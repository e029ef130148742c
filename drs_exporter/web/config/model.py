"""Every key of the web configuration file, with the values it takes."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from drs_exporter.web.config.names import cipher, client_auth, curves, version

_HEADER_VALUES: Final[dict[str, tuple[str, ...]]] = {
    "Content-Security-Policy": (),
    "Strict-Transport-Security": (),
    "X-Content-Type-Options": ("nosniff",),
    "X-Frame-Options": ("deny", "sameorigin"),
    "X-XSS-Protection": (),
}
_BCRYPT: Final = re.compile(r"\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}")
_DURATION: Final = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h)")
_LONGEST: Final = 366 * 86400.0
_MOST: Final = 1_000_000
_UNITS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


def _headers(headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if name not in _HEADER_VALUES:
            raise ValueError(f"{name}: only {', '.join(_HEADER_VALUES)} can be set")
        allowed = _HEADER_VALUES[name]
        if allowed and value not in allowed:
            raise ValueError(f"{name}: must be {' or '.join(allowed)}")
        if not value.isascii() or (value and not value.isprintable()):
            raise ValueError(f"{name}: holds a character that a header cannot")
    return {name: value for name, value in headers.items() if value}


def _users(users: dict[str, SecretStr]) -> dict[str, SecretStr]:
    for name, secret in users.items():
        if ":" in name:
            raise ValueError("a user's name cannot hold a colon")
        if not _BCRYPT.fullmatch(secret.get_secret_value()):
            raise ValueError(f"{name}: not a bcrypt hash; htpasswd -nBC 10 NAME makes one")
    return users


def _seconds(value: object) -> object:
    """A duration as Go writes it; numbers without a unit are nanoseconds there, so only 0 goes without."""
    if value in (0, "0") and not isinstance(value, bool):
        return 0.0
    if not isinstance(value, str):
        raise ValueError("needs a unit, such as 1s or 100ms")  # noqa: TRY004 - pydantic makes only ValueError a message
    parts = _DURATION.findall(value)
    if not parts or "".join(parts) != value:
        raise ValueError("not a duration such as 1s, 100ms or 1m30s")
    seconds = sum(float(part.rstrip("nuµμmsh")) * _UNITS[part.lstrip("0123456789.")] for part in parts)
    if seconds > _LONGEST:
        raise ValueError("longer than a year")
    return seconds


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class TlsServer(_Section):
    """`tls_server_config`."""

    cert: str = ""
    key: SecretStr = SecretStr("")
    client_ca: str = ""
    cert_file: str = ""
    key_file: str = ""
    client_ca_file: str = ""
    client_auth_type: Annotated[str, AfterValidator(client_auth)] = "NoClientCert"
    client_allowed_sans: tuple[str, ...] | None = Field(default=None, strict=False)
    min_version: Annotated[str, AfterValidator(version)] = "TLS12"
    max_version: Annotated[str, AfterValidator(version)] = "TLS13"
    cipher_suites: Annotated[tuple[Annotated[str, AfterValidator(cipher)], ...], Field(strict=False)] = ()
    prefer_server_cipher_suites: bool = True
    curve_preferences: Annotated[tuple[str, ...], Field(strict=False), AfterValidator(curves)] = ()

    @property
    def enabled(self) -> bool:
        """Whether connections are TLS."""
        return bool(self.cert or self.key.get_secret_value() or self.cert_file or self.key_file or self._clients)

    @property
    def _clients(self) -> bool:
        return bool(self.client_ca or self.client_ca_file or self.client_auth_type != "NoClientCert")

    @model_validator(mode="after")
    def _whole(self) -> "TlsServer":
        """Keys that only make sense together."""
        key = self.key.get_secret_value()
        for name, inline, file in (
            ("cert", self.cert, self.cert_file),
            ("key", key, self.key_file),
            ("client_ca", self.client_ca, self.client_ca_file),
        ):
            if inline and file:
                raise ValueError(f"{name} and {name}_file are two ways to say one thing; give one of them")
        if self.enabled and not (self.cert or self.cert_file):
            raise ValueError("missing one of cert or cert_file")
        if self.enabled and not (key or self.key_file):
            raise ValueError("missing one of key or key_file")
        if self.min_version > self.max_version:
            raise ValueError("min_version is above max_version")
        verified = self.client_auth_type != "NoClientCert"
        if verified != bool(self.client_ca or self.client_ca_file):
            missing = "client_ca or client_ca_file" if verified else "client_auth_type"
            raise ValueError(f"client certificates are asked for in part only: missing {missing}")
        if self.client_allowed_sans is not None and not verified:
            raise ValueError("client_allowed_sans: needs client_auth_type RequireAndVerifyClientCert")
        return self


class HttpServer(_Section):
    """`http_server_config`."""

    http2: bool = True
    headers: Annotated[dict[str, str], AfterValidator(_headers)] = {}


class RateLimit(_Section):
    """`rate_limit`: one request per `interval` seconds on average, `burst` at once."""

    interval: Annotated[float, BeforeValidator(_seconds)] = 0.0
    burst: int = Field(default=0, ge=0, le=_MOST)

    @model_validator(mode="after")
    def _passable(self) -> "RateLimit":
        if self.interval and not self.burst:
            raise ValueError("burst: must be at least 1, or no request would ever pass")
        return self


class Document(_Section):
    """The whole file."""

    tls_server_config: TlsServer = TlsServer()
    http_server_config: HttpServer = HttpServer()
    basic_auth_users: Annotated[dict[str, SecretStr], AfterValidator(_users)] = {}
    rate_limit: RateLimit = RateLimit()
