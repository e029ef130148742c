"""A whole dashboard as one picture."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

from PIL import Image

from grafana.preview import courses, figures, spreads, tables
from grafana.preview.canvas import EDGE, FAINT, PANEL, TEXT, Box, Canvas
from grafana.preview.frames import Scene, ask, merged, named
from grafana.preview.prometheus import Prometheus
from grafana.preview.variables import Period, options_of, resolve, substitute

_UNIT: Final = 38
_GAP: Final = 8
_HEAD: Final = 78
_COLOURS: Final = 96
_POINTS: Final = 240
WIDTH: Final = 1600

_DRAWINGS: Final = {
    "stat": figures.stat,
    "bargauge": figures.bar_gauge,
    "timeseries": courses.lines,
    "state-timeline": courses.states,
    "heatmap": spreads.heatmap,
    "histogram": spreads.histogram,
}


def draw(board: Mapping[str, Any], prometheus: Prometheus, period: Period, chosen: Mapping[str, str]) -> bytes:
    """The dashboard over that period, as PNG."""
    values = resolve(board, prometheus, period, chosen)
    scene = Scene(prometheus, period, values)
    scene = replace(scene, marks=_annotations(board, scene))
    column = (WIDTH - _GAP) / 24
    bottom = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in board["panels"])
    canvas = Canvas(WIDTH, _HEAD + bottom * _UNIT + _GAP)
    _head(canvas, board, scene)
    for panel in board["panels"]:
        place = panel["gridPos"]
        outer = Box(
            _GAP + place["x"] * column,
            _HEAD + place["y"] * _UNIT,
            place["w"] * column - _GAP,
            place["h"] * _UNIT - _GAP,
        )
        if panel["type"] == "row":
            scene = _of_row(board, panel, scene)
            canvas.text(
                outer.x + 2, outer.y + 7, f"⌄  {substitute(panel['title'], scene.values)}", size=15, weight="bold"
            )
            continue
        canvas.block(outer, PANEL, edge=EDGE)
        title = canvas.fit(substitute(panel["title"], scene.values), outer.width - 16, 13)
        canvas.text(outer.x + 9, outer.y + 8, title, size=13, weight="bold")
        _content(canvas, outer.inset(9, 32, 9, 7), panel, scene)
    return _png(canvas)


def _content(canvas: Canvas, box: Box, panel: Mapping[str, Any], scene: Scene) -> None:
    kind = panel["type"]
    if kind == "text":
        figures.words(canvas, box, panel)
        return
    if kind == "alertlist":
        figures.alerts(canvas, box, panel, _firing(panel, scene))
        return
    answers = ask(panel, scene)
    if kind == "table":
        tables.table(canvas, box, panel, merged(panel, answers), scene.period.end)
        return
    found = named(panel, answers)
    if not found and kind != "stat":
        figures.nothing(canvas, box, panel)
    else:
        _DRAWINGS[kind](canvas, box, panel, found, scene)


def _of_row(board: Mapping[str, Any], row: Mapping[str, Any], scene: Scene) -> Scene:
    """The scene below a row title: of a repeated row the picture has room for the first value."""
    name = row.get("repeat")
    if not name:
        return scene
    variable = next(item for item in board["templating"]["list"] if item["name"] == name)
    options = options_of(variable, scene.prometheus, scene.period, scene.values)
    return replace(scene, values={**scene.values, name: options[0] if options else ""})


def _head(canvas: Canvas, board: Mapping[str, Any], scene: Scene) -> None:
    canvas.text(_GAP + 2, 12, board["title"], size=19, weight="bold")
    begin, end = (datetime.fromtimestamp(time, UTC) for time in (scene.period.start, scene.period.end))
    note = f"PREVIEW, drawn without Grafana   {begin:%Y-%m-%d %H:%M} to {end:%H:%M} UTC"
    canvas.text(canvas.width - _GAP - 2, 14, note, size=13, color="#FF9830", ha="right")
    x = _GAP + 2.0
    for variable in board["templating"]["list"]:
        label = variable["label"]
        value = scene.values[variable["name"]]
        shown = "All" if value in {".+", ".*"} else value or "…"
        width = 7.6 * (len(label) + len(shown)) + 26
        canvas.block(Box(x, 43, width, 26), PANEL, edge=EDGE)
        canvas.text(x + 7, 49, label, size=12, color="#6E9FFF")
        canvas.text(x + 14 + 7.2 * len(label), 49, shown, size=12, color=TEXT)
        x += width + 7
    canvas.text(canvas.width - _GAP - 2, 49, "DRS dashboards ▾", size=12, color=FAINT, ha="right")


def _annotations(board: Mapping[str, Any], scene: Scene) -> list[tuple[float, str]]:
    """When alerts began, and the colour of their marks."""
    period = scene.period
    return [
        (series.samples[0][0], annotation["iconColor"])
        for annotation in board["annotations"]["list"]
        for series in scene.prometheus.over_time(
            substitute(annotation["expr"], scene.values), period.start, period.end, period.step(_POINTS)
        )
    ]


def _firing(panel: Mapping[str, Any], scene: Scene) -> list[Mapping[str, str]]:
    chosen = substitute(panel["options"]["alertInstanceLabelFilter"], scene.values)
    selector = chosen.removeprefix("{").removesuffix("}")
    firing = scene.prometheus.now(f'ALERTS{{{selector}, alertstate="firing"}}', scene.period.end)
    return [series.labels for series in firing]


def _png(canvas: Canvas) -> bytes:
    """A picture of few colours: a screen is flat, and the file stays small."""
    raw = BytesIO()
    canvas.figure.savefig(raw, format="png", facecolor=canvas.figure.get_facecolor())
    small = BytesIO()
    with Image.open(raw) as picture:
        picture.convert("RGB").quantize(colors=_COLOURS, method=Image.Quantize.FASTOCTREE).save(
            small, format="png", optimize=True
        )
    return small.getvalue()
