"""The examples in a page of the documentation."""

import re
from dataclasses import dataclass

from tests.deploy.manifests import ROOT

_BLOCK = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Block:
    """One example."""

    page: str
    language: str
    text: str

    @property
    def kind(self) -> str:
        """What the comment in its first line says it is."""
        first = self.text.splitlines()[0]
        return first.removeprefix("#").strip() if first.startswith("#") else ""

    def __str__(self) -> str:
        """For the name of a test."""
        return f"{self.page} {self.text.strip().splitlines()[0][:40]}"


def blocks(page: str, language: str) -> list[Block]:
    """The examples of a page of `docs` in this language, in order."""
    return found_in(f"docs/{page}", language)


def found_in(page: str, language: str) -> list[Block]:
    """The same for any page of the repository."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = (Block(page, match["language"], match["text"]) for match in _BLOCK.finditer(text))
    return [block for block in found if block.language == language]


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, its head left out."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    section = text.split(f"\n{heading}\n", 1)[1]
    lines = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)
    assert lines
    _, _, *body = lines[0].splitlines()
    return [[cell.strip() for cell in _CELL.split(line)[1:-1]] for line in body]
