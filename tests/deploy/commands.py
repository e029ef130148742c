"""Command lines of the exporter, read as the exporter reads them."""

from collections.abc import Sequence
from typing import Any

from drs_exporter.cli import drs_exporter as commands


def understood(words: Sequence[str]) -> dict[str, Any]:
    """The parameters of a command line after the program's name; a click error if there is no such option."""
    name, *arguments = words
    context = commands.make_context("drs-exporter", [name, *arguments])
    command = commands.get_command(context, name)
    assert command is not None, name
    parameters: dict[str, Any] = command.make_context(name, arguments, parent=context).params
    return parameters
