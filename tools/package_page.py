"""The README as the page of the package, for the build: there its links have to say where the repository is."""

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"\]\((?!https?:|#)(?P<path>[^)]+)\)")
_PICTURE = re.compile(r"!\[(?P<words>[^]]*)\]\((?!https?:)(?P<path>[^)]+)\)")
_CONSTANT = re.compile(r'^REPOSITORY: Final = "(?P<address>[^"]+)"$', re.MULTILINE)


def page(readme: str, repository: str) -> str:
    """The same text with absolute links, pictures as they are and other files as pages."""
    shown = _PICTURE.sub(rf"![\g<words>]({repository}/raw/main/\g<path>)", readme)
    return _LINK.sub(rf"]({repository}/blob/main/\g<path>)", shown)


class PackagePage(MetadataHookInterface):
    """Fills in what pyproject.toml leaves to the build."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the page."""
        root = Path(self.root)
        constant = _CONSTANT.search((root / "drs_exporter" / "origin.py").read_text(encoding="utf-8"))
        if constant is None:
            raise ValueError("drs_exporter/origin.py does not say where the repository is")
        text = page((root / "README.md").read_text(encoding="utf-8"), constant["address"])
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
