"""Temporary keys, wherever they come from: read from the ways in which the cloud spells them, and used for signing."""

from collections.abc import Hashable, Mapping
from typing import Final

import msgspec

from drs_exporter.cloud.answer import HttpAnswer
from drs_exporter.cloud.auth.aksk import Keys, signed
from drs_exporter.cloud.auth.credentials import check_sendable
from drs_exporter.cloud.auth.renewal import Obtained
from drs_exporter.cloud.auth.renewed import Means, RenewedAuth
from drs_exporter.cloud.auth.timestamps import life, moment
from drs_exporter.cloud.auth.wire import TemporaryKeysAnswer
from drs_exporter.cloud.decode import decode
from drs_exporter.cloud.request import Request

_KEYS: Final = msgspec.json.Decoder(TemporaryKeysAnswer)

KEY_MARGIN: Final = 2400.0
"""Seconds before their end at which temporary keys are renewed; whoever gives them has new ones ready by then."""


class TemporaryKeyAuth(RenewedAuth[Keys]):
    """Signs with temporary keys."""

    def __init__(self, means: Means, *, project_id: str | None) -> None:
        """Sign for this project; for none, as the identity service has it."""
        super().__init__(means, margin=KEY_MARGIN)
        self._project_id = project_id

    def _inputs(self) -> Hashable:
        """Nothing that is known here."""
        return None

    def _headers(self, request: Request, credential: Keys) -> Mapping[str, str]:
        return signed(request, credential, project_id=self._project_id, now=self._clock.time())

    def _read_keys(self, answer: HttpAnswer, /, *, operation: str) -> Obtained[Keys] | None:
        found = decode(answer.body, _KEYS, operation=operation).keys()
        texts = (found.access_key(), found.secret_key(), found.token())
        access, secret, token = (text if isinstance(text, str) else "" for text in texts)
        if not (access and secret and token):
            return None
        for text in (access, secret, token):
            self._remember(text)
            check_sendable(text, operation=operation)
        expires = moment(found.end())
        return Obtained(
            credential=Keys(access_key=access, secret_key=secret, security_token=token),
            life=life(expires, since=self._clock.time()),
            expires_at=expires,
        )
