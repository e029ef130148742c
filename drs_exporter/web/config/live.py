"""The web configuration as it stands on disk now: certificates and users rotate without a restart."""

import os
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from drs_exporter.errors import SettingsError
from drs_exporter.web.config.document import read
from drs_exporter.web.config.model import Document
from drs_exporter.web.config.tls import build, files

log = structlog.get_logger()

_Seen = tuple[tuple[int, int, int, int] | None, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """One good reading of the file and of those it names."""

    document: Document
    context: ssl.SSLContext | None
    """`None` without TLS."""


def _look(paths: tuple[Path, ...]) -> _Seen:
    """What tells whether a file is another one now: replaced, rewritten, or moved by a symbolic link."""
    seen: list[tuple[int, int, int, int] | None] = []
    for path in paths:
        try:
            status = os.stat(path)  # noqa: PTH116 - four of these on every request: half the cost of Path.stat
        except OSError:
            seen.append(None)
        else:
            seen.append((status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino))
    return tuple(seen)


class LiveConfig:
    """Reads the file again when it or a file it names has changed; a wrong one leaves the last good one in force."""

    def __init__(self, path: Path) -> None:
        """Read it for the first time; SettingsError if it is wrong."""
        self._path = path
        self._paths: tuple[Path, ...] = (path,)
        self._seen: _Seen = ()
        self._wrong = False
        self._loaded = self._load()

    def current(self) -> Loaded:
        """The configuration in force."""
        if _look(self._paths) != self._seen:
            self._reload()
        return self._loaded

    def _load(self) -> Loaded:
        self._seen = seen = _look(self._paths)  # before reading: a change meanwhile is seen next time
        document = read(self._path)
        section = document.tls_server_config
        paths = (self._path, *files(section, self._path.parent))
        if paths != self._paths:
            self._paths = paths
            self._seen = (seen[0], *_look(paths[1:]))
        if not section.enabled:
            return Loaded(document, None)
        try:
            return Loaded(document, build(section, self._path.parent))
        except SettingsError as exc:
            raise SettingsError(f"web_config_file: {self._path}: {exc}") from None

    def _reload(self) -> None:
        try:
            loaded = self._load()
            if (loaded.context is None) != (self._loaded.context is None):
                raise SettingsError(f"web_config_file: {self._path}: turning TLS on or off needs a restart")  # noqa: TRY301 - told like the others
        except SettingsError as exc:
            if not self._wrong:
                log.warning("web_config.rejected", error=str(exc))
            self._wrong = True
        else:
            self._loaded = loaded
            self._wrong = False
            log.info("web_config.reloaded", path=str(self._path))


class RotatingContext(ssl.SSLContext):
    """A context that hands each new connection to the one now in force: asyncio calls `wrap_bio` per connection."""

    live: LiveConfig

    def wrap_bio(self, *args: Any, **kwargs: Any) -> ssl.SSLObject:
        """A TLS connection with the certificate that is on disk now."""
        context = self.live.current().context
        if context is None:  # pragma: no cover - LiveConfig never turns TLS off
            raise ssl.SSLError("TLS is off")
        return context.wrap_bio(*args, **kwargs)


def rotating(live: LiveConfig) -> RotatingContext | None:
    """A context for listeners that follows the files; `None` without TLS."""
    if live.current().context is None:
        return None
    context = RotatingContext(ssl.PROTOCOL_TLS_SERVER)
    context.live = live
    return context
