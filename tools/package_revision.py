"""The commit as a file of the package, for the build: what is installed knows no checkout."""

from pathlib import Path
from runpy import run_path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_NAME = "drs_exporter/REVISION"


class PackageRevision(BuildHookInterface):  # type: ignore[type-arg]
    """Writes it down, unless somebody did before the build, as an image's build and a source distribution do."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the file; an editable package stays in its checkout, and outside of one nothing is known."""
        root = Path(self.root)
        if version == "editable" or (root / _NAME).is_file():
            return
        checked_out = run_path(str(root / "drs_exporter" / "revision.py"))["checked_out"]
        try:
            source = checked_out(root / ".git")
        except OSError:
            return
        self._folder = TemporaryDirectory()
        written = Path(self._folder.name, "REVISION")
        written.write_text(f"{source.commit} {source.branch}\n", encoding="utf-8")
        build_data["force_include"][str(written)] = _NAME
