"""Logging: one line per event, the same for our own events and those of libraries, without any secret."""

import logging
import os
import sys
from functools import partial
from types import TracebackType
from typing import TextIO, cast

import structlog
from structlog.typing import Processor

from drs_exporter.logs.flood import Flood
from drs_exporter.logs.output import Background, Direct
from drs_exporter.logs.redaction import redaction
from drs_exporter.secret import Redactor


def configure(
    level: str, log_format: str, redactor: Redactor, stream: TextIO | None = None, *, background: bool = False
) -> None:
    """Set up logging for the whole process, on standard error unless told otherwise.

    `auto` is console on a terminal and json elsewhere. Libraries are heard from warning on. An exception that ends the
    process is logged like any other event. In the `background` a line is never waited for.
    """
    target = stream or sys.stderr
    flood = Flood()
    lines = cast("TextIO", _output(target, flood) if background else Direct(target))
    threshold = logging.getLevelNamesMapping()[level.upper()]
    prepare: list[Processor] = [
        flood.events,
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
    handler.addFilter(flood.records)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *finish],
            foreign_pre_chain=[*prepare[1:], structlog.stdlib.add_logger_name],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(threshold, logging.WARNING))
    sys.excepthook = _crashed


def _output(target: TextIO, flood: Flood) -> Background | Direct:
    """Where lines go of a process that must not wait; a stream without a descriptor is memory, which never waits."""
    try:
        return Background(target, idle=flood.report, last=partial(flood.report, at_the_end=True))
    except (OSError, ValueError):
        return Direct(target)


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
