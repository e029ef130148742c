"""Finding and running real programs."""

import socket
import sys
from pathlib import Path

import pytest

from deploy.stack.program import Program, ProgramError, free_port
from tools import programs
from tools.programs import MissingProgramError, path_of


def test_a_missing_program_says_what_to_do() -> None:
    with pytest.raises(MissingProgramError, match=r"^no-such-program is not there: run `make tools`, or put it on the"):
        path_of("no-such-program")


def test_a_program_of_the_system_is_found_where_none_is_unpacked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "prometheus-alertmanager").touch(mode=0o755)
    monkeypatch.setattr(programs, "TOOLS", tmp_path / "nothing")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert path_of("alertmanager") == tmp_path / "prometheus-alertmanager"


@pytest.mark.programs
def test_making_sure_of_the_programs_twice_does_nothing_the_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_download", lambda: pytest.fail("downloaded again"))
    programs.install()


async def test_a_program_that_ends_at_once_shows_its_last_words(tmp_path: Path) -> None:
    program = Program(
        "the thing", [sys.executable, "-c", "print('cannot begin')"], log=tmp_path / "log", page="http://127.0.0.1:1/"
    )
    with pytest.raises(ProgramError, match=r"^the thing has ended:\ncannot begin$"):
        await program.start()


async def test_a_program_that_does_not_get_ready_is_stopped(tmp_path: Path) -> None:
    program = Program(
        "the thing",
        [sys.executable, "-c", "import signal; print('thinking', flush=True); signal.pause()"],
        log=tmp_path / "log",
        page="http://127.0.0.1:1/",
    )
    with pytest.raises(ProgramError, match=r"^the thing was not ready within 1 s:\nthinking$"):
        await program.start(timeout=1)


def test_a_port_that_is_taken_is_not_chosen() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert free_port(taken.getsockname()[1]) != taken.getsockname()[1]


def test_a_port_that_is_free_is_the_one_wanted() -> None:
    port = free_port()
    assert free_port(port) == port
