"""The workflows of the platform: valid, harmless, and in line with what the repository promises."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from drs_exporter import __version__
from tools import release

ROOT = Path(__file__).resolve().parents[2]
PLATFORM = ROOT / ".github"
WORKFLOWS = sorted((PLATFORM / "workflows").glob("*.yml"))


def schema(name: str, *files: Path) -> str:
    """What the schema has against files."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{name}", *map(str, files)]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()


def workflow(name: str) -> dict[str, Any]:
    """One of them."""
    loaded: dict[str, Any] = yaml.safe_load((PLATFORM / "workflows" / f"{name}.yml").read_text(encoding="utf-8"))
    return loaded


def test_the_schema_has_nothing_against_the_workflows() -> None:
    assert schema("github-workflows", *WORKFLOWS) == "ok -- validation done"


def test_the_schema_has_nothing_against_the_robot() -> None:
    assert schema("dependabot", PLATFORM / "dependabot.yml") == "ok -- validation done"


def test_the_security_linter_has_nothing_against_them() -> None:
    command = [str(Path(sys.executable).with_name("zizmor")), "--offline", "--no-progress", "--quiet", str(PLATFORM)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout


def test_every_python_that_is_claimed_is_tried() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    tried = set(workflow("test")["jobs"]["quick"]["strategy"]["matrix"]["python"])
    claimed = {line.rpartition(" ")[2] for line in project["classifiers"] if ":: Python :: 3." in line}
    assert claimed <= tried


def test_jobs_write_nothing_but_what_they_say() -> None:
    for name in ("test", "release", "docs"):
        assert workflow(name)["permissions"] == {"contents": "read"}


def test_no_job_runs_for_ever() -> None:
    for name in ("test", "release", "docs"):
        for job in workflow(name)["jobs"].values():
            assert job.get("timeout-minutes", 0) > 0 or "uses" in job


def test_forms_ask_with_ids_that_are_theirs() -> None:
    for file in (PLATFORM / "ISSUE_TEMPLATE").glob("*.yml"):
        form = yaml.safe_load(file.read_text(encoding="utf-8"))
        ids = [part["id"] for part in form.get("body", ())]
        assert len(ids) == len(set(ids))


CHANGELOG = (
    f"# Changelog\n\n## [Unreleased]\n\n- later\n\n## [{__version__}] - 2026-12-01\n\n- this\n\n## [0.0.1]\n\n- old\n"
)


def test_the_notes_of_a_release_are_its_part_of_the_changelog() -> None:
    assert release.notes(f"v{__version__}", CHANGELOG) == "- this\n"


@pytest.mark.parametrize(
    ("tag", "changelog", "complaint"),
    [
        ("v9.9.9", CHANGELOG, "the tag is v9.9.9"),
        (f"v{__version__}", "# Changelog\n\n## [Unreleased]\n\n- later\n", "says nothing of"),
        (f"v{__version__}", f"# Changelog\n\n## [{__version__}]\n\n## [0.0.1]\n", "says nothing of"),
    ],
)
def test_a_release_that_does_not_agree_is_refused(tag: str, changelog: str, complaint: str) -> None:
    with pytest.raises(release.NotReadyError, match=complaint):
        release.notes(tag, changelog)


def test_the_changelog_is_ready_for_this_version() -> None:
    assert release.notes(f"v{__version__}", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
