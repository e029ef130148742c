"""The names of collectors, which the parts above define and the settings only check."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from drs_exporter.errors import SettingsError

ALWAYS: Final = "jobs"
"""Without the listing there is nothing to collect."""


@dataclass(frozen=True, slots=True)
class Collectors:
    """Which collectors there are, and which of them run unless told otherwise."""

    known: tuple[str, ...]
    default: tuple[str, ...]

    def choose(
        self,
        given: tuple[str, ...] | None,
        *,
        switched: dict[str, bool],
        spell: Callable[[str], str],
    ) -> tuple[str, ...]:
        """The collectors that run, in the order of the table: those given, and those switched on or off beside."""
        self.check("collectors", given or (), spell=spell)
        wanted = set(self.default if given is None else given) | {name for name, on in switched.items() if on}
        wanted = (wanted | {ALWAYS}) - {name for name, on in switched.items() if not on}
        return tuple(name for name in self.known if name in wanted)

    def check(self, setting: str, names: Iterable[str], *, spell: Callable[[str], str]) -> None:
        """SettingsError for a name that no collector has."""
        for position, name in enumerate(names, start=1):
            if name not in self.known:
                raise SettingsError(f"{spell(setting)}: item {position} is not one of {', '.join(self.known)}")
