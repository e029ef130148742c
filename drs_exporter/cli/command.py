"""How every command reads its arguments and shows its help."""

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, Final, TypeVar

import click

from drs_exporter.cli.signals import ending_by_signal
from drs_exporter.cli.version import version_option

T = TypeVar("T")

_LONG_WITH_ONE_DASH: Final = re.compile(r"-[a-z][a-z.-]")

WRITTEN: Final = "drs_exporter.written"
"""Where a context keeps how each option was spelled, by the name of its parameter."""


def as_known(token: str) -> str:
    """An option's name as it is compared: --web.listen-address and --web-listen-address are one."""
    return token.replace(".", "-")


class Parsed(click.ParamType[T]):
    """A value that a function reads; what its ValueError says is what is wrong with it."""

    name = "value"

    def __init__(self, parse: Callable[[str], T]) -> None:
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> T:
        """What the function makes of a text; click may also give what it has made before."""
        try:
            read: T = self._parse(value) if isinstance(value, str) else value
        except ValueError as exc:
            self.fail(str(exc), param, ctx)
        return read


class SettingOption(click.Option):
    """An option that is a setting, with the heading under which help lists it."""

    heading = "Settings"


class Command(click.Command):
    """A command whose help lists its arguments and its own options first and the settings under headings.

    Its long options may be written with one dash as well, as programs written in Go take them.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(version_option())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments, and remember how the options among them were spelled."""
        names = {as_known(spelled): parameter.name for parameter, spelled in _long_options(self.get_params(ctx))}
        understood, written = [], {}
        options_end = args.index("--") if "--" in args else len(args)
        for position, token in enumerate(args):
            name = as_known(token.partition("=")[0])
            before = as_known(args[position - 1]) if position else ""
            value = before in names or f"-{before}" in names  # of that option, whatever it begins with
            if position < options_end and (f"-{name}" in names or (not value and _LONG_WITH_ONE_DASH.match(token))):
                token = f"-{token}"  # noqa: PLW2901 - one dash becomes two
                name = f"-{name}"
                if name in names:
                    written[names[name]] = args[position].partition("=")[0]
            elif position < options_end and name in names:
                written[names[name]] = token.partition("=")[0]
            understood.append(token)
        ctx.meta[WRITTEN] = written
        try:
            return super().parse_args(ctx, understood)
        except click.NoSuchOption as exc:
            raise click.UsageError(self._unknown(ctx, exc.option_name, args)) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Do what it is for; a signal meanwhile takes down what was begun."""
        with ending_by_signal():
            return super().invoke(ctx)

    def _unknown(self, ctx: click.Context, name: str, args: Sequence[str]) -> str:
        """No such option: as it was written, with the nearest ones as help writes them."""
        typed = next((token.partition("=")[0] for token in args if _plain(token) == _plain(name)), name)
        known = {_plain(spelled): spelled for _, spelled in _long_options(self.get_params(ctx))}
        near = [known[found] for found in get_close_matches(_plain(name), known, n=2, cutoff=0.75)]
        return f"No such option '{typed}'." + (f" Did you mean {' or '.join(near)}?" if near else "")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, by heading; arguments stand in a section of their own before them."""
        sections: dict[str, list[tuple[str, str]]] = {"Options": []}
        for parameter in self.get_params(ctx):
            record = None if isinstance(parameter, click.Argument) else parameter.get_help_record(ctx)
            if record is not None:
                heading = parameter.heading if isinstance(parameter, SettingOption) else "Options"
                sections.setdefault(heading, []).append(record)
        for heading, records in sections.items():
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)


def _plain(token: str) -> str:
    """An option's name without dashes in front and without a value."""
    return as_known(token.partition("=")[0]).lstrip("-")


def _long_options(parameters: Sequence[click.Parameter]) -> Iterator[tuple[click.Parameter, str]]:
    """Every way to write each option, short ones left out."""
    for parameter in parameters:
        for spelled in (*parameter.opts, *parameter.secondary_opts):
            if isinstance(parameter, click.Option) and spelled.startswith("--"):
                yield parameter, spelled
