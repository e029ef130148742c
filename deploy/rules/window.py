"""Spans of time in rules, which a test may shorten."""

import re
from dataclasses import dataclass
from typing import Final

_UNITS: Final = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_TEXT: Final = re.compile(r"(\d+)(ms|s|m|h|d)")


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time as PromQL writes it: one number and its unit, `10m`."""

    text: str

    def __post_init__(self) -> None:
        """Refuse what PromQL would not read."""
        if _TEXT.fullmatch(self.text) is None:
            raise ValueError(f"not one number and a unit of time: {self.text!r}")

    def __str__(self) -> str:
        """As in PromQL."""
        return self.text

    @property
    def seconds(self) -> float:
        """The same in seconds."""
        number, unit = _TEXT.fullmatch(self.text).groups()  # type: ignore[union-attr]  # checked when it was made
        return int(number) * _UNITS[unit]

    def scaled(self, factor: float) -> "Window":
        """This span times a factor, to the millisecond."""
        return self if factor == 1 else Window(f"{max(1, round(self.seconds * factor * 1000))}ms")


AT_ONCE: Final = Window("0m")
"""No wait at all."""
