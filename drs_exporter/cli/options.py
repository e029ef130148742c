"""Command line options made from the table of settings, and how help shows them."""

import platform
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, Final, TypeVar

import click

from drs_exporter import __version__
from drs_exporter.settings.names import option
from drs_exporter.settings.table import TABLE, Row

C = TypeVar("C", bound=Callable[..., Any])

VERSION: Final = f"drs-exporter, version {__version__} (Python {platform.python_version()})"

WEB: Final = tuple(row.name for row in TABLE if row.name.startswith("web_"))
LOG: Final = tuple(row.name for row in TABLE if row.name.startswith("log_"))
ALL: Final = tuple(row.name for row in TABLE)
WITHOUT_WEB: Final = tuple(name for name in ALL if name not in WEB)

_NO_SECRET: Final = frozenset({"proxy_url"})
"""Secrets that may be an option, because their usual values hold nothing secret; the settings refuse the others."""


class SettingOption(click.Option):
    """An option that is a setting, with the heading under which help lists it."""

    heading = "Settings"


class Command(click.Command):
    """A command whose help lists its arguments and its own options first and the settings under headings."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, by heading."""
        sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                sections.setdefault(_section(parameter), []).append(record)
        for heading, records in sections.items():
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)


def _section(parameter: click.Parameter) -> str:
    """The heading a parameter stands under."""
    if isinstance(parameter, SettingOption):
        return parameter.heading
    return "Arguments" if isinstance(parameter, click.Argument) else "Options"


class Group(click.Group):
    """The commands; each is a `Command`."""

    command_class = Command


def with_settings(names: Iterable[str]) -> Callable[[C], C]:
    """Give a command the options of these settings; it gets those that were used as `options`."""
    made = [made for row in TABLE if row.name in set(names) for made in _options(row)]
    parameters = [name for name, _ in made]

    def decorate(command: C) -> C:
        @wraps(command)
        def run(**arguments: Any) -> Any:
            given = {name: arguments.pop(name) for name in parameters}
            # A repeatable option that was not used is an empty tuple.
            used = {name: value for name, value in given.items() if value not in (None, ())}
            return command(options=used, **arguments)

        decorated: Any = run
        for _, add in reversed(made):
            decorated = add(decorated)
        return decorated  # type: ignore[no-any-return]

    return decorate


def _options(row: Row) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    """The options of one setting with the names of their parameters: of a secret, only its file."""
    shown = row.description.replace("`", "")
    heading = _heading(row)
    if row.secret:
        name = f"{row.name}_file"
        yield name, _option(name, heading, metavar="PATH", help=f"File with: {shown}")
    if row.shape == "BOOL":
        spelled = option(row.name)
        both = f"{spelled}/--no-{spelled.removeprefix('--')}"
        yield (
            row.name,
            _option(row.name, heading, spelled=both, default=None, help=f"{shown}  [default: {row.default}]"),
        )
    elif not row.secret or row.name in _NO_SECRET:
        default = f"  [default: {row.default}]" if row.default else ""
        shape = "URL" if row.secret else row.shape
        yield row.name, _option(row.name, heading, metavar=shape, multiple=row.several, help=shown + default)


def _option(name: str, heading: str, *, spelled: str | None = None, **attributes: Any) -> Callable[[Any], Any]:
    """One option under a heading."""
    kind = type("SettingOption", (SettingOption,), {"heading": heading})
    return click.option(spelled or option(name), name, cls=kind, **attributes)


def _heading(row: Row) -> str:
    """Where help lists a setting."""
    if row.name in WEB:
        return "Web"
    if row.name in LOG:
        return "Logging"
    return "Project" if row.per_project or row.name == "project_name" else "Process"
