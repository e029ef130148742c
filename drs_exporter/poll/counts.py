"""How many jobs stand in each status."""

from collections import Counter
from collections.abc import Iterable

import structlog

from drs_exporter.snapshot import StatusCount
from drs_exporter.status import STATUSES, phase_of

log = structlog.get_logger()


def counted(statuses: Iterable[tuple[str | None, bool]], seen: set[str], *, project: str) -> tuple[StatusCount, ...]:
    """How many jobs, and subtasks, stand in each status of the table, and in each other that was ever `seen`.

    Each status is given with whether it is a subtask's; one that is new is logged and added to those seen.
    """
    counts = Counter(statuses)
    for status in sorted({status for status, _ in counts if status is not None} - STATUSES.keys() - seen):
        log.info("status.unknown", project=project, status=status)
        seen.add(status)
    return tuple(
        StatusCount(status, phase_of(status), subtask, counts[status, subtask])
        for status in (*STATUSES, *sorted(seen))
        for subtask in (False, True)
    )
