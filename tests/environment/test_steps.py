"""Long work says what it is doing and for how long."""

import re
import sys
from pathlib import Path

import pytest

from tools import steps


def test_a_command_is_announced_shown_and_timed(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert steps.run("greeting", [sys.executable, "-c", "print('hello')"])
    assert re.fullmatch(rb"==> greeting\nhello\n    greeting: done after \d+ s\n", capfdbinary.readouterr().out)


def test_a_failure_says_so(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert not steps.run("greeting", [sys.executable, "-c", "raise SystemExit(3)"])
    assert b"    greeting: failed with 3 after " in capfdbinary.readouterr().out


def test_work_that_should_be_short_and_is_not_is_told_so(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    command = [sys.executable, "-c", "pass"]
    assert steps.main(["--within", "0", "greeting", *command]) == 0
    assert b"greeting: more than the 0 s" in capfdbinary.readouterr().out
    assert steps.main(["--within", "3600", "greeting", *command]) == 0
    assert b"more than" not in capfdbinary.readouterr().out


def test_a_silent_wait_is_spoken_of(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    """The command says nothing and ends when the heartbeat was written."""
    monkeypatch.setattr(steps, "PATIENCE", 0.01)
    said = steps.say

    def say(line: str) -> None:
        said(line)
        if "so far" in line:
            (tmp_path / "said").touch()

    monkeypatch.setattr(steps, "say", say)
    waiting = "import sys, os\nwhile not os.path.exists(sys.argv[1]): pass"
    assert steps.run("waiting", [sys.executable, "-c", waiting, str(tmp_path / "said")])
    assert b"    waiting: 0 s so far\n" in capfdbinary.readouterr().out


def test_nobody_waits_twenty_seconds_in_silence() -> None:
    assert 2 * steps.PATIENCE <= 20
