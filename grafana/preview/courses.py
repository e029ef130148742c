"""Panels along time: lines and states."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from grafana.preview.canvas import FAINT, GRID, TEXT, Box, Canvas
from grafana.preview.frames import Named, Scene
from grafana.preview.looks import Look
from grafana.preview.values import plain, write
from grafana.preview.variables import Period

Panel = Mapping[str, Any]
_POINTS: Final = 240
_LETTER: Final = 9
"""Pixels, with some to spare."""
_MOST_TICKS: Final = 7
_TICKS: Final = (60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
"""Seconds between the marks of a time axis."""


def lines(canvas: Canvas, box: Box, panel: Panel, found: Sequence[Named], scene: Scene) -> None:
    """Lines or stacked areas, with limits, annotations and a legend."""
    looks = [Look.of(panel, item.name) for item in found]
    colours = [look.series_colour(index) for index, look in enumerate(looks)]
    deep = _legend(canvas, box, [(item.name, colour) for item, colour in zip(found, colours, strict=True)])
    second = next((look for look in looks if _on_the_right(look)), None)
    axes = canvas.axes(box.inset(58, 4, 62 if second else 8, 18 + deep))
    time_axis(axes, scene.period)
    defaults = Look.of(panel, "")
    right = axes.twinx() if second else None
    step = scene.period.step(panel.get("maxDataPoints") or _POINTS)
    if defaults.config["custom.stacking"]["mode"] == "normal":
        _stack(axes, found, colours)
    else:
        for item, look, colour in zip(found, looks, colours, strict=True):
            onto = right if right is not None and _on_the_right(look) else axes
            style = (0, (6, 4)) if "custom.lineStyle" in look.config else "-"
            onto.plot(*_gapped(item, step), color=colour, linewidth=1.4, linestyle=style)
    if right is not None and second is not None:
        _style_right(right, second)
    _scale(axes, defaults)
    for time, colour in scene.marks:
        axes.axvline(time, color=colour, linewidth=0.8, linestyle=(0, (2, 3)), alpha=0.8)


def states(canvas: Canvas, box: Box, panel: Panel, found: Sequence[Named], scene: Scene) -> None:
    """One row of coloured stretches per series."""
    look, period = Look.of(panel, ""), scene.period
    axes = canvas.axes(box.inset(190, 2, 8, 40))
    time_axis(axes, period)
    axes.grid(visible=False)
    step = period.step(_POINTS)
    seen: dict[str, str] = {}
    for row, item in enumerate(reversed(found)):
        for begin, end, value in _stretches(item, step):
            word, colour = look.mapped(value) or (plain(value, None), None)
            seen[word] = colour or FAINT
            axes.barh(row, end - begin, left=begin, height=0.84, color=colour or FAINT, alpha=0.9, linewidth=0)
            if (end - begin) / (period.end - period.start) * (box.width - 200) > _LETTER * len(word):
                axes.text(begin + step, row, word, color="white", fontsize=7.5, va="center")
    axes.set_yticks(range(len(found)), [canvas.fit(item.name, 180, 11) for item in reversed(found)], color=TEXT)
    axes.set_ylim(-0.6, len(found) - 0.4)
    _legend(canvas, box, list(seen.items()))


def _on_the_right(look: Look) -> bool:
    return look.config.get("custom.axisPlacement") == "right"


def _scale(axes: Axes, look: Look) -> None:
    """Axis of values: scale, ends, units, limits."""
    if look.config["custom.scaleDistribution"]["type"] == "log":
        axes.set_yscale("symlog", linthresh=1)
    else:
        axes.yaxis.set_major_locator(MaxNLocator(5))
    if look.config.get("min") is not None:
        axes.set_ylim(bottom=look.config["min"])
    if look.config.get("max") is not None:
        axes.set_ylim(top=look.config["max"] * 1.02)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value, look.unit, None)))
    if look.config["custom.thresholdsStyle"]["mode"] == "dashed":
        _limits(axes, look)


def _legend(canvas: Canvas, box: Box, entries: Sequence[tuple[str, str]]) -> float:
    """Draw the legend along the bottom; its height."""
    placed: list[tuple[float, int, str, str]] = []
    x, row = 0.0, 0
    for name, colour in entries:
        short = canvas.fit(name, 240, 11)
        width = 24 + 6.6 * len(short)
        if x and x + width > box.width:
            x, row = 0.0, row + 1
        placed.append((x, row, short, colour))
        x += width
    deep = 16.0 * (row + 1)
    for left, line, name, colour in placed:
        y = box.y + box.height - deep + line * 16
        canvas.block(Box(box.x + left, y + 5, 12, 4), colour)
        canvas.text(box.x + left + 16, y, name, size=11)
    return deep


def time_axis(axes: Axes, period: Period) -> None:
    """Hours and minutes, at round times."""
    axes.set_xlim(period.start, period.end)
    span = period.end - period.start
    gap = next((gap for gap in _TICKS if span / gap <= _MOST_TICKS), _TICKS[-1])
    ticks = np.arange(-(-period.start // gap) * gap, period.end, gap)
    axes.set_xticks(ticks, [datetime.fromtimestamp(tick, UTC).strftime("%H:%M") for tick in ticks])


def _style_right(axes: Axes, look: Look) -> None:
    axes.tick_params(colors=FAINT, labelsize=7.5, length=0)
    axes.set_ylim(bottom=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value, look.unit, None)))


def _stack(axes: Axes, found: Sequence[Named], colours: Sequence[str]) -> None:
    stamps = sorted({time for item in found for time, _ in item.series.samples})
    known = [dict(item.series.samples) for item in found]
    table = [[samples.get(time, 0.0) for time in stamps] for samples in known]
    axes.stackplot(stamps, table, colors=colours, alpha=0.75, linewidth=0.6, edgecolor=GRID, step="post")


def _gapped(item: Named, step: float) -> tuple[list[float], list[float]]:
    """Samples with a break where some are missing."""
    xs: list[float] = []
    ys: list[float] = []
    for time, value in item.series.samples:
        if xs and time - xs[-1] > 1.5 * step:
            xs.append(time - step)
            ys.append(float("nan"))
        xs.append(time)
        ys.append(value)
    return xs, ys


def _stretches(item: Named, step: float) -> list[tuple[float, float, float]]:
    """(begin, end, value) of each unchanged stretch."""
    found: list[tuple[float, float, float]] = []
    for time, value in item.series.samples:
        if found and found[-1][2] == value and time - found[-1][1] <= step / 2:
            found[-1] = (found[-1][0], time + step, value)
        else:
            found.append((time, time + step, value))
    return found


def _limits(axes: Axes, look: Look) -> None:
    top = axes.get_ylim()[1]
    for limit in look.config["thresholds"]["steps"]:
        if limit["value"] is not None and limit["value"] <= top:
            axes.axhline(limit["value"], color=limit["color"], linewidth=1, linestyle=(0, (5, 5)), alpha=0.7)
