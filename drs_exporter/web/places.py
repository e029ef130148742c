"""How many answers of one kind are given at once, and who gives way when there are more."""

import asyncio
from typing import Final

import structlog

from drs_exporter.web.connection import Connection
from drs_exporter.web.pool import stalled, worst

PATIENCE: Final = 1.0
"""Seconds a client may read nothing before another takes its place."""

log = structlog.get_logger()


class Places:
    """A place for each answer of this kind; one whose client reads nothing is given to a client that comes anew."""

    def __init__(self, kind: str, limit: int) -> None:
        self.kind = kind
        self.limit = limit
        self._taken: dict[Connection, None] = {}
        self._refusing = False

    def enter(self, connection: Connection) -> bool:
        """Take a place, if there is one."""
        if len(self._taken) >= self.limit:
            victim = self._stalled(connection)
            if victim is None:
                if not self._refusing:
                    self._refusing = True
                    log.warning("answers.refused", kind=self.kind, limit=self.limit)
                return False
            del self._taken[victim]
            victim.hang_up()
            log.info("reader.displaced", kind=self.kind, reason="another needed its place")
        self._taken[connection] = None
        return True

    def leave(self, connection: Connection) -> None:
        """Give it back."""
        self._taken.pop(connection, None)
        if self._refusing and not self._taken:
            self._refusing = False
            log.info("answers.accepted", kind=self.kind)

    def _stalled(self, newcomer: Connection) -> Connection | None:
        """Of those that do not read, the worst: at once if its address has most places and is not the newcomer's."""
        found = worst((taken for taken in self._taken if taken.stalled_since is not None), stalled)
        if found is None:
            return None
        waited = asyncio.get_running_loop().time() - stalled(found)
        return found if waited >= PATIENCE or found.peer != newcomer.peer else None
