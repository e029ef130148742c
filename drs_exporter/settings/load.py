"""What the configuration is, and what of it can change while the process runs."""

import os
import socket
from collections.abc import Callable, Mapping
from typing import Final

from drs_exporter.settings.collectors import Collectors
from drs_exporter.settings.configuration import read
from drs_exporter.settings.options import Options
from drs_exporter.settings.resolve import resolve
from drs_exporter.settings.resolved import Settings
from drs_exporter.settings.sources import Given

NEEDS_RESTART: Final = (
    "web_listen_address",
    "web_systemd_socket",
    "web_telemetry_path",
    "web_config_file",
    "web_max_requests",
    "web_max_connections",
    "web_external_url",
    "web_enable_lifecycle",
    "shard",
    "total_shards",
    "log_format",
)
"""Settings that are read once, when the process starts."""


def load(
    options: Mapping[str, object] | None = None,
    *,
    collectors: Collectors,
    environ: Mapping[str, str] = os.environ,
    hostname: Callable[[], str] = socket.gethostname,
) -> Settings:
    """The settings from the command line's options and the environment, and from where these point.

    SettingsError says in one line what is wrong, naming the setting the way it was written. Reads files: while an
    event loop runs, call it in a thread.
    """
    given = Given(Options.of(options or {}), environ)
    return resolve(read(given), given, collectors=collectors, hostname=hostname)


def restart_needed(old: Settings, new: Settings) -> list[str]:
    """Names of the settings that differ and cannot change while the process runs."""
    return [name for name in NEEDS_RESTART if getattr(old, name) != getattr(new, name)]
