"""Logging: one line per event, the same for our own events and those of libraries, without any secret."""

import logging
import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from drs_exporter.secret import Redactor

_SECRET_KEY: Final = re.compile(
    r"pass(?:word|wd|phrase)|token|secret|authorization|cookie|(?:access|api|private|secret)_?key|proxy_url|credentials?$",
    re.IGNORECASE,
)
"""Keys under which a secret would stand if anybody ever logged one."""

_MASK: Final = "[redacted]"


class _Lines:
    """Writes lines where it can: on a full disk, or when nobody reads the pipe any more, only the log comes to harm."""

    def __init__(self, target: TextIO) -> None:
        """Write to this stream."""
        self._target = target

    def write(self, text: str) -> None:
        """Write, or lose the text; a ValueError is that of a closed stream."""
        with suppress(OSError, ValueError):
            self._target.write(text)

    def flush(self) -> None:
        """Hand over what was written."""
        with suppress(OSError, ValueError):
            self._target.flush()


def configure(level: str, log_format: str, redactor: Redactor, stream: TextIO | None = None) -> None:
    """Set up logging for the whole process, on standard error unless told otherwise.

    `auto` is console on a terminal and json elsewhere. Libraries are heard from warning on. An exception that ends the
    process is logged like any other event.
    """
    target = stream or sys.stderr
    lines = cast("TextIO", _Lines(target))
    threshold = logging.getLevelNamesMapping()[level.upper()]
    prepare: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    finish: list[Processor] = [
        # Tracebacks become text first, so that what they quote is redacted; they never show local variables.
        structlog.processors.format_exc_info,
        redaction(redactor),
        _renderer(log_format, target),
    ]
    structlog.configure(
        processors=[*prepare, *finish],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(file=lines),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(lines)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *finish],
            foreign_pre_chain=[*prepare, structlog.stdlib.add_logger_name],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(threshold, logging.WARNING))
    sys.excepthook = _crashed


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


def _renderer(log_format: str, target: TextIO) -> Processor:
    """What makes one line of an event."""
    on_a_terminal = target.isatty()
    if log_format == "console" or (log_format == "auto" and on_a_terminal):
        return structlog.dev.ConsoleRenderer(
            colors=on_a_terminal and not os.environ.get("NO_COLOR"),
            exception_formatter=structlog.dev.plain_traceback,
        )
    if log_format == "logfmt":
        return structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], drop_missing=True)
    return structlog.processors.JSONRenderer()


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The process ends by an error nobody expected."""
    structlog.get_logger().critical("process.crashed", exc_info=(kind, error, trace))
