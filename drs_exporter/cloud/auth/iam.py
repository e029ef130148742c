"""What every sign-in at the identity service has in common: its address, what is traded for a token, and its answer."""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from drs_exporter.cloud.answer import HttpAnswer
from drs_exporter.cloud.auth.credentials import check_sendable, read, with_token
from drs_exporter.cloud.auth.renewal import Obtained
from drs_exporter.cloud.auth.renewed import Means, RenewedAuth, sign_in_transport
from drs_exporter.cloud.auth.timestamps import life, moment
from drs_exporter.cloud.auth.wire import TokenAnswer, TokenInfo
from drs_exporter.cloud.decode import decode
from drs_exporter.cloud.request import Request
from drs_exporter.errors import ApiSchemaError
from drs_exporter.secret import Secret

TOKEN_MARGIN: Final = 600.0
"""Seconds before its end at which a token is renewed."""

_VERSION: Final = re.compile(r"/v3(\.0)?(/auth(/tokens)?)?/*\Z|/+\Z")
_TOKEN: Final = msgspec.json.Decoder(TokenAnswer)


def identity_root(endpoint: str) -> str:
    """The address in front of every path, without the version that OpenStack's variables have at the end."""
    return _VERSION.sub("", endpoint)


class IdentityAuth(RenewedAuth[str]):
    """Trades a secret, as it is at that moment, for a token, and sends that along."""

    def __init__(self, means: Means, *, iam_endpoint: str, secret: Secret) -> None:
        super().__init__(means, margin=TOKEN_MARGIN)
        self._iam = sign_in_transport(means, endpoint=identity_root(iam_endpoint), place="identity service")
        self._secret = secret

    def _inputs(self) -> str:
        return read(self._secret, self._remember)

    def _headers(self, request: Request, credential: str) -> Mapping[str, str]:
        return with_token(request, credential)

    def _read(self, answer: HttpAnswer, /, *, operation: str) -> Obtained[str] | None:
        """A token, which comes in a header, and its life as the service's own clock tells it."""
        token = answer.headers.get("X-Subject-Token", "").strip()
        if not token:
            return None
        self._remember(token)
        check_sendable(token, operation=operation)
        try:
            info = decode(answer.body, _TOKEN, operation=operation).token
        except ApiSchemaError:
            info = None
        expires = moment(info.expires_at) if isinstance(info, TokenInfo) else None
        issued = moment(info.issued_at) if isinstance(info, TokenInfo) else None
        since = self._clock.time() if issued is None else issued
        return Obtained(credential=token, life=life(expires, since=since), expires_at=expires)
