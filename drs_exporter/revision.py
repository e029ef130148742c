"""Which source runs: what the build wrote down, else what the checkout says it is."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

UNKNOWN: Final = "unknown"
_HEADS: Final = "refs/heads/"


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit, and the branch it was on; empty where nobody knows."""

    commit: str = UNKNOWN
    branch: str = ""


def revision() -> Revision:
    """The revision of this program."""
    built = files("drs_exporter") / "REVISION"
    if built.is_file():
        commit, _, branch = built.read_text(encoding="utf-8").strip().partition(" ")
        return Revision(commit or UNKNOWN, branch)
    try:
        return checked_out(Path(__file__).parent.parent / ".git")
    except (OSError, UnicodeDecodeError):
        return Revision()


def checked_out(git: Path) -> Revision:
    """What git has checked out here; OSError where there is no checkout. Only its files are read, git is not needed."""
    if git.is_file():  # a work tree beside its repository
        git = git.parent / git.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
    head = (git / "HEAD").read_text(encoding="utf-8").strip()
    if not head.startswith("ref:"):
        return Revision(head)
    name = head.removeprefix("ref:").strip()
    shared = git / "commondir"
    repository = git / shared.read_text(encoding="utf-8").strip() if shared.is_file() else git
    return Revision(_commit(repository, name), name.removeprefix(_HEADS))


def _commit(repository: Path, name: str) -> str:
    """The commit that a branch points to, as a file of its own or packed with others."""
    loose = repository / name
    if loose.is_file():
        return loose.read_text(encoding="utf-8").strip()
    packed = repository / "packed-refs"
    lines = packed.read_text(encoding="utf-8").splitlines() if packed.is_file() else []
    return next((line.split()[0] for line in lines if line.endswith(f" {name}")), UNKNOWN)
