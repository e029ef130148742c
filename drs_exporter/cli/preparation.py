"""What every command that talks to a cloud does first: settings read, logging set up, a redactor that knows secrets."""

import os
from collections.abc import Mapping

import structlog

from drs_exporter import logs
from drs_exporter.secret import Redactor
from drs_exporter.settings import Settings, load

log = structlog.get_logger()


def prepare(options: Mapping[str, object], *, environ: Mapping[str, str] = os.environ) -> tuple[Settings, Redactor]:
    """The settings, and the redactor that logging now uses."""
    settings = load(options, environ=environ)
    redactor = Redactor()
    logs.configure(settings.log_level, settings.log_format, redactor)
    for warning in settings.warnings:
        log.warning("config.questionable", reason=warning)
    return settings, redactor
