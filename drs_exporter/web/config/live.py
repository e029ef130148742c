"""The web configuration as it stands on disk now: certificates and users rotate without a restart."""

import asyncio
import os
import ssl
from dataclasses import dataclass
from pathlib import Path

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
        except (OSError, ValueError):  # a NUL in a name is a ValueError
            seen.append(None)
        else:
            seen.append((status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino))
    return tuple(seen)


class LiveConfig:
    """Reads the file again when it or a file it names has changed; a wrong one leaves the last good one in force."""

    def __init__(self, path: Path, *, spelled: str = "web_config_file") -> None:
        """Read it for the first time; SettingsError if it is wrong, in which the setting is `spelled` as written."""
        self._path = path
        self._spelled = spelled
        self._paths: tuple[Path, ...] = (path,)
        self._seen: _Seen = ()
        self._wrong = False
        self._reading = asyncio.Lock()
        self.loaded = self._load()
        """What is in force, without a look at the disk."""

    async def current(self) -> Loaded:
        """The configuration in force, read again first if there is another one: in a thread, or all would wait."""
        if _look(self._paths) != self._seen:
            async with self._reading:
                if _look(self._paths) != self._seen:
                    await asyncio.to_thread(self._reload)
        return self.loaded

    def _load(self) -> Loaded:
        self._seen = seen = _look(self._paths)  # before reading: a change meanwhile is seen next time
        document = read(self._path, spelled=self._spelled)
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
            raise SettingsError(f"{self._path}: {exc}") from None

    def _reload(self) -> None:
        try:
            loaded = self._load()
            if (loaded.context is None) != (self.loaded.context is None):
                raise SettingsError(f"{self._path}: turning TLS on or off needs a restart")  # noqa: TRY301 - told like the others
        except SettingsError as exc:
            if not self._wrong:
                log.warning("web_config.rejected", error=str(exc))
            self._wrong = True
        else:
            self.loaded = loaded
            self._wrong = False
            log.info("web_config.reloaded", path=str(self._path))
