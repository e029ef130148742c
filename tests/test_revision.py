"""Which source runs, read from the files of a checkout."""

from pathlib import Path

import pytest

from drs_exporter.revision import Revision, checked_out

COMMIT = "8ef767e396bf8445f009f945b0162fd71827f445"


@pytest.fixture
def git(tmp_path: Path) -> Path:
    """A repository on a branch that has a commit."""
    folder = tmp_path / ".git"
    (folder / "refs" / "heads").mkdir(parents=True)
    (folder / "HEAD").write_text("ref: refs/heads/main\n")
    (folder / "refs" / "heads" / "main").write_text(f"{COMMIT}\n")
    return folder


def test_a_branch_and_its_commit_are_found(git: Path) -> None:
    assert checked_out(git) == Revision(COMMIT, "main")


def test_a_packed_branch_is_found(git: Path) -> None:
    (git / "refs" / "heads" / "main").unlink()
    assert checked_out(git) == Revision("unknown", "main")
    (git / "packed-refs").write_text(
        f"# pack-refs with: peeled\n{'0' * 40} refs/heads/not-main\n{COMMIT} refs/heads/main\n"
    )
    assert checked_out(git) == Revision(COMMIT, "main")


def test_a_commit_without_a_branch_is_found(git: Path) -> None:
    (git / "HEAD").write_text(COMMIT)
    assert checked_out(git) == Revision(COMMIT, "")


def test_a_work_tree_beside_its_repository_is_found(git: Path, tmp_path: Path) -> None:
    own = git / "worktrees" / "beside"
    own.mkdir(parents=True)
    (own / "HEAD").write_text("ref: refs/heads/main")
    (own / "commondir").write_text("../..")
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / ".git").write_text(f"gitdir: {own}\n")
    assert checked_out(tmp_path / "beside" / ".git") == Revision(COMMIT, "main")


def test_where_there_is_no_checkout_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        checked_out(tmp_path / ".git")
