"""Tables on the terminal; text from outside is shown as it is and never as markup."""

import sys
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from drs_exporter.status import Phase

_WIDE: Final = 400
"""Columns where the output is no terminal: a line of a table stays a line."""

COLOURS: Final = {
    Phase.FAILED: "bold red",
    Phase.OTHER: "magenta",
    Phase.PAUSED: "yellow",
    Phase.CHANGING: "yellow",
    Phase.STOPPING: "yellow",
    Phase.INCREMENTAL: "green",
    Phase.FULL: "cyan",
    Phase.FULL_COMPLETE: "cyan",
    Phase.STARTING: "cyan",
    Phase.PENDING: "blue",
    Phase.STOPPED: "bright_black",
}


def console() -> Console:
    """Standard output."""
    terminal = sys.stdout.isatty()
    return Console(file=sys.stdout, width=None if terminal else _WIDE, markup=False, highlight=False, emoji=False)


def table(*columns: str, numeric: tuple[str, ...] = ()) -> Table:
    """An empty table with these columns, numbers to the right."""
    empty = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        number = column in numeric
        empty.add_column(column, justify="right" if number else "left", no_wrap=number, overflow="fold")
    return empty


def show(title: str, content: Table) -> None:
    """Print a table under its title."""
    screen = console()
    screen.print(plain(title, "bold"), content, "", sep="\n")


def plain(text: str, style: str = "") -> Text:
    """The text on one line, without anything that would steer a terminal."""
    return Text("".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text), style=style)


def has_room(columns: int) -> bool:
    """Whether a line this wide fits."""
    return console().width >= columns


def coloured(status: str, phase: Phase) -> Text:
    """A status in the colour of its phase."""
    return plain(status, COLOURS[phase])
