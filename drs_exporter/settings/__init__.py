"""The configuration: one table of settings, read from command line, environment, secrets directory and file."""

from drs_exporter.settings.collectors import Collectors
from drs_exporter.settings.load import load, restart_needed
from drs_exporter.settings.resolved import Access, ProjectSearch, ProjectSettings, Settings

__all__ = ["Access", "Collectors", "ProjectSearch", "ProjectSettings", "Settings", "load", "restart_needed"]
