"""For commands that end: projects that are searched for are looked up once, before anything else."""

from collections.abc import Sequence

from drs_exporter.cli.signals import until_signal
from drs_exporter.cli.waiting import telling
from drs_exporter.clock import SystemClock
from drs_exporter.discovery import Search, asking, found
from drs_exporter.secret import Redactor
from drs_exporter.settings import Settings


def with_found(settings: Settings, redactor: Redactor) -> tuple[Settings, Sequence[Search]]:
    """The settings with every project that IAM tells of, and the searches that failed; who waits is told for what."""
    if not settings.searches:
        return settings, ()
    searching = found(settings, look=asking(redactor=redactor, clock=SystemClock()))
    return until_signal(telling(searching, lambda: ["asking IAM which projects there are"]))
