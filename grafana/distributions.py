"""Panels of how many have which value: over time, and now."""

from grafana_foundation_sdk.models import common, dashboard, heatmap, histogram

from grafana.panels import panel
from grafana.queries import Query


def heat(title: str, description: str, query: Query, *, unit: str, no_value: str) -> dashboard.Panel:
    """Buckets over time, the darker the emptier."""
    return panel(
        "heatmap",
        title,
        description,
        [query],
        unit="short",
        no_value=no_value,
        options=heatmap.Options(
            calculate=False,
            cell_gap=1,
            color=heatmap.HeatmapColorOptions(
                mode=heatmap.HeatmapColorMode.SCHEME,
                scheme="Oranges",
                fill="dark-orange",
                scale=heatmap.HeatmapColorScale.EXPONENTIAL,
                exponent=0.5,
                steps=64,
                reverse=False,
            ),
            rows_frame=heatmap.RowsHeatmapOptions(layout=common.HeatmapCellLayout.AUTO),
            y_axis=heatmap.YAxisConfig(unit=unit, axis_placement=common.AxisPlacement.LEFT, reverse=False),
            legend=heatmap.HeatmapLegend(show=True),
            tooltip=heatmap.HeatmapTooltip(show=True, y_histogram=False),
            show_value=common.VisibilityMode.NEVER,
        ),
        custom=heatmap.FieldConfig(
            scale_distribution=common.ScaleDistributionConfig(type_val=common.ScaleDistribution.LINEAR)
        ),
    )


def spread(title: str, description: str, query: Query, *, unit: str, no_value: str) -> dashboard.Panel:
    """How many series have which value now."""
    return panel(
        "histogram",
        title,
        description,
        [query],
        unit=unit,
        no_value=no_value,
        minimum=0,
        custom=histogram.FieldConfig(line_width=1, fill_opacity=80, gradient_mode=common.GraphGradientMode.NONE),
        options=histogram.Options(
            combine=True,
            bucket_offset=0,
            legend=common.VizLegendOptions(
                display_mode=common.LegendDisplayMode.LIST,
                placement=common.LegendPlacement.BOTTOM,
                show_legend=False,
                calcs=[],
            ),
        ),
    )
