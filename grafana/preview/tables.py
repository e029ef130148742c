"""Tables: columns, words and colours as the overrides say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from grafana.preview.canvas import EDGE, FAINT, TEXT, Box, Canvas
from grafana.preview.figures import nothing
from grafana.preview.frames import Row
from grafana.preview.looks import Look
from grafana.preview.values import write

Panel = Mapping[str, Any]
_LINE: Final = 33
_LINK: Final = "#6E9FFF"
_NARROW: Final = 60


@dataclass(frozen=True)
class Field:
    """One visible column."""

    name: str
    title: str
    look: Look
    x: float
    width: float
    number: bool
    """Numbers are aligned to the right, with their title."""


def table(canvas: Canvas, box: Box, panel: Panel, found: Sequence[Row], now: float) -> None:
    """Header and as many rows as fit."""
    if not found:
        nothing(canvas, box, panel)
        return
    fields = _fields(panel, found, box)
    for field in fields:
        title = canvas.fit(field.title, field.width, 11)
        if field.number:
            canvas.text(field.x + field.width - 6, box.y + 8, title, size=11, color=_LINK, ha="right")
        else:
            canvas.text(field.x + 6, box.y + 8, title, size=11, color=_LINK)
    rows = _sorted(panel, found)
    for index, row in enumerate(rows[: int(box.height // _LINE) - 1]):
        y = box.y + _LINE * (index + 1)
        canvas.block(Box(box.x, y, box.width, 1), EDGE)
        for field in fields:
            if row.get(field.name) is not None:
                _cell(canvas, Box(field.x, y + 1, field.width, _LINE - 1), field.look, row[field.name], now)


def _fields(panel: Panel, found: Sequence[Row], box: Box) -> list[Field]:
    there = {name for row in found for name in row}
    organize = next(item["options"] for item in panel["transformations"] if item["id"] == "organize")
    order = organize["indexByName"]
    names = sorted(there, key=lambda name: order.get(name, len(order)))
    looks = {name: Look.of(panel, name) for name in names}
    shown = [name for name in names if not looks[name].config.get("custom.hidden")]
    fixed = sum(looks[name].config.get("custom.width", 0) for name in shown)
    free = [name for name in shown if "custom.width" not in looks[name].config]
    spare = max(_NARROW, (box.width - fixed) / len(free)) if free else 0
    squeeze = min(1.0, box.width / (fixed + spare * len(free)))
    fields, x = [], box.x
    for name in shown:
        width = looks[name].config.get("custom.width", spare) * squeeze
        title = looks[name].config.get("displayName", name)
        number = name.startswith("Value") and not looks[name].config.get("mappings")
        fields.append(Field(name, title, looks[name], x, width, number))
        x += width
    return fields


def _sorted(panel: Panel, found: Sequence[Row]) -> list[Row]:
    """By the first order named, among equals by the next."""
    titles = {name: Look.of(panel, name).config.get("displayName", name) for row in found for name in row}
    rows = list(found)
    for order in reversed(panel["options"]["sortBy"]):
        name = next((name for name, title in titles.items() if title == order["displayName"]), "")
        rows.sort(key=lambda row, name=name: _rank(row.get(name)), reverse=bool(order.get("desc")))  # type: ignore[misc]
    return rows


def _rank(value: object) -> tuple[bool, float, str]:
    return value is not None, value if isinstance(value, float) else 0.0, str(value)


def _cell(canvas: Canvas, box: Box, look: Look, value: object, now: float) -> None:
    mapped = look.mapped(value)
    written = write(value, look.unit, look.decimals, now=now) if isinstance(value, float) else str(value)
    text, colour = (mapped[0], mapped[1] or TEXT) if mapped else (written, TEXT)
    right = isinstance(value, float) and not mapped
    if look.cell == "color-background-solid":
        canvas.block(box.inset(2, 3, 2, 3), colour if mapped else FAINT)
        colour = "white"
    elif look.cell == "gradient-gauge" and isinstance(value, float):
        bar = box.inset(4, 8, 62, 8)
        canvas.block(bar, EDGE)
        share = min(1.0, max(0.005, value / (look.config.get("max") or 1)))
        canvas.block(Box(bar.x, bar.y, bar.width * share, bar.height), look.colour(value), alpha=0.85)
        colour, right = look.colour(value), True
    elif look.cell == "color-text" and isinstance(value, float) and not mapped:
        colour = look.colour(value)
    elif look.cell == "basic":
        colour = _LINK if look.config.get("links") else TEXT
    edge = box.x + box.width - 6 if right else box.x + 6
    middle = box.y + box.height / 2
    canvas.text(
        edge,
        middle,
        canvas.fit(text, box.width - 6, 12),
        size=12,
        color=colour,
        ha="right" if right else "left",
        va="center",
    )
