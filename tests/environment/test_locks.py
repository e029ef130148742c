"""A lock is as good on any later day as on the day it was made."""

import os
import re
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.environment.index import Index, serving
from tools import environment, lock
from tools.pips import oldest_pip

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))

PUBLISHED: dict[str, Sequence[str]] = {
    "service": ("report[table]>=1", "clock>=1"),
    "report": ("colour>=1; extra == 'table'", "clock>=1"),
    "colour": (),
    "clock": (),
}


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """The only index that pip and uv know of, whatever this machine has set up."""
    with serving() as running:
        for name in [name for name in os.environ if name.startswith(("PIP_", "UV_"))]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_INDEX_URL", running.url)
        monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
        monkeypatch.setenv("UV_INDEX_URL", running.url)
        monkeypatch.setenv("UV_NO_CACHE", "1")
        monkeypatch.setenv("UV_NO_CONFIG", "1")
        yield running


def release(index: Index, version: str) -> None:
    """Publish this version of everything."""
    for name, needs in PUBLISHED.items():
        index.publish(name, version, needs=needs, extras=["table"] if name == "report" else [])


def pips(python: Path) -> dict[str, list[str]]:
    """The oldest pip that comes with this Python, and the newest, which is the locked one; both act on `python`."""
    locked = [sys.executable, "-m", "pip", "--python", str(python)]
    return {"oldest": [str(python), str(oldest_pip() / "pip")], "newest": locked}


@pytest.mark.parametrize("age", ["oldest", "newest"])
def test_a_lock_installs_what_it_names_when_everything_has_a_newer_release(
    age: str, index: Index, tmp_path: Path
) -> None:
    """`report[table]` stands in the lock without its extra: whoever resolved again would ask for another `colour`."""
    python = tmp_path / "environment" / "bin" / "python"
    venv.create(tmp_path / "environment", with_pip=False)
    pip = pips(python)[age]
    release(index, "1.0")
    lock.compile_lock(["service>=1"], tmp_path / "requirements.lock")
    release(index, "2.0")

    subprocess.run(environment.install(pip, tmp_path / "requirements.lock"), check=True)

    listed = subprocess.run([*pip, "list", "--format=freeze"], check=True, capture_output=True, text=True)
    assert {f"{name}==1.0" for name in PUBLISHED} <= set(listed.stdout.split())
    subprocess.run([*pip, "check"], check=True, stdout=subprocess.DEVNULL)


def test_a_lock_that_lacks_something_is_found_out_by_pip_check(index: Index, tmp_path: Path) -> None:
    python = tmp_path / "environment" / "bin" / "python"
    venv.create(tmp_path / "environment", with_pip=False)
    pip = pips(python)["newest"]
    release(index, "1.0")
    lock.compile_lock(["service>=1"], tmp_path / "requirements.lock")
    text = (tmp_path / "requirements.lock").read_text()
    (tmp_path / "requirements.lock").write_text(re.sub(r"^clock==.*\n(?:    .*\n)*", "", text, flags=re.MULTILINE))

    subprocess.run(environment.install(pip, tmp_path / "requirements.lock"), check=True)

    checked = subprocess.run([*pip, "check"], check=False, capture_output=True, text=True)
    assert (checked.returncode, "clock" in checked.stdout) == (1, True)


def test_a_lock_stays_as_it_is_while_it_fits(index: Index, tmp_path: Path) -> None:
    release(index, "1.0")
    lock.compile_lock(["service>=1"], tmp_path / "requirements.lock")
    before = (tmp_path / "requirements.lock").read_text()
    release(index, "2.0")
    lock.compile_lock(["service>=1"], tmp_path / "requirements.lock")
    assert (tmp_path / "requirements.lock").read_text() == before


def test_the_lowest_lock_takes_the_lowest_that_was_asked_for(index: Index, tmp_path: Path) -> None:
    release(index, "1.0")
    release(index, "2.0")
    lock.compile_lock(["service>=1"], tmp_path / "lowest.lock", resolution="lowest-direct")
    text = (tmp_path / "lowest.lock").read_text()
    assert "service==1.0" in text
    assert "clock==2.0" in text


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_no_lock_names_a_place(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.match(r"[a-z0-9]|    --hash=sha256:[0-9a-f]{64}", line)] == []


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_line_of_a_lock_is_one_version_with_hashes(path: Path) -> None:
    for entry in re.split(r"\n(?=\S)", path.read_text(encoding="utf-8").strip()):
        assert re.match(r"[a-z0-9.-]+==[\w.+!]+ ", entry), entry
        assert "--hash=sha256:" in entry


def pinned(path: Path) -> dict[str, str]:
    """Name to version."""
    return dict(re.findall(r"^([a-z0-9.-]+)==([^\s;]+)", path.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_lock_to_develop_holds_the_one_to_run() -> None:
    assert pinned(ROOT / "requirements.lock").items() <= pinned(ROOT / "requirements-dev.lock").items()


def test_the_lowest_versions_are_the_bounds_that_are_promised() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lowest = pinned(ROOT / "requirements-lowest.lock")
    for line in project["dependencies"]:
        matched = re.match(r"([\w.-]+)>=([\d.]+)", line)
        assert matched, line
        name, bound = matched.groups()
        found = lowest[name.lower()]
        assert found == bound or re.fullmatch(rf"{re.escape(bound)}(\.0)+", found), line
