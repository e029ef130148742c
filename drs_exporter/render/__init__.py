"""Snapshots to bytes: incremental, pure, off the event loop."""

from drs_exporter.render.project import ProjectLines, ProjectRenderer, page_of

__all__ = ["ProjectLines", "ProjectRenderer", "page_of"]
