"""The options of a command line: settings, switches of single collectors, and how each was written."""

from collections.abc import Mapping
from typing import Final, Self

from drs_exporter.settings import names

SWITCH: Final = "collector."
"""Begins the name of a switch: `collector.NAME` is `--collector.NAME` and `--no-collector.NAME`."""


class Options(dict[str, object]):
    """Values by setting; a switch of a collector is true or false."""

    def __init__(self, given: Mapping[str, object], *, written: Mapping[str, str] | None = None) -> None:
        """Keep what was given; `written` tells the option of each as the user spelled it."""
        super().__init__((name, value) for name, value in given.items() if value is not None)
        self._written = written or {}

    @classmethod
    def of(cls, given: Mapping[str, object]) -> Self:
        """The same, whoever made them."""
        return given if isinstance(given, cls) else cls(given)

    @property
    def settings(self) -> dict[str, object]:
        """Those that are settings."""
        return {name: value for name, value in self.items() if not name.startswith(SWITCH)}

    @property
    def switches(self) -> dict[str, bool]:
        """Collectors switched on or off."""
        return {name.removeprefix(SWITCH): bool(value) for name, value in self.items() if name.startswith(SWITCH)}

    def spell(self, setting: str) -> str:
        """The option as it was written, or as it is usually."""
        return self._written.get(setting) or names.option(setting)
