"""The documentation as a site: every page is in it, and its links lead on wherever it is read."""

import re
from pathlib import Path

import pytest
import yaml

from drs_exporter.origin import REPOSITORY
from tools.site import led

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))
NAVIGATION = [place for entry in yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"] for place in entry.values()]


def test_the_navigation_has_every_page_but_the_runbooks() -> None:
    assert sorted(NAVIGATION) == sorted(["index.md", *(path.name for path in (ROOT / "docs").glob("*.md"))])


@pytest.mark.parametrize(
    ("page", "link", "expected"),
    [
        ("README.md", "docs/faq.md", "faq.md"),
        ("README.md", "docs/runbooks/", f"{REPOSITORY}/tree/main/docs/runbooks"),
        ("README.md", "CONTRIBUTING.md", f"{REPOSITORY}/blob/main/CONTRIBUTING.md"),
        ("docs/faq.md", "scaling.md#calls", "scaling.md#calls"),
        ("docs/runbooks/DRSApiThrottled.md", "../alerts.md", "../alerts.md"),
        ("docs/deployment.md", "../deploy/compose", f"{REPOSITORY}/tree/main/deploy/compose"),
        ("docs/deployment.md", "../README.md", "index.md"),
        ("docs/faq.md", "#questions", "#questions"),
        ("docs/faq.md", "https://example.test/a.md", "https://example.test/a.md"),
    ],
)
def test_links_lead_on(page: str, link: str, expected: str) -> None:
    assert led(f"see [this]({link}).", page) == f"see [this]({expected})."


@pytest.mark.parametrize("page", ["README.md", *PAGES])
def test_every_link_of_every_page_leads_to_something(page: str) -> None:
    """In the repository, which is what the site is made of; `make docs` is strict about the rest."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", text):
        assert (ROOT / page).parent.joinpath(link).exists(), link
