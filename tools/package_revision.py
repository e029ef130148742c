"""The commit as a file of the package, for the build: what is installed knows no checkout."""

from contextlib import ExitStack
from pathlib import Path
from runpy import run_path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_NAME = "drs_exporter/REVISION"


class PackageRevision(BuildHookInterface):  # type: ignore[type-arg]
    """Writes it down, unless somebody did before the build, as an image's build and a source distribution do."""

    def __init__(self, *options: Any, **more: Any) -> None:
        """Nothing is written yet."""
        super().__init__(*options, **more)
        self._folder = ExitStack()

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the file; an editable package stays in its checkout, and outside of one nothing is known."""
        root = Path(self.root)
        if version == "editable" or (root / _NAME).is_file():
            return
        checked_out = run_path(str(root / "drs_exporter" / "revision.py"))["checked_out"]
        try:
            source = checked_out(root / ".git")
        except (OSError, UnicodeDecodeError):
            return
        written = Path(self._folder.enter_context(TemporaryDirectory()), "REVISION")
        written.write_text(f"{source.commit} {source.branch}\n", encoding="utf-8")
        build_data["force_include"][str(written)] = _NAME

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - hatchling's
        """The package is built."""
        self._folder.close()
