"""What every command that talks to a cloud does first: settings read, logging set up, a redactor that knows secrets."""

import os
from collections.abc import Mapping
from functools import partial
from typing import Final

import structlog

from drs_exporter import logs
from drs_exporter.addresses import proxy_address
from drs_exporter.poll import COLLECTORS, DEFAULT_COLLECTORS
from drs_exporter.secret import Redactor, Secret
from drs_exporter.settings import Collectors, Settings
from drs_exporter.settings import load as load_settings

log = structlog.get_logger()

KNOWN: Final = Collectors(known=tuple(COLLECTORS), default=tuple(DEFAULT_COLLECTORS))
"""The collectors there are."""

load: Final = partial(load_settings, collectors=KNOWN)
"""The settings, in which these collectors can be named."""


def prepare(
    options: Mapping[str, object], *, environ: Mapping[str, str] = os.environ, daemon: bool = False
) -> tuple[Settings, Redactor]:
    """The settings, and the redactor that logging now uses; a `daemon` never waits for whoever reads its log."""
    redactor = Redactor()
    settings = read(options, redactor, environ=environ)
    logs.configure(settings.log_level, settings.log_format, redactor, background=daemon)
    for warning in settings.warnings:
        log.warning("config.questionable", reason=warning)
    return settings, redactor


def read(options: Mapping[str, object], redactor: Redactor, *, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings; every secret in them is told to the redactor before anything can use it."""
    settings = load(options, environ=environ)
    for project in (*settings.projects, *settings.searches):
        for secret in vars(project).values():
            if isinstance(secret, Secret):
                redactor.remember(secret.read())
        if project.proxy_url is not None:
            redactor.remember(proxy_address(project.proxy_url.read()).password or "")
    return settings
