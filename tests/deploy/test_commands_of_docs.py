"""Every command that any page names is one that there is, and the README's configuration is one."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from drs_exporter.cli.preparation import load
from tests.deploy.blocks import Block, found_in
from tests.deploy.commands import understood
from tests.deploy.manifests import ROOT

PAGES = sorted(
    str(path.relative_to(ROOT))
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / ".github").rglob("*.md"))
)
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = {name for line in re.findall(r"^([a-z ]+):(?!=)", MAKEFILE, re.MULTILINE) for name in line.split()}


def commands() -> Iterator[tuple[str, list[str]]]:
    """Page and words of every command in a shell example, what follows a pipe or an `&&` included."""
    for page in PAGES:
        for block in found_in(page, "sh"):
            for line in block.text.replace("\\\n", " ").splitlines():
                for part in re.split(r"\s(?:&&|\|)\s", line):
                    if words := shlex.split(part, comments=True):
                        yield page, words


def ours(program: str) -> list[list[str]]:
    """The words after the name of one program."""
    return [words[1:] for _, words in commands() if Path(words[0]).name == program]


@pytest.mark.parametrize("words", [words for words in ours("drs-exporter") if words != ["--version"]], ids=shlex.join)
def test_commands_of_the_exporter_are_understood(words: list[str]) -> None:
    assert understood(words)


def test_make_has_every_target_that_is_named() -> None:
    named = {words[0] for words in ours("make")}
    text = "\n".join((ROOT / page).read_text(encoding="utf-8") for page in PAGES)
    named |= set(re.findall(r"`make ([a-z]+)", text))
    assert {"demo", "test", "quick"} <= named <= TARGETS


def test_locks_are_installed_as_they_stand() -> None:
    for _, words in commands():
        if "--require-hashes" in words:
            assert "--no-deps" in words


def readme() -> list[Block]:
    """The YAML examples of the README."""
    return found_in("README.md", "yaml")


def test_the_variables_of_the_readme_are_a_configuration(tmp_path: Path) -> None:
    (tmp_path / "drs_password").write_text("not-a-real-one\n")
    given = dict(word.split("=", 1) for _, words in commands() if words[0] == "export" for word in words[1:])
    given["DRS_EXPORTER_PASSWORD_FILE"] = str(tmp_path / Path(given["DRS_EXPORTER_PASSWORD_FILE"]).name)
    (project,) = load(environ=given).projects
    assert project.auth == "password"


def test_the_file_of_the_readme_is_a_configuration(tmp_path: Path) -> None:
    (block,) = (block for block in readme() if "projects:" in block.text)
    for name in re.findall(r"/run/secrets/(\w+)", block.text):
        (tmp_path / name).write_text("not-a-real-one\n")
    (tmp_path / "drs-exporter.yml").write_text(block.text.replace("/run/secrets", str(tmp_path)))
    settings = load(environ={"DRS_EXPORTER_CONFIG_FILE": str(tmp_path / "drs-exporter.yml")})
    assert [project.name for project in settings.projects] == ["prod", "beijing"]


def test_the_scrape_of_the_readme_has_the_job_name_that_the_rules_know() -> None:
    (block,) = (block for block in readme() if "scrape_configs" in block.text)
    assert [scrape["job_name"] for scrape in yaml.safe_load(block.text)["scrape_configs"]] == ["drs-exporter"]
