"""`python -m tools.environment runtime|dev|lowest|docs`: the virtual environment that everything else runs in.

A lock is complete, so it is installed as it stands: nothing is resolved, and no later release of anything counts.
Any Python from 3.11 on can run this module; it needs nothing but the standard library.
"""

import fcntl
import hashlib
import json
import shutil
import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tools import steps

ROOT: Final = Path(__file__).resolve().parent.parent

LOCKS: Final = {
    "runtime": "requirements.lock",
    "dev": "requirements-dev.lock",
    "lowest": "requirements-lowest.lock",
    "docs": "requirements-docs.lock",
}
"""What is installed into each; the lock to develop holds the one to run."""

FOLDERS: Final = {"runtime": ".venv", "dev": ".venv", "lowest": ".venv-lowest", "docs": ".venv-docs"}
"""The environment with the lowest versions lies over the one to develop in: what it lacks it takes from there."""


_QUIET: Final = ("--quiet", "--disable-pip-version-check", "--no-compile")
"""Bytecode is made when a module is first imported: most never are."""


class HalfMadeError(Exception):
    """The environment could not be made, and nothing of it is left; the message says at what it failed."""


def install(pip: Sequence[str], lock: Path) -> list[str]:
    """The command that installs a lock with this pip: every package in it, and none besides."""
    options = [*_QUIET, "--no-deps", "--require-hashes"]
    return [*pip, "install", *options, "--requirement", str(lock)]


def make(kind: str, root: Path = ROOT) -> None:
    """Make the environment of a checkout, unless it is there as its locks want it."""
    folder = root / FOLDERS[kind]
    with _alone(root):
        if wanted(kind, root) in _stamps(folder):
            return
        # First the stamp: whoever is killed while the rest goes leaves nothing that looks whole.
        _stamp(folder).unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            _fill(kind, root, folder)
            _stamp(folder).write_text(_stamp_text(kind, root), encoding="utf-8")
        finally:
            if not _stamp(folder).exists():
                shutil.rmtree(folder, ignore_errors=True)


def wanted(kind: str, root: Path) -> str:
    """The line in the stamp of an up-to-date environment: another lock, Python or `[project]` makes another one."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    digest = hashlib.sha256((root / LOCKS[kind]).read_bytes() + json.dumps(project).encode())
    version = ".".join(map(str, sys.version_info[:2]))
    return f"{kind} {version} {digest.hexdigest()}"


def _fill(kind: str, root: Path, folder: Path) -> None:
    python = str(folder / "bin" / "python")
    # Of an environment, `sys.executable` is a link to what it was made from, and goes when the environment goes.
    base = getattr(sys, "_base_executable", sys.executable)
    _step(f"making {folder.name} with Python {sys.version.split()[0]}", [base, "-m", "venv", str(folder)])
    _step(f"installing what {LOCKS[kind]} names", install([python, "-m", "pip"], root / LOCKS[kind]))
    if kind != "docs":  # the site's builder reads pages, and runs nothing of ours
        command = [python, "-m", "pip", "install", *_QUIET, "--no-deps", "--no-build-isolation"]
        _step("installing drs-exporter itself", [*command, "--editable", str(root)])
    _step("checking that everything fits together", [python, "-m", "pip", "check"])
    # Last: what is only there to develop may want higher versions, and is no matter here.
    if kind == "lowest":
        _lay_over(folder, root / FOLDERS["dev"])


def _lay_over(folder: Path, below: Path) -> None:
    """Let an environment find what it lacks in another one, which stays as it is."""
    (own,), (other,) = (list(place.glob("lib/python*/site-packages")) for place in (folder, below))
    (own / "below.pth").write_text(f"import site; site.addsitedir({str(other)!r})\n", encoding="utf-8")


def _step(title: str, command: Sequence[str]) -> None:
    if not steps.run(title, command):
        raise HalfMadeError(f"{title} failed: see above; nothing half-made is left, so mend it and try again")


def _stamp(folder: Path) -> Path:
    return folder / "made-from"


def _stamps(folder: Path) -> list[str]:
    """What a finished environment is good for; nothing where none was finished."""
    return _stamp(folder).read_text(encoding="utf-8").splitlines() if _stamp(folder).is_file() else []


def _stamp_text(kind: str, root: Path) -> str:
    """An environment to develop in is good to run too."""
    kinds = ("runtime", "dev") if kind == "dev" else (kind,)
    return "".join(f"{wanted(name, root)}\n" for name in kinds)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """One at a time: a second `make` in another terminal waits for the first."""
    with (root / "pyproject.toml").open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            steps.say("==> waiting for another make, which is at work on the environment")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Make one of them; 1 where that could not be done."""
    try:
        make(sys.argv[1])
    except HalfMadeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
