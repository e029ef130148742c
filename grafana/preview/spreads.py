"""Panels of distributions: heatmap and histogram."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.ticker import FuncFormatter, MaxNLocator

from grafana.preview.canvas import Box, Canvas
from grafana.preview.courses import time_axis
from grafana.preview.frames import Named, Scene
from grafana.preview.looks import PALETTE, Look
from grafana.preview.values import write

Panel = Mapping[str, Any]
_POINTS: Final = 240
_HISTOGRAM_BINS: Final = 20


def heatmap(canvas: Canvas, box: Box, panel: Panel, found: Sequence[Named], scene: Scene) -> None:
    """Cumulative buckets as counts per cell."""
    ordered = sorted(found, key=lambda item: float(item.name.replace("+Inf", "inf")))
    stamps = sorted({time for item in ordered for time, _ in item.series.samples})
    places = {time: index for index, time in enumerate(stamps)}
    cumulative = np.zeros((len(ordered), len(stamps)))
    for row, item in enumerate(ordered):
        for time, value in item.series.samples:
            cumulative[row, places[time]] = value
    counts = np.diff(cumulative, axis=0, prepend=0).clip(min=0)
    axes = canvas.axes(box.inset(58, 4, 8, 20))
    edges = [*stamps, stamps[-1] + scene.period.step(_POINTS)]
    shown = np.ma.masked_less_equal(counts, 0)
    axes.pcolormesh(edges, range(len(ordered) + 1), shown, cmap="Oranges_r", norm=PowerNorm(0.5), linewidth=0)
    time_axis(axes, scene.period)
    unit = panel["options"]["yAxis"]["unit"]
    names = [item.name if "Inf" in item.name else write(float(item.name), unit) for item in ordered]
    axes.set_yticks([index + 1 for index in range(len(ordered))], names)
    axes.grid(visible=False)


def histogram(canvas: Canvas, box: Box, panel: Panel, found: Sequence[Named], _: Scene) -> None:
    """How many values fall into which range."""
    look = Look.of(panel, "")
    axes = canvas.axes(box.inset(40, 4, 8, 20))
    axes.hist(
        [item.series.samples[-1][1] for item in found], bins=_HISTOGRAM_BINS, color=PALETTE[0], alpha=0.8, rwidth=0.94
    )
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value, look.unit, None)))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
