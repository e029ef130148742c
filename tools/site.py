"""The hook of the documentation's site: README.md is its first page; what lies outside `docs/` is in the repository."""

import importlib
import posixpath
import re
import sys
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent

sys.path.insert(0, str(ROOT))  # MkDocs loads this file by its path

from drs_exporter.origin import REPOSITORY  # noqa: E402 - found by the line above

_LINK: Final = re.compile(r"(\]\()(?!\w+:|#)([^)#\s]+)(#[^)]*)?(\))")


def led(markdown: str, page: str) -> str:
    """The text of a page, such as `docs/faq.md`, with links that lead on: within `docs`, or into the repository."""
    here = posixpath.dirname(page)

    def lead(match: re.Match[str]) -> str:
        begin, path, anchor, end = match[1], match[2], match[3] or "", match[4]
        target = posixpath.normpath(posixpath.join(here, path))
        if target.startswith("docs/") and target.endswith(".md"):
            where = posixpath.relpath(target, here if here.startswith("docs") else "docs")
        elif target == "README.md":
            where = posixpath.relpath("docs/index.md", here)
        else:
            kind = "tree" if (ROOT / target).is_dir() else "blob"
            where = f"{REPOSITORY}/{kind}/main/{target}"
        return f"{begin}{where}{anchor}{end}"

    return _LINK.sub(lead, markdown)


def on_config(config: Any) -> Any:
    """The address of the repository stands in one place."""
    config.repo_url = REPOSITORY
    return config


def on_files(files: Any, config: Any) -> Any:
    """The first page."""
    made = importlib.import_module("mkdocs.structure.files").File
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    files.append(made.generated(config, "index.md", content=led(text, "README.md")))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Every other page."""
    return markdown if page.file.src_uri == "index.md" else led(markdown, f"docs/{page.file.src_uri}")
