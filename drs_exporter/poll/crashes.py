"""Bugs that a project's poll met: each is told once, every one is counted."""

from collections.abc import Callable
from traceback import walk_tb
from types import TracebackType
from typing import Final

import structlog

_MOST: Final = 20
"""Different bugs whose traceback is logged; a program with more of them has been told enough."""

log = structlog.get_logger()


class Crashes:
    """What is known of the bugs of one project."""

    def __init__(self, project: str, count: Callable[[], None]) -> None:
        self.in_a_row = 0
        """How many came since the last poll that ended well."""
        self._project = project
        self._count = count
        self._told: set[tuple[object, ...]] = set()

    def tell(self, error: Exception) -> None:
        """Count it, and log it with its traceback unless the very same was logged before."""
        self.in_a_row += 1
        self._count()
        bug: BaseException = error
        while isinstance(bug, BaseExceptionGroup):
            bug = bug.exceptions[0]
        signature = (type(bug), _place(bug.__traceback__))
        if signature in self._told or len(self._told) >= _MOST:
            return
        self._told.add(signature)
        log.error("project.crashed", project=self._project, exc_info=bug)


def _place(trace: TracebackType | None) -> tuple[str, int] | None:
    """Where it was raised."""
    places = [(frame.f_code.co_filename, line) for frame, line in walk_tb(trace)]
    return places[-1] if places else None
