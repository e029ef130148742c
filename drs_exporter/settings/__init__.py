"""The configuration: one table of settings, read from command line, environment, secrets directory and file."""

from drs_exporter.settings.load import load, restart_needed
from drs_exporter.settings.model import ProjectSettings, Settings

__all__ = ["ProjectSettings", "Settings", "load", "restart_needed"]
