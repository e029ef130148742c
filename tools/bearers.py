"""Files that are not made from code and yet bear the repository's address: `make generate` keeps it right."""

import re
from pathlib import Path
from typing import Final

from drs_exporter.origin import REPOSITORY

_ADDRESS: Final = r"https://[^\s\"'\],]+?"

BEARERS: Final = {
    "pyproject.toml": (
        rf'(?<=^Repository = "){_ADDRESS}(?="$)',
        rf'(?<=^Documentation = "){_ADDRESS}(?=/blob/main/docs"$)',
        rf'(?<=^Changelog = "){_ADDRESS}(?=/blob/main/CHANGELOG.md"$)',
        rf'(?<=^Issues = "){_ADDRESS}(?=/issues"$)',
    ),
    "Dockerfile": (rf'(?<=image.source="){_ADDRESS}(?=")',),
    "deploy/helm/drs-exporter/Chart.yaml": (rf"(?<=^home: ){_ADDRESS}(?=$)", rf"(?<=^sources: \[){_ADDRESS}(?=\])"),
    "deploy/systemd/drs-exporter.service": (rf"(?<=^Documentation=){_ADDRESS}(?=$)",),
    "deploy/systemd/drs-exporter-once.service": (rf"(?<=^Documentation=){_ADDRESS}(?=$)",),
    ".github/ISSUE_TEMPLATE/config.yml": (rf"(?<=url: ){_ADDRESS}(?=/security/policy$)",),
}
"""Where the address stands in each; every expression has to match."""


class NoAddressError(Exception):
    """A file no longer bears the address where it is said to."""


def written(path: str, text: str, repository: str = REPOSITORY) -> str:
    """The text of a bearer with this address in all its places."""
    for expression in BEARERS[path]:
        text, places = re.subn(expression, repository, text, flags=re.MULTILINE)
        if not places:
            raise NoAddressError(f"{path} has no address at {expression}")
    return text


def bearers(root: Path) -> dict[str, str]:
    """Every bearer with the text it must have."""
    return {path: written(path, (root / path).read_text(encoding="utf-8")) for path in BEARERS}
