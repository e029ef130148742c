"""Panels on the 24 columns of a dashboard, line by line, without gaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from grafana_foundation_sdk.models import dashboard

COLUMNS: Final = 24


@dataclass(frozen=True)
class Heading:
    """A row title over the lines that follow; with `repeat` they come once per value of that variable."""

    title: str
    repeat: str | None = None
    collapsed: bool = False
    """Closed until somebody opens it: its panels ask nothing before, and a small screen is not full of them."""


@dataclass(frozen=True)
class Line:
    """Panels side by side, of one height, each with its width; the widths fill the screen."""

    height: int
    panels: Sequence[tuple[int, dashboard.Panel]]


def place(parts: Sequence[Heading | Line]) -> list[dashboard.Panel | dashboard.RowPanel]:
    """Give every panel its place and number; those of a closed row stand where they will when it is opened."""
    placed: list[dashboard.Panel | dashboard.RowPanel] = []
    into: list[dashboard.Panel] | list[dashboard.Panel | dashboard.RowPanel] = placed
    number, y, below = 0, 0, 0
    for part in parts:
        if isinstance(part, Heading):
            number, y = number + 1, below
            row = dashboard.RowPanel(
                title=part.title,
                repeat=part.repeat,
                collapsed=part.collapsed,
                id_val=number,
                grid_pos=dashboard.GridPos(h=1, w=COLUMNS, x=0, y=y),
            )
            placed.append(row)
            into = row.panels if part.collapsed else placed
            y = below = y + 1
            continue
        width = sum(columns for columns, _ in part.panels)
        if width != COLUMNS:
            raise ValueError(f"{width} of {COLUMNS} columns filled by {[panel.title for _, panel in part.panels]}")
        x = 0
        for columns, panel in part.panels:
            panel.grid_pos = dashboard.GridPos(h=part.height, w=columns, x=x, y=y)
            number += 1
            panel.id_val = number
            into.append(panel)
            x += columns
        y += part.height
        if into is placed:
            below = y  # what a closed row holds takes no room
    return placed
