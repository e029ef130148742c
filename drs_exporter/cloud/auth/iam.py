"""What every sign-in at the identity service has in common: its address, whom a token is for, and its answer."""

import re
from collections.abc import Callable
from typing import Final

import msgspec

from drs_exporter.clock import Clock
from drs_exporter.cloud.answer import HttpAnswer
from drs_exporter.cloud.auth.credentials import sendable
from drs_exporter.cloud.auth.renewal import Obtained
from drs_exporter.cloud.auth.timestamps import life, moment
from drs_exporter.cloud.auth.wire import TokenAnswer, TokenInfo
from drs_exporter.cloud.decode import decode
from drs_exporter.errors import ApiSchemaError
from drs_exporter.secret import Remember

IDENTITY_SERVICE: Final = "identity service"

_VERSION: Final = re.compile(r"/v3(\.0)?(/auth(/tokens)?)?/*\Z|/+\Z")
_TOKEN: Final = msgspec.json.Decoder(TokenAnswer)


def identity_root(endpoint: str) -> str:
    """The address in front of every path, without the version that OpenStack's variables have at the end."""
    return _VERSION.sub("", endpoint)


def token_reader(clock: Clock, remember: Remember) -> Callable[..., Obtained[str] | None]:
    """Reads a token, which comes in a header, and its life as the service's own clock tells it."""

    def read(answer: HttpAnswer, /, *, operation: str) -> Obtained[str] | None:
        token = answer.headers.get("X-Subject-Token", "").strip()
        if not token:
            return None
        remember(token)
        sendable(token, operation=operation)
        try:
            info = decode(answer.body, _TOKEN, operation=operation).token
        except ApiSchemaError:
            info = None
        expires = moment(info.expires_at) if isinstance(info, TokenInfo) else None
        issued = moment(info.issued_at) if isinstance(info, TokenInfo) else None
        since = clock.time() if issued is None else issued
        return Obtained(credential=token, life=life(expires, since=since), expires_at=expires)

    return read
