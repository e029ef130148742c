"""How values look: colours by threshold, words for numbers, columns of tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from grafana_foundation_sdk.models import common, dashboard

from grafana.phases import BATCH_COLOURS, BATCH_WORDS, PHASE_COLOURS, PHASE_NUMBERS, QUIET

Steps = Sequence[tuple[float | None, str]]
"""Colours from a value on; the first step has no value and colours all below."""

Cell = Literal["plain", "gauge", "background", "text"]
"""How a table draws a column: as it is, as a bar, on a colour, in a colour."""

_CELLS: Final[Mapping[Cell, common.TableCellOptions]] = {
    "plain": common.TableAutoCellOptions(),
    "gauge": common.TableBarGaugeCellOptions(mode=common.BarGaugeDisplayMode.BASIC),
    "background": common.TableColoredBackgroundCellOptions(mode=common.TableCellBackgroundDisplayMode.BASIC),
    "text": common.TableColorTextCellOptions(),
}
"""In the form that Grafana 10 and newer store themselves: older forms are migrated, and not for every column."""


@dataclass(frozen=True)
class Column:
    """One column of a table: a label, or `Value #A` for the value of query A."""

    name: str
    title: str = ""
    unit: str = ""
    decimals: int | None = None
    width: int | None = None
    cell: Cell = "plain"
    link: tuple[str, str] | None = None
    """Tooltip and address."""
    mappings: Sequence[dashboard.ValueMapping] = ()
    steps: Steps = ()
    maximum: float | None = None
    hidden: bool = False
    """In the data for links, not on the screen."""

    def override(self) -> dashboard.DashboardFieldConfigSourceOverrides:
        """The field override that gives the column its looks; cells without a value stay empty, coloured ones grey."""
        properties = [dashboard.DynamicConfigValue("displayName", self.title or self.name)]
        optional: tuple[tuple[str, object], ...] = (
            ("unit", self.unit or None),
            ("decimals", self.decimals),
            ("custom.width", self.width),
            ("custom.cellOptions", _CELLS[self.cell]),
            ("custom.align", "left" if self.mappings else None),
            ("links", None if self.link is None else [{"title": self.link[0], "url": self.link[1]}]),
            ("mappings", [*self.mappings, *([nothing("")] if self.cell == "background" else [])] or None),
            ("thresholds", absolute(self.steps) if self.steps else None),
            ("color", dashboard.FieldColor(dashboard.FieldColorModeId.THRESHOLDS) if self.steps else None),
            ("min", None if self.maximum is None else 0),
            ("max", self.maximum),
            ("custom.hidden", True if self.hidden else None),
            ("noValue", ""),
        )
        properties += [dashboard.DynamicConfigValue(key, value) for key, value in optional if value is not None]
        return dashboard.DashboardFieldConfigSourceOverrides(
            matcher=dashboard.MatcherConfig("byName", self.name), properties=properties
        )


def absolute(steps: Steps) -> dashboard.ThresholdsConfig:
    """Absolute thresholds."""
    return dashboard.ThresholdsConfig(
        mode=dashboard.ThresholdsMode.ABSOLUTE,
        steps=[dashboard.Threshold(value=value, color=colour) for value, colour in steps],
    )


def words(table: Mapping[str, tuple[str, str]]) -> list[dashboard.ValueMapping]:
    """Each value shown as a word in a colour."""
    options = {
        value: dashboard.ValueMappingResult(text=text, color=colour, index=index)
        for index, (value, (text, colour)) in enumerate(table.items())
    }
    return [dashboard.ValueMap(options=options)]


def nothing(text: str) -> dashboard.ValueMapping:
    """No value at all: said in grey, or Grafana says it in the colour of the lowest threshold, often green or red."""
    match = dashboard.SpecialValueMatch.NULL_AND_NAN
    result = dashboard.ValueMappingResult(text=text, color=QUIET, index=0)
    return dashboard.SpecialValueMap(options=dashboard.DashboardSpecialValueMapOptions(match=match, result=result))


PHASE_BY_NUMBER: Final = words(
    {"0": ("gone", QUIET)}
    | {str(number): (phase.replace("_", " "), PHASE_COLOURS[phase]) for phase, number in PHASE_NUMBERS.items()}
)
PHASE_BY_NAME: Final = words(
    {phase.value: (phase.replace("_", " "), colour) for phase, colour in PHASE_COLOURS.items()}
)
BATCH_BY_NAME: Final = words({status: (BATCH_WORDS[status], colour) for status, colour in BATCH_COLOURS.items()})


def fixed(name: str, colour: str, *, dashed: bool = False) -> dashboard.DashboardFieldConfigSourceOverrides:
    """One series in one colour; dashed and unfilled for a limit."""
    properties = [dashboard.DynamicConfigValue("color", {"mode": "fixed", "fixedColor": colour})]
    if dashed:
        properties += [
            dashboard.DynamicConfigValue("custom.lineStyle", {"fill": "dash", "dash": [10, 10]}),
            dashboard.DynamicConfigValue("custom.fillOpacity", 0),
            dashboard.DynamicConfigValue("custom.stacking", {"mode": "none", "group": "A"}),
        ]
    return dashboard.DashboardFieldConfigSourceOverrides(
        matcher=dashboard.MatcherConfig("byName", name), properties=properties
    )


def axis_right(name: str, unit: str, *, count: bool = False) -> dashboard.DashboardFieldConfigSourceOverrides:
    """One series on an axis of its own, to the right, in its own unit; a count from 0 on, in whole numbers."""
    properties = {"unit": unit, "custom.axisPlacement": "right"}
    whole = {"custom.scaleDistribution": {"type": "linear"}, "custom.thresholdsStyle": {"mode": "off"}, "decimals": 0}
    return dashboard.DashboardFieldConfigSourceOverrides(
        matcher=dashboard.MatcherConfig("byName", name),
        properties=[
            dashboard.DynamicConfigValue(key, value)
            for key, value in {**properties, **({**whole, "min": 0} if count else {})}.items()
        ],
    )


def phase_colours() -> list[dashboard.DashboardFieldConfigSourceOverrides]:
    """Series named after a phase take the phase's colour."""
    return [fixed(phase.value, colour) for phase, colour in PHASE_COLOURS.items()]
