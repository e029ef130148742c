"""The fixtures of everything that talks to a service."""

from tests.cloud.fixtures import (
    _no_proxy,
    api,
    auth,
    budget,
    client,
    clock,
    identity,
    make,
    renewal,
    seen,
    serve,
    session,
    transport,
)

__all__ = [
    "_no_proxy",
    "api",
    "auth",
    "budget",
    "client",
    "clock",
    "identity",
    "make",
    "renewal",
    "seen",
    "serve",
    "session",
    "transport",
]
