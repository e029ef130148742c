"""The commands: each is imported when it is run, and not before."""

import signal
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final, NamedTuple

import click
from click.shell_completion import CompletionItem

from drs_exporter.cli.command import as_known
from drs_exporter.cli.signals import ignoring
from drs_exporter.cli.version import version_option


class CommandPlace(NamedTuple):
    """Where a command is, and what the list of commands says of it."""

    module: str
    help: str
    reloads: bool = False
    """Whether SIGHUP makes it read its file again; while it starts there is nothing to read again."""


class Commands(click.Group):
    """A group that knows its commands by name until one of them is needed."""

    def __init__(self, *args: Any, places: Mapping[str, CommandPlace], **kwargs: Any) -> None:
        """Know where each command is; its function is called like the command, dashes apart."""
        super().__init__(*args, **kwargs)
        self._places: Final = dict(places)
        self.params.append(version_option())

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; before its import, which takes a while, it can meet the signals of its life."""
        place = self._places.get(args[0])
        if place is not None and place.reloads:
            ctx.with_resource(ignoring(signal.SIGHUP))
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as in click
        """The names, in the order of their table."""
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as in click
        """The command itself."""
        place = self._places.get(cmd_name)
        if place is None:
            return None
        command = getattr(import_module(place.module), cmd_name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as in click
        """Write the list of commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.help) for name, place in self._places.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names that a shell offers."""
        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return [
            CompletionItem(name, help=place.help) for name, place in self._places.items() if name.startswith(incomplete)
        ]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read what stands before the command; a setting there is told where it belongs."""
        first = args[0].partition("=")[0] if args else ""
        command = next((argument for argument in args if argument in self._places), "serve")
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption:
            if not _is_setting(first):
                raise
            raise click.UsageError(
                f"{first}: options stand after the command: drs-exporter {command} {first} …"
            ) from None


def _is_setting(token: str) -> bool:
    """Whether this is the option of a setting, with one dash or two."""
    from drs_exporter.settings.names import option  # noqa: PLC0415 - only a mistake needs the table of settings
    from drs_exporter.settings.table import TABLE  # noqa: PLC0415 - as above

    name = as_known(token).lstrip("-").removeprefix("no-").removesuffix("-file")
    known = {as_known(option(row.name)).lstrip("-").removesuffix("-file") for row in TABLE}
    return name in known or name.startswith("collector-")
