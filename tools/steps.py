"""Long work that says what it is doing and for how long: `python -m tools.steps [--within SECONDS] TITLE COMMAND…`."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Final

PATIENCE: Final = 10.0
"""Seconds without a line after which one says what is still going on."""

_BLOCK: Final = 65536


def run(
    title: str, command: Sequence[str], *, environ: Mapping[str, str] | None = None, within: float | None = None
) -> bool:
    """Run a command, show what it prints, and say when it began, that it still runs, and how long it took.

    Longer than `within` seconds is no failure, but is said: a machine may be slow, or busy.
    """
    say(f"==> {title}")
    began = time.monotonic()
    colour = {"FORCE_COLOR": "1"} if sys.stdout.isatty() else {}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**(environ or os.environ), **colour}
    ) as child:
        assert child.stdout is not None  # noqa: S101 - a pipe was asked for
        with _heartbeat(title) as heard:
            for block in _blocks(child.stdout):
                heard.set()
                sys.stdout.buffer.write(block)
                sys.stdout.buffer.flush()
    good, took = child.returncode == 0, time.monotonic() - began
    say(f"    {title}: {'done' if good else f'failed with {child.returncode}'} after {took:.0f} s")
    if within is not None and took > within:
        say(f"    {title}: more than the {within:g} s that they should take, where the machine has nothing else to do")
    return good


def say(line: str) -> None:
    """One line, at once."""
    print(line, flush=True)


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """Whatever arrives, as it arrives."""
    while block := os.read(stream.fileno(), _BLOCK):
        yield block


@contextmanager
def _heartbeat(title: str) -> Iterator[threading.Event]:
    """Say every so often that the work goes on, unless the yielded event says that something was heard of it."""
    began = time.monotonic()
    heard, ended = threading.Event(), threading.Event()

    def beat() -> None:
        while not ended.wait(PATIENCE):
            if not heard.is_set():
                say(f"    {title}: {time.monotonic() - began:.0f} s so far")
            heard.clear()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield heard
    finally:
        ended.set()
        thread.join()


def main(arguments: Sequence[str]) -> int:
    """Run the command that is given; 1 if it failed."""
    within = None
    if arguments[0] == "--within":
        within, arguments = float(arguments[1]), arguments[2:]
    title, *command = arguments
    return 0 if run(title, command, within=within) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
