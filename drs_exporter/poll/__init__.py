"""The pace of one project: the only writer of snapshots."""

from collections.abc import Mapping
from typing import Final

from drs_exporter.poll import collectors
from drs_exporter.poll.collector import Clients
from drs_exporter.poll.pace import Pace
from drs_exporter.poll.plan import Plan

__all__ = ["COLLECTORS", "DEFAULT_COLLECTORS", "Clients", "Pace", "Plan"]

COLLECTORS: Final[Mapping[str, float | None]] = {kind.name: kind.interval for kind in collectors.COLLECTORS}
"""The name of every collector with its interval in seconds, unless configured otherwise; `None` is every poll."""

DEFAULT_COLLECTORS: Final = tuple(kind.name for kind in collectors.COLLECTORS if kind.unless_left_out)
"""Names of those that are on where the configuration does not choose."""
