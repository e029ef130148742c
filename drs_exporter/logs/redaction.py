"""What a line must not show: secrets, and characters that would make two lines of it."""

import re
from collections.abc import Mapping
from typing import Any, Final

from structlog.typing import EventDict, Processor, WrappedLogger

from drs_exporter.secret import Redactor

_SECRET_KEY: Final = re.compile(
    r"pass(?:word|wd|phrase)|token|secret|authorization|cookie|(?:access|api|private|secret)_?key|proxy_url|credentials?$",
    re.IGNORECASE,
)
"""Keys under which a secret would stand if anybody ever logged one."""

_MASK: Final = "[redacted]"


def redaction(redactor: Redactor) -> Processor:
    """A processor that masks values under suspicious keys and takes known secrets out of all texts."""

    def clean(value: object) -> object:
        if isinstance(value, bool | int | float | None):
            return value
        if isinstance(value, Mapping):
            return {str(key): _MASK if _is_secret(str(key), item) else clean(item) for key, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [clean(item) for item in value]
        return _printable(redactor.redact(str(value)))

    def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        cleaned: Any = clean(event)
        return cleaned  # type: ignore[no-any-return]

    return redact


def _is_secret(key: str, value: object) -> bool:
    """Whether something under this key has to stay unseen."""
    return not isinstance(value, bool | None) and _SECRET_KEY.search(key) is not None


def _printable(text: str) -> str:
    """The text with control characters and lone surrogates escaped: a job's name cannot forge lines or colours."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in "\n\t" else ascii(char)[1:-1] for char in text)
