"""Panels on the 24 columns of a dashboard, line by line, without gaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from grafana_foundation_sdk.models import dashboard

COLUMNS: Final = 24


@dataclass(frozen=True)
class Heading:
    """A row title; with `repeat` the lines below it come once per value of that variable."""

    title: str
    repeat: str | None = None


@dataclass(frozen=True)
class Line:
    """Panels side by side, of one height, each with its width; the widths fill the screen."""

    height: int
    panels: Sequence[tuple[int, dashboard.Panel]]


def place(parts: Sequence[Heading | Line]) -> list[dashboard.Panel | dashboard.RowPanel]:
    """Give every panel its place and number."""
    placed: list[dashboard.Panel | dashboard.RowPanel] = []
    y = 0
    for part in parts:
        if isinstance(part, Heading):
            placed.append(
                dashboard.RowPanel(
                    title=part.title,
                    repeat=part.repeat,
                    id_val=len(placed) + 1,
                    grid_pos=dashboard.GridPos(h=1, w=COLUMNS, x=0, y=y),
                )
            )
            y += 1
            continue
        width = sum(columns for columns, _ in part.panels)
        if width != COLUMNS:
            raise ValueError(f"{width} of {COLUMNS} columns filled by {[panel.title for _, panel in part.panels]}")
        x = 0
        for columns, panel in part.panels:
            panel.grid_pos = dashboard.GridPos(h=part.height, w=columns, x=x, y=y)
            panel.id_val = len(placed) + 1
            placed.append(panel)
            x += columns
        y += part.height
    return placed
