"""The virtual environment is there as its lock wants it, or not at all."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tools import environment, steps
from tools.environment import HalfMadeError, make

ROOT = Path(__file__).resolve().parents[2]


PROJECT = '[project]\nname = "one"\n'


class Commands:
    """Stands in for the running of commands; the making of the folder is real, and one word can fail."""

    def __init__(self, failing: str = "") -> None:
        self.failing = failing
        self.titles: list[str] = []

    def run(self, title: str, command: Sequence[str]) -> bool:
        self.titles.append(title)
        if "venv" in command:
            Path(command[-1], "bin").mkdir(parents=True)
        return self.failing not in title if self.failing else True


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with locks."""
    for name in environment.LOCKS.values():
        (tmp_path / name).write_text(name)
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    return tmp_path


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Commands:
    """Nothing is installed for real."""
    running = Commands()
    monkeypatch.setattr(steps, "run", running.run)
    return running


def test_an_environment_that_is_there_is_left_alone(checkout: Path, commands: Commands) -> None:
    make("dev", checkout)
    assert len(commands.titles) == 4
    make("dev", checkout)
    make("runtime", checkout)
    assert len(commands.titles) == 4


@pytest.mark.parametrize(
    ("changed", "text"), [("requirements-dev.lock", "another"), ("pyproject.toml", PROJECT.replace("one", "two"))]
)
def test_another_lock_makes_another_environment(changed: str, text: str, checkout: Path, commands: Commands) -> None:
    make("dev", checkout)
    (checkout / ".venv" / "left-over").touch()
    (checkout / changed).write_text(text)
    make("dev", checkout)
    assert len(commands.titles) == 8
    assert not (checkout / ".venv" / "left-over").exists()


def test_what_only_tools_are_told_does_not(checkout: Path, commands: Commands) -> None:
    make("dev", checkout)
    (checkout / "pyproject.toml").write_text(f"{PROJECT}[tool.ruff]\nline-length = 100\n")
    make("dev", checkout)
    assert len(commands.titles) == 4


def test_an_environment_to_run_is_not_one_to_develop_in(checkout: Path, commands: Commands) -> None:
    make("runtime", checkout)
    make("dev", checkout)
    assert len(commands.titles) == 8


@pytest.mark.parametrize("failing", ["making", "requirements", "drs-exporter itself", "fits together"])
def test_whatever_fails_nothing_half_made_stays(failing: str, checkout: Path, commands: Commands) -> None:
    commands.failing = failing
    with pytest.raises(HalfMadeError, match=r"failed: see above"):
        make("runtime", checkout)
    assert not (checkout / ".venv").exists()


def test_nor_does_it_when_somebody_interrupts(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: str, command: Sequence[str]) -> bool:
        Path(command[-1], "bin").mkdir(parents=True)
        raise KeyboardInterrupt

    monkeypatch.setattr(steps, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        make("runtime", checkout)
    assert not (checkout / ".venv").exists()


def test_what_was_killed_half_way_is_made_anew(checkout: Path, commands: Commands) -> None:
    """A folder without its stamp is no environment, whatever is in it."""
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "half").touch()
    make("runtime", checkout)
    assert not (checkout / ".venv" / "half").exists()
    assert commands.titles


def made(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What `make` does in a copy of the checkout."""
    for name in ("Makefile", "tools"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, checkout / name)
        else:
            shutil.copy(source, checkout / name)
    return subprocess.run(["make", *words], check=False, cwd=checkout, capture_output=True, text=True)


@pytest.mark.parametrize("version", ["(2, 7, 18)", "(3, 10, 13)"])
def test_a_python_that_is_too_old_is_told_in_one_line_before_anything_is_made(version: str, checkout: Path) -> None:
    old = checkout / "python"
    old.write_text(f"#!{sys.executable}\nimport sys\nsys.version_info = {version}\nexec(sys.argv[2])\n")
    old.chmod(0o755)
    ended = made(checkout, "demo", f"PYTHON={old}")
    said = ".".join(version.strip("()").split(", "))
    line = f"Python 3.11 or newer is needed, and {old} is {said}; name another: make demo PYTHON=python3.12"
    assert ended.stderr.splitlines()[0] == line
    assert ended.returncode
    assert not (checkout / ".venv").exists()


def test_every_target_says_what_it_makes(checkout: Path) -> None:
    targets = {line.split()[0] for line in made(checkout, "help").stdout.splitlines()}
    assert {"demo", "test", "quick", "check", "stack", "lock"} <= targets
