"""A panel's field configuration, read back from the JSON that Grafana would get."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

PALETTE: Final = (
    "#73BF69",
    "#F2CC0C",
    "#8AB8FF",
    "#FF780A",
    "#F2495C",
    "#5794F2",
    "#B877D9",
    "#705DA0",
    "#37872D",
    "#FADE2A",
)
"""Grafana's classic palette."""

TEXT: Final = "#CCCCDC"


@dataclass(frozen=True)
class Look:
    """How one field is shown: the panel's defaults with the overrides that match its name."""

    config: Mapping[str, Any]

    @classmethod
    def of(cls, panel: Mapping[str, Any], name: str) -> "Look":
        """The look of the field with this name."""
        source = panel["fieldConfig"]
        config: dict[str, Any] = {**source["defaults"]}
        for key, value in (config.pop("custom", None) or {}).items():
            config[f"custom.{key}"] = value
        for override in source["overrides"]:
            if override["matcher"]["options"] == name:
                config.update({item["id"]: item["value"] for item in override["properties"]})
        return cls(config)

    @property
    def unit(self) -> str:
        """The unit's name in Grafana."""
        unit: str = self.config.get("unit", "none")
        return unit

    @property
    def decimals(self) -> int | None:
        """Digits after the point."""
        return self.config.get("decimals")

    @property
    def cell(self) -> str:
        """How a table draws it."""
        mode: str = self.config.get("custom.displayMode", "basic")
        return mode

    def series_colour(self, index: int) -> str:
        """Colour of a line: its own, or the next of the palette."""
        color = self.config.get("color", {})
        if color.get("mode") == "fixed":
            fixed: str = color["fixedColor"]
            return fixed
        return PALETTE[index % len(PALETTE)]

    def mapped(self, value: object) -> tuple[str, str | None] | None:
        """Word and colour that a value is mapped to."""
        key = f"{value:g}" if isinstance(value, float) else str(value)
        for mapping in self.config.get("mappings") or ():
            if found := mapping["options"].get(key):
                return found["text"], found.get("color")
        return None

    def colour(self, value: float) -> str:
        """Colour by threshold."""
        color = self.config.get("color", {})
        if color.get("mode") == "fixed":
            fixed: str = color["fixedColor"]
            return fixed
        chosen = TEXT
        for step in self.config["thresholds"]["steps"]:
            if step["value"] is None or value >= step["value"]:
                chosen = step["color"]
        return chosen
