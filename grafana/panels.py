"""The kinds of panels in use, with the conventions built in: data source, title, description, unit, no-value text."""

import re
from collections.abc import Sequence
from typing import Final

from grafana_foundation_sdk.models import (
    bargauge,
    common,
    dashboard,
    prometheus,
    stat,
    statetimeline,
    table,
    text,
    timeseries,
)

from grafana.fields import Column, Steps, absolute, nothing
from grafana.queries import Query

DATASOURCE: Final = dashboard.DataSourceRef(type_val="prometheus", uid="${datasource}")

Overrides = Sequence[dashboard.DashboardFieldConfigSourceOverrides]

Link = tuple[str, str]
"""Tooltip and address."""


class DataLink(dashboard.DashboardLink):
    """A link from a value; the SDK has the larger one of a whole dashboard only."""

    def to_json(self) -> dict[str, object]:
        """The two keys that Grafana stores."""
        return {"title": self.title, "url": self.url}


class BarOptions(bargauge.Options):
    """Bars and their words in one size, however few there are; Grafana knows keys for it that the SDK has not."""

    def to_json(self) -> dict[str, object]:
        """The SDK's keys and those."""
        return {**super().to_json(), "sizing": "manual", "maxVizHeight": 40}


_PLAIN: Final[Steps] = ((None, "#5794F2"),)
_PLAIN_CELLS: Final = common.TableFieldOptions(
    align=common.FieldTextAlignment.AUTO, cell_options=common.TableAutoCellOptions()
)
"""Grafana looks at the looks of single columns only where all have some."""
FEW_POINTS: Final = 50
"""Steps for queries that look at every job there is."""
_POINTS: Final = 240
"""Steps a range is cut into else: enough for a wide screen, and a tenth of the work that a pixel each would be."""


def _letter(number: int) -> str:
    """The name of a query."""
    return chr(ord("A") + number)


def target(query: Query, number: int) -> prometheus.Dataquery:
    """The query as Grafana stores it; the letters follow the order."""
    form = prometheus.PromQueryFormat
    kind = form.TABLE if query.table else form.HEATMAP if query.heatmap else form.TIME_SERIES
    return prometheus.Dataquery(
        expr=query.expr,
        legend_format=query.legend or None,
        instant=query.instant,
        range_val=not query.instant,
        format_val=kind,
        editor_mode=prometheus.QueryEditorMode.CODE,
        ref_id=_letter(number),
        datasource=DATASOURCE,
    )


def panel(
    kind: str,
    title: str,
    description: str,
    queries: Sequence[Query],
    *,
    unit: str,
    no_value: str = "no data",
    links: Sequence[Link] = (),
    options: object = None,
    custom: object = None,
    color: dashboard.FieldColorModeId = dashboard.FieldColorModeId.THRESHOLDS,
    steps: Steps = _PLAIN,
    mappings: Sequence[dashboard.ValueMapping] = (),
    overrides: Overrides = (),
    decimals: int | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
    transformations: Sequence[dashboard.DataTransformerConfig] = (),
    points: int = _POINTS,
) -> dashboard.Panel:
    """A panel of any kind."""
    defaults = dashboard.FieldConfig(
        unit=unit,
        links=[DataLink(title=title, url=url) for title, url in links] or None,
        decimals=decimals,
        min_val=minimum,
        max_val=maximum,
        mappings=list(mappings) or None,
        thresholds=absolute(steps),
        color=dashboard.FieldColor(mode=color),
        no_value=no_value or None,
        custom=custom,
    )
    return dashboard.Panel(
        type_val=kind,
        title=title,
        description=description,
        datasource=DATASOURCE,
        targets=[target(query, number) for number, query in enumerate(queries)],
        max_data_points=None if all(query.instant for query in queries) else points,
        transformations=list(transformations) or None,
        options=options,
        field_config=dashboard.FieldConfigSource(defaults=defaults, overrides=list(overrides)),
    )


def stat_panel(
    title: str,
    description: str,
    query: Query,
    *,
    unit: str,
    no_value: str,
    steps: Steps = _PLAIN,
    mappings: Sequence[dashboard.ValueMapping] = (),
    decimals: int | None = None,
    names: bool = False,
    links: Sequence[Link] = (),
) -> dashboard.Panel:
    """One large figure as it is now; with `names`, the series' name instead.

    Of a course Grafana shows the last value there was: an exporter that is gone would look as well as it ever did.
    """
    modes = common.BigValueTextMode
    return panel(
        "stat",
        title,
        description,
        [query],
        unit=unit,
        no_value=no_value,
        steps=steps,
        mappings=[*mappings, nothing(no_value)],
        decimals=decimals,
        links=links,
        options=stat.Options(
            graph_mode=common.BigValueGraphMode.NONE,
            color_mode=common.BigValueColorMode.VALUE,
            justify_mode=common.BigValueJustifyMode.AUTO,
            reduce_options=common.ReduceDataOptions(values=False, calcs=["lastNotNull"], fields=""),
            text_mode=modes.NAME if names else modes.VALUE,
            orientation=common.VizOrientation.AUTO,
        ),
    )


def lines(
    title: str,
    description: str,
    *queries: Query,
    unit: str,
    no_value: str = "no data",
    stacked: bool = False,
    steps: Steps = _PLAIN,
    limits: bool = False,
    log: bool = False,
    legend: bool = True,
    calcs: Sequence[str] = (),
    overrides: Overrides = (),
    minimum: float | None = 0,
    maximum: float | None = None,
    decimals: int | None = None,
    points: int = _POINTS,
) -> dashboard.Panel:
    """Courses over time; `limits` draws the thresholds as dashed lines, `calcs` makes the legend a table."""
    scale = common.ScaleDistributionConfig(
        type_val=common.ScaleDistribution.LOG if log else common.ScaleDistribution.LINEAR, log=10 if log else None
    )
    stacking = common.StackingMode.NORMAL if stacked else common.StackingMode.NONE
    custom = common.GraphFieldConfig(
        draw_style=common.GraphDrawStyle.LINE,
        line_interpolation=common.LineInterpolation.STEP_AFTER if stacked else common.LineInterpolation.LINEAR,
        line_width=1 if stacked else 2,
        fill_opacity=60 if stacked else 8,
        gradient_mode=common.GraphGradientMode.NONE,
        show_points=common.VisibilityMode.NEVER,
        span_nulls=False,
        axis_placement=common.AxisPlacement.AUTO,
        scale_distribution=scale,
        stacking=common.StackingConfig(mode=stacking, group="A"),
        thresholds_style=common.GraphThresholdsStyleConfig(
            mode=common.GraphTresholdsStyleMode.DASHED if limits else common.GraphTresholdsStyleMode.OFF
        ),
    )
    options = timeseries.Options(
        legend=common.VizLegendOptions(
            display_mode=common.LegendDisplayMode.TABLE if calcs else common.LegendDisplayMode.LIST,
            placement=common.LegendPlacement.BOTTOM,
            show_legend=legend,
            calcs=list(calcs),
        ),
        tooltip=common.VizTooltipOptions(mode=common.TooltipDisplayMode.MULTI, sort=common.SortOrder.DESCENDING),
    )
    return panel(
        "timeseries",
        title,
        description,
        queries,
        unit=unit,
        no_value=no_value,
        options=options,
        custom=custom,
        color=dashboard.FieldColorModeId.PALETTE_CLASSIC,
        steps=steps,
        overrides=overrides,
        minimum=None if log else minimum,
        maximum=maximum,
        decimals=decimals,
        points=points,
    )


def bars(
    title: str,
    description: str,
    *queries: Query,
    unit: str,
    no_value: str,
    steps: Steps = _PLAIN,
    overrides: Overrides = (),
    color: dashboard.FieldColorModeId = dashboard.FieldColorModeId.THRESHOLDS,
    maximum: float | None = None,
    decimals: int | None = None,
    links: Sequence[Link] = (),
) -> dashboard.Panel:
    """One horizontal bar per series, at its value now; named also where it is the only one.

    The names are given out of the labels, query by query: `${__series.name}` would be what it itself is made from where
    Prometheus' answers come without names of their own, as they do since Grafana 10. They come last, for the overrides
    before them find a series by the name that its legend gives it.
    """
    return panel(
        "bargauge",
        title,
        description,
        queries,
        unit=unit,
        no_value=no_value,
        steps=steps,
        mappings=[nothing(no_value)],
        overrides=[*overrides, *(_named(query, number) for number, query in enumerate(queries))],
        color=color,
        links=links,
        minimum=0,
        maximum=maximum,
        decimals=decimals,
        options=BarOptions(
            text=common.VizTextDisplayOptions(title_size=12, value_size=16),
            display_mode=common.BarGaugeDisplayMode.BASIC,
            value_mode=common.BarGaugeValueMode.COLOR,
            show_unfilled=True,
            min_viz_width=0,
            min_viz_height=10,
            orientation=common.VizOrientation.HORIZONTAL,
            reduce_options=common.ReduceDataOptions(values=False, calcs=["lastNotNull"], fields=""),
        ),
    )


def _named(query: Query, number: int) -> dashboard.DashboardFieldConfigSourceOverrides:
    """The names of the query's series, as its legend has them."""
    return dashboard.DashboardFieldConfigSourceOverrides(
        matcher=dashboard.MatcherConfig("byFrameRefID", _letter(number)),
        properties=[
            dashboard.DynamicConfigValue("displayName", re.sub(r"{{(\w+)}}", r"${__field.labels.\1}", query.legend))
        ],
    )


def table_panel(
    title: str,
    description: str,
    columns: Sequence[Column],
    *queries: Query,
    no_value: str,
    sort: tuple[str, bool],
    then: tuple[str, bool] | None = None,
) -> dashboard.Panel:
    """Rows merged over all queries by the labels they share; columns in the order given, all others left out."""
    shown = {column.name: index for index, column in enumerate(columns)}
    return panel(
        "table",
        title,
        description,
        queries,
        unit="none",
        no_value=no_value,
        custom=_PLAIN_CELLS,
        overrides=[column.override() for column in columns],
        transformations=[
            dashboard.DataTransformerConfig("merge", options={}),
            dashboard.DataTransformerConfig(
                "organize", options={"excludeByName": {"Time": True}, "indexByName": shown, "renameByName": {}}
            ),
        ],
        options=table.Options(
            show_header=True,
            sort_by=[
                common.TableSortByFieldState(display_name=title, desc=falling)
                for title, falling in (sort, *([then] if then else []))
            ],
        ),
    )


def states(
    title: str,
    description: str,
    *queries: Query,
    mappings: Sequence[dashboard.ValueMapping],
    words: bool = True,
) -> dashboard.Panel:
    """One row per series, coloured by what its value means; with `words` the meaning is written into it.

    Merged values in threshold colours would be named after the thresholds, and a text for no value be drawn as one.
    """
    return panel(
        "state-timeline",
        title,
        description,
        queries,
        unit="none",
        no_value="",
        mappings=mappings,
        color=dashboard.FieldColorModeId.PALETTE_CLASSIC,
        custom=statetimeline.FieldConfig(line_width=0, fill_opacity=85),
        options=statetimeline.Options(
            show_value=common.VisibilityMode.AUTO if words else common.VisibilityMode.NEVER,
            row_height=0.85,
            merge_values=True,
            align_value=common.TimelineValueAlignment.LEFT,
            legend=common.VizLegendOptions(
                display_mode=common.LegendDisplayMode.LIST,
                placement=common.LegendPlacement.BOTTOM,
                show_legend=True,
                calcs=[],
            ),
            tooltip=common.VizTooltipOptions(mode=common.TooltipDisplayMode.SINGLE, sort=common.SortOrder.NONE),
        ),
    )


def note(title: str, description: str, content: str) -> dashboard.Panel:
    """Words, in Markdown."""
    return dashboard.Panel(
        type_val="text",
        title=title,
        description=description,
        options=text.Options(mode=text.TextMode.MARKDOWN, content=content),
    )
