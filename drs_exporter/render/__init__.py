"""Snapshots to bytes: incremental, pure, off the event loop."""

from drs_exporter.render.chunk import EMPTY, Chunk
from drs_exporter.render.project import HEADERS, ProjectRenderer

__all__ = ["EMPTY", "HEADERS", "Chunk", "ProjectRenderer"]
