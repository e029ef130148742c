"""Commands that are ended before they are done: one line, the signal's exit code, and nothing left open."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from drs_exporter.cli import demo, group
from drs_exporter.errors import SettingsError
from drs_exporter.simulator import SimulatedCloud
from drs_exporter.simulator.exchange import Exchange
from drs_exporter.web.server import Server
from tests.cli.conftest import Drs


@pytest.fixture
def hanging(configured: SimulatedCloud, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Listings and starts are never answered; set once one of them has come."""
    arrived, take = threading.Event(), configured.faults.take

    def noting(exchange: Exchange) -> object:
        if exchange.operation in {"list_jobs", "batch_start"}:
            arrived.set()
        return take(exchange)

    monkeypatch.setattr(configured.faults, "take", noting)
    for operation in ("list_jobs", "batch_start"):
        configured.faults.set(operation, "hang")
    return arrived


@pytest.mark.parametrize(
    ("arguments", "number", "line"),
    [
        (("once",), signal.SIGTERM, "ended by SIGTERM"),
        (("once",), signal.SIGINT, "ended by SIGINT"),
        (("check",), signal.SIGTERM, "ended by SIGTERM"),
        (("jobs",), signal.SIGTERM, "ended by SIGTERM"),
        (("start", "--yes", "a-job"), signal.SIGTERM, "ended by SIGTERM"),
        (("start", "--yes", "a-job"), signal.SIGINT, "ended by SIGINT"),
    ],
)
def test_a_signal_in_the_middle_of_a_request_ends_it_in_one_line(
    arguments: tuple[str, ...], number: signal.Signals, line: str, hanging: threading.Event
) -> None:
    """With all warnings on, Python and aiohttp would tell of whatever was left open.

    Not in development mode, in which asyncio tells of all that takes a tenth of a second, as it may on a busy machine.
    """
    with subprocess.Popen(
        [sys.executable, "-W", "always", "-m", "drs_exporter", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert hanging.wait(30)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (128 + number, "", f"drs-exporter: {line}\n")


IMPORTING: Final = """
import signal, sys
from contextlib import suppress

class Sender:
    def find_spec(self, name, *_):
        if name == {module!r}:
            with suppress(BaseException):
                signal.raise_signal({number})

sys.meta_path.insert(0, Sender())
from drs_exporter.__main__ import main
main()
"""
"""The program as it is started, with a signal during one import, by which no exception gets out."""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(("module", "command"), [("click", "assets"), ("drs_exporter.cli.serve", "serve")])
def test_a_signal_before_a_command_has_begun_is_never_lost(
    number: signal.Signals, module: str, command: str, tmp_path: Path
) -> None:
    """Some libraries, written in Rust, let no exception out while their classes are made."""
    ended = subprocess.run(
        [sys.executable, "-c", IMPORTING.format(module=module, number=int(number)), command, str(tmp_path / "new")],
        capture_output=True,
        text=True,
        check=False,
    )
    line = f"drs-exporter: ended by {number.name}\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (128 + number, "", line)


def test_a_signal_that_is_ignored_stays_so() -> None:
    """As Ctrl-C is for what a script runs in the background."""
    program = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n" + IMPORTING
    ended = subprocess.run(
        [sys.executable, "-c", program.format(module="drs_exporter.cli.once", number=int(signal.SIGINT)), "once", "-h"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_signal_while_the_file_is_written_leaves_the_old_one_and_nothing_else(
    configured: SimulatedCloud, drs: Drs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert configured.url
    file = tmp_path / "drs.prom"
    file.write_text("old")
    monkeypatch.setattr(os, "fchmod", lambda *_: signal.raise_signal(signal.SIGTERM))
    ended = drs("once", "--output", str(file))
    assert (ended.code, ended.out, ended.err) == (143, "", "drs-exporter: ended by SIGTERM\n")
    assert [entry.read_text() for entry in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_are_handled_afterwards_as_they_were_before(
    number: signal.Signals, configured: SimulatedCloud, drs: Drs
) -> None:
    assert configured.url
    before = signal.getsignal(number)
    assert drs("once").code == 0
    assert signal.getsignal(number) is before


@pytest.fixture
def hung_up() -> Iterator[list[int]]:
    """Every SIGHUP that is met as it was before the command; unhandled it would end the tests."""
    received: list[int] = []
    before = signal.signal(signal.SIGHUP, lambda number, _frame: received.append(number))
    yield received
    signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize(("command", "met"), [("serve", []), ("demo", []), ("once", [signal.SIGHUP])])
def test_a_daemon_that_is_not_even_imported_does_not_end_by_sighup(
    command: str, met: list[int], drs: Drs, hung_up: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its file is read afterwards anyway, so that nothing is missed."""
    before = signal.getsignal(signal.SIGHUP)

    def importing(_module: str) -> None:
        signal.raise_signal(signal.SIGHUP)
        raise SettingsError("it was not ended")

    monkeypatch.setattr(group, "import_module", importing)
    ended = drs(command)
    assert (ended.code, ended.err) == (2, "drs-exporter: it was not ended\n")
    assert hung_up == met
    assert signal.getsignal(signal.SIGHUP) is before


def test_a_daemon_that_closes_its_server_does_not_end_by_sighup(
    drs: Drs, hung_up: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, stop = signal.getsignal(signal.SIGHUP), Server.stop

    async def stopping(server: Server) -> None:
        signal.raise_signal(signal.SIGHUP)
        await stop(server)

    def welcomed(*_arguments: object, **_options: object) -> str:
        signal.raise_signal(signal.SIGTERM)
        return "welcome"

    monkeypatch.setattr(Server, "stop", stopping)
    monkeypatch.setattr(demo, "welcome", welcomed)
    ended = drs("demo", "--jobs", "1", "--web.listen-address", "127.0.0.1:0", "--log.level", "error")
    assert (ended.code, ended.out, ended.err) == (0, "welcome\n", "")
    assert hung_up == []
    assert signal.getsignal(signal.SIGHUP) is before
