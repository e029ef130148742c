"""Tables on the terminal; text from outside is shown as it is and never as markup."""

import sys
from typing import Final, TextIO, cast

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

_PLAINER: Final = str.maketrans({"–": "-", "…": "...", "━": "#", "─": ".", "·": "|"})  # noqa: RUF001 - what they look like
"""For terminals whose encoding lacks them."""


class _Fitting:
    """A stream that writes what its encoding lacks in the nearest letters it has."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        encoding = self._stream.encoding or "ascii"
        try:
            text.encode(encoding)
        except UnicodeEncodeError:
            text = text.translate(_PLAINER).encode(encoding, "replace").decode(encoding)
        return self._stream.write(text)

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


def fit(stream: TextIO) -> TextIO:
    """The stream, which no text can make fail for want of a letter."""
    return cast("TextIO", _Fitting(stream))


def console() -> Console:
    """Standard output."""
    terminal = sys.stdout.isatty()
    file = fit(sys.stdout)
    return Console(file=file, width=None if terminal else _WIDE, markup=False, highlight=False, emoji=False)


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


def bar(ratio: float, phase: Phase, *, width: int) -> Text:
    """A progress bar in the colour of the phase; full only when everything is done."""
    done = width if ratio >= 1 else min(int(max(ratio, 0) * width), width - 1)
    return Text("━" * done, style=COLOURS[phase]) + Text("─" * (width - done), style="bright_black")


def has_room(columns: int) -> bool:
    """Whether a line this wide fits."""
    return console().width >= columns
