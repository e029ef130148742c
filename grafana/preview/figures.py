"""Panels that show values as they are now: stat, bar gauge, text."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from grafana.preview.canvas import EDGE, FAINT, TEXT, Box, Canvas
from grafana.preview.frames import Named, Scene
from grafana.preview.looks import Look
from grafana.preview.values import write

Panel = Mapping[str, Any]


def stat(canvas: Canvas, box: Box, panel: Panel, found: Sequence[Named], scene: Scene) -> None:
    """One large figure and its course."""
    defaults = Look.of(panel, "")
    words, colour = str(defaults.config.get("noValue", "")), FAINT
    if found:
        series = found[0]
        value = series.series.samples[-1][1]
        mapped = defaults.mapped(value)
        if panel["options"]["textMode"] == "name":
            words, colour = series.name, (mapped and mapped[1]) or defaults.colour(value)
        elif mapped:
            words, colour = mapped[0], mapped[1] or TEXT
        else:
            words, colour = write(value, defaults.unit, defaults.decimals, now=scene.period.end), defaults.colour(value)
        if len(series.series.samples) > 1:
            _sparkline(canvas, box, series, colour)
    elif words == "0":
        colour = defaults.colour(0)
    size = min(40, box.height * 0.62, box.width * 1.5 / max(len(words), 1))
    canvas.text(
        box.x + box.width / 2, box.y + box.height * 0.45, words, size=size, color=colour, ha="center", va="center"
    )


def bar_gauge(canvas: Canvas, box: Box, panel: Panel, found: Sequence[Named], scene: Scene) -> None:
    """One bar per series."""
    room = max(1, int(box.height // 17))
    shown = found[:room]
    defaults = Look.of(panel, "")
    top = defaults.config.get("max") or max(item.series.samples[-1][1] for item in shown) or 1
    height = min(30.0, box.height / len(shown))
    names = min(box.width * 0.45, 9 + 7.3 * max(len(item.name) for item in shown))
    for index, item in enumerate(shown):
        look = Look.of(panel, item.name)
        value = item.series.samples[-1][1]
        y = box.y + index * height
        bar = Box(box.x + names, y + 2, box.width - names - 78, height - 5)
        canvas.text(
            box.x + names - 6, y + height / 2 - 1, canvas.fit(item.name, names, 12), size=12, ha="right", va="center"
        )
        canvas.block(bar, EDGE)
        share = max(0.004, min(1.0, value / top))
        canvas.block(Box(bar.x, bar.y, bar.width * share, bar.height), look.colour(value), alpha=0.85)
        written = write(value, look.unit, look.decimals, now=scene.period.end)
        canvas.text(
            box.x + box.width, y + height / 2 - 1, written, size=12, color=look.colour(value), ha="right", va="center"
        )


def words(canvas: Canvas, box: Box, panel: Panel) -> None:
    """Markdown, without its marks."""
    y = box.y
    for line in str(panel["options"]["content"]).splitlines():
        linked = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", line).replace("**", "").replace("`", "")
        for piece in _wrapped(linked, int(box.width / 6.9)):
            if y + 15 > box.y + box.height:
                return
            canvas.text(box.x, y, piece, size=12, color="#6E9FFF" if "](" in line else TEXT)
            y += 17


def nothing(canvas: Canvas, box: Box, panel: Panel) -> None:
    """What stands where there is no data."""
    text = panel.get("fieldConfig", {}).get("defaults", {}).get("noValue") or "No data"
    canvas.text(box.x + box.width / 2, box.y + box.height / 2, text, size=14, color=FAINT, ha="center", va="center")


def _sparkline(canvas: Canvas, box: Box, item: Named, colour: str) -> None:
    axes = canvas.axes(Box(box.x, box.y + box.height * 0.72, box.width, box.height * 0.3))
    xs, ys = zip(*item.series.samples, strict=True)
    low = min(ys)
    axes.plot(xs, ys, color=colour, linewidth=1)
    axes.fill_between(xs, ys, low, color=colour, alpha=0.25, linewidth=0)
    axes.axis("off")


def _wrapped(line: str, room: int) -> list[str]:
    pieces, rest = [], line
    while len(rest) > room:
        cut = rest.rfind(" ", 0, room)
        cut = room if cut <= 0 else cut
        pieces.append(rest[:cut])
        rest = rest[cut:].lstrip()
    return [*pieces, rest]


def alerts(canvas: Canvas, box: Box, panel: Panel, firing: Sequence[Mapping[str, str]]) -> None:
    """Firing alerts, one a line."""
    if not firing:
        nothing(canvas, box, {**panel, "fieldConfig": {"defaults": {"noValue": "No alerts firing"}}})
        return
    for index, labels in enumerate(firing[: int(box.height // 22)]):
        y = box.y + 22 * index
        colour = {"critical": "#E02F44", "warning": "#FF9830"}.get(labels.get("severity", ""), "#5794F2")
        canvas.block(Box(box.x, y + 3, 4, 14), colour)
        canvas.text(box.x + 12, y + 3, f"{labels['alertname']}   {labels.get('severity', '')}   firing", size=12)
