"""Command line options made from the table of settings."""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, Final, TypeVar

import click

from drs_exporter.cli.command import WRITTEN, Command, Parsed, SettingOption
from drs_exporter.cli.completion import file, values_of
from drs_exporter.poll import COLLECTORS, DEFAULT_COLLECTORS
from drs_exporter.settings.names import option
from drs_exporter.settings.options import SWITCH, Options
from drs_exporter.settings.table import TABLE, Row

C = TypeVar("C", bound=Callable[..., Any])

WEB: Final = tuple(row.name for row in TABLE if row.name.startswith("web_"))
LOG: Final = tuple(row.name for row in TABLE if row.name.startswith("log_"))
ALL: Final = tuple(row.name for row in TABLE)
WITHOUT_WEB: Final = tuple(name for name in ALL if name not in WEB)

__all__ = ["ALL", "LOG", "WEB", "WITHOUT_WEB", "Command", "Parsed", "with_settings"]

_NO_SECRET: Final = frozenset({"proxy_url"})
"""Secrets that may be an option, because their usual values hold nothing secret; the settings refuse the others."""

_SWITCH_PARAMETER: Final = "switch_"
"""Begins the parameter of a collector's switch, since a parameter's name has no dot."""

Made = tuple[str, Callable[[Any], Any]]
"""An option with the name of its parameter."""


def with_settings(names: Iterable[str]) -> Callable[[C], C]:
    """Give a command the options of these settings; it gets those that were used as `options`."""
    wanted = set(names)
    made = [made for row in TABLE if row.name in wanted for made in _options(row)]
    if "collectors" in wanted:
        made += map(_switch, COLLECTORS)
    parameters = [name for name, _ in made]

    def decorate(command: C) -> C:
        @wraps(command)
        def run(**arguments: Any) -> Any:
            given = {name: arguments.pop(name) for name in parameters}
            written = click.get_current_context().meta[WRITTEN]
            options = Options(
                # A repeatable option that was not used is an empty tuple.
                {_setting(name): value for name, value in given.items() if value not in (None, ())},
                written={_setting(name): spelled for name, spelled in written.items() if name in given},
            )
            return command(options=options, **arguments)

        decorated: Any = run
        for _, add in reversed(made):
            decorated = add(decorated)
        return decorated  # type: ignore[no-any-return]

    return decorate


def _setting(parameter: str) -> str:
    """The setting, or the switch, that a parameter stands for."""
    if parameter.startswith(_SWITCH_PARAMETER):
        return SWITCH + parameter.removeprefix(_SWITCH_PARAMETER)
    return parameter


def _options(row: Row) -> Iterator[Made]:
    """The options of one setting: of a secret, only its file."""
    shown = row.description.replace("`", "")
    heading = _heading(row)
    default = f"  [default: {row.default}]" if row.default else ""
    if row.shape == "BOOL":
        spelled = option(row.name)
        both = f"{spelled}/--no-{spelled.removeprefix('--')}"
        yield row.name, _option(row.name, heading, spelled=both, default=None, help=shown + default)
    elif not row.secret or row.name in _NO_SECRET:
        yield (
            row.name,
            _option(
                row.name,
                heading,
                metavar="URL" if row.secret else row.shape,
                multiple=row.several,
                help=shown + default,
                shell_complete=values_of(row, COLLECTORS),
            ),
        )
    if row.secret:
        name = f"{row.name}_file"
        inside = "The same in a file." if row.name in _NO_SECRET else f"In a file: {shown[0].lower()}{shown[1:]}"
        yield name, _option(name, heading, metavar="PATH", help=inside, shell_complete=file)


def _switch(collector: str) -> Made:
    """The option that turns one collector on or off, whatever the list says."""
    name = f"{_SWITCH_PARAMETER}{collector}"
    state = "on" if collector in DEFAULT_COLLECTORS else "off"
    spelled = f"--{SWITCH}{collector}/--no-{SWITCH}{collector}"
    return name, _option(
        name,
        "Collectors",
        spelled=spelled,
        default=None,
        help=f"Whether it runs, whatever the list says.  [default: {state}]",
    )


def _option(name: str, heading: str, *, spelled: str | None = None, **attributes: Any) -> Callable[[Any], Any]:
    kind = type("SettingOption", (SettingOption,), {"heading": heading})
    return click.option(spelled or option(name), name, cls=kind, **attributes)


def _heading(row: Row) -> str:
    """Where help lists a setting."""
    if row.name in WEB:
        return "Web"
    if row.name in LOG:
        return "Logging"
    return "Project" if row.per_project or row.name == "project_name" else "Process"
