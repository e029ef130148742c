"""The HTTP side: metrics, probe, lifecycle and the pages for people."""

from drs_exporter.web.daemon import Daemon
from drs_exporter.web.server import Server

__all__ = ["Daemon", "Server"]
