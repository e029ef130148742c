"""A log that nobody reads, is closed, full or slow never stops what logs."""

import io
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from drs_exporter.logs import output
from drs_exporter.logs.output import Background, Direct
from drs_exporter.logs.tally import TALLY


def nothing() -> None:
    """What is done when idle."""


def background(descriptor: int) -> Background:
    """One that writes there."""
    with open(descriptor, "w", encoding="ascii", closefd=False) as target:
        return Background(target, idle=nothing, last=nothing)


def test_a_pipe_that_nobody_reads_costs_lines_and_no_time() -> None:
    reading, writing = os.pipe()
    lines, before = background(writing), TALLY.lines
    for _ in range(output.WAITING + 500):
        lines.write("x" * 999 + "\n")
    assert TALLY.lines - before >= 400
    lines.close()  # in a moment, though nothing moves
    os.close(reading)
    os.close(writing)


def test_what_is_read_late_is_written_late_and_whole() -> None:
    reading, writing = os.pipe()
    lines = background(writing)
    for number in range(500):
        lines.write(f"{number:03} {'x' * 995}\n")
    got = b""
    while got.count(b"\n") < 500:
        got += os.read(reading, 65536)
    assert got.decode() == "".join(f"{number:03} {'x' * 995}\n" for number in range(500))
    os.close(reading)
    os.close(writing)


def test_what_waits_is_written_before_the_end() -> None:
    reading, writing = os.pipe()
    lines = background(writing)
    for number in range(20):
        lines.write(f"{number}\n")
    lines.close()
    assert os.read(reading, 65536).decode().splitlines() == [str(number) for number in range(20)]
    os.close(reading)
    os.close(writing)


def test_a_pipe_that_was_made_not_to_wait_still_gets_everything() -> None:
    """By another program that shares it."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    lines = background(writing)
    for _ in range(200):
        lines.write("y" * 999 + "\n")
    got = 0
    while got < 200_000:
        got += len(os.read(reading, 65536))
    assert got == 200_000
    os.close(reading)
    os.close(writing)


def test_a_pipe_whose_reader_is_gone_costs_the_line() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    lines, before = background(writing), TALLY.lines
    lines.write("lost\n")
    lines.close()
    assert TALLY.lines > before  # a writer of another test may go on losing lines meanwhile
    os.close(writing)


def test_a_character_that_the_stream_has_not_is_escaped_and_an_endless_line_is_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(output, "LONGEST", 10)
    reading, writing = os.pipe()
    lines = background(writing)
    lines.write("é\n")
    lines.write("0123456789abcdef\n")
    lines.close()
    assert os.read(reading, 100) == b"\\xe9\n012345678\n"
    os.close(reading)
    os.close(writing)


def test_while_it_has_nothing_to_do_it_may_tell_what_was_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "_IDLE", 0.01)
    told = threading.Event()
    with Path(os.devnull).open("w") as target:
        Background(target, idle=told.set, last=nothing)
    assert told.wait(5)


@pytest.mark.parametrize("closed", [True, False])
def test_a_stream_that_was_closed_or_is_full_costs_the_line_once(*, closed: bool) -> None:
    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(28, "No space left on device")

    target = io.StringIO() if closed else Full()
    if closed:
        target.close()
    before = TALLY.lines
    Direct(target).write("lost\n")
    Direct(target).flush()
    assert TALLY.lines == before + 1


@pytest.mark.parametrize("closed", [(2,), (1, 2), (0, 1, 2)])
def test_streams_that_were_closed_lead_nowhere_and_not_into_a_socket(closed: tuple[int, ...]) -> None:
    """`serve 2>&-` serves; without this its log would go into whatever is opened first."""
    program = (
        "import os, sys\n"
        f"[os.close(each) for each in {closed}]\n"
        "sys.stdin, sys.stdout, sys.stderr = [None if each in "
        f"{closed} else stream for each, stream in enumerate((sys.stdin, sys.stdout, sys.stderr))]\n"
        "from drs_exporter.cli import _open_standard_streams\n"
        "_open_standard_streams()\n"
        "from drs_exporter import logs\n"
        "from drs_exporter.secret import Redactor\n"
        "import structlog\n"
        "logs.configure('info', 'auto', Redactor(), background=True)\n"
        "structlog.get_logger().warning('config.questionable')\n"
        "sys.exit(all(os.path.samestat(os.fstat(each), os.stat(os.devnull)) for each in "
        f"{closed}) + 40)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert ended.returncode == 41
