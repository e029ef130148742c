"""The poll loop of one project: the only writer of snapshots."""

from drs_exporter.poll.loop import Poller
from drs_exporter.poll.plan import COLLECTORS, DEFAULT_COLLECTORS, Plan

__all__ = ["COLLECTORS", "DEFAULT_COLLECTORS", "Plan", "Poller"]
