"""What a shell offers for the value of a setting."""

from collections.abc import Callable, Iterable
from typing import Any, Final, get_args
from zoneinfo import available_timezones

import click
from click.shell_completion import CompletionItem

from drs_exporter.settings.model import SCENARIOS, Auth
from drs_exporter.settings.regions import REGIONS, Cloud
from drs_exporter.settings.table import Row
from drs_exporter.status import Phase

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

_PATHS: Final = {"config_file": "file", "web_config_file": "file", "ca_file": "file", "secrets_dir": "dir"}
_BY_NAME: Final[dict[str, Callable[[], Iterable[str]]]] = {
    "cloud": lambda: get_args(Cloud),
    "region": lambda: [region for regions in REGIONS.values() for region in regions],
    "auth": lambda: get_args(Auth),
    "scenarios": lambda: SCENARIOS,
    "exclude_phases": lambda: tuple(Phase),
    "time_zone": lambda: sorted(available_timezones()),
    "log_level": lambda: ("debug", "info", "warning", "error"),
    "log_format": lambda: ("auto", "json", "logfmt", "console"),
}


def values_of(row: Row, collectors: Iterable[str]) -> Complete | None:
    """The values of a setting that has few; `None` where anything goes."""
    if row.name == "collectors":
        return words(lambda: collectors)
    if row.name in _PATHS:
        return lambda _ctx, _param, incomplete: [CompletionItem(incomplete, type=_PATHS[row.name])]
    known = _BY_NAME.get(row.name)
    return None if known is None else words(known)


def file(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The path of a file."""
    return [CompletionItem(incomplete, type="file")]


def words(known: Callable[[], Iterable[str]]) -> Complete:
    """Words of a list; the last of those with commas between them is being written."""

    def complete(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[Any]:
        before, comma, last = incomplete.rpartition(",")
        return [CompletionItem(f"{before}{comma}{word}") for word in known() if word.startswith(last)]

    return complete
