"""`python -m tools.lock`: new lock files, with hashes and without addresses, from the ranges in pyproject.toml.

A lock is good for every Python from 3.11 on and every platform: where a package is needed on some only, its line says
on which.
"""

import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
BUILD: Final = ("hatchling>=1.27", "editables>=0.5")
"""What installs the package itself, without asking a registry again."""

PLAIN: Final = ("--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate")
"""Nothing of the machine that made a lock file stands in it."""


def compile_lock(
    requirements: Sequence[str], target: Path, *, resolution: str = "highest", constraints: Path | None = None
) -> None:
    """Resolve the requirements into a lock file; what an earlier one pins stays where it still fits."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "requirements.in"
        source.write_text("\n".join(requirements) + "\n", encoding="utf-8")
        command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
        options = ["--generate-hashes", *PLAIN, "--resolution", resolution, "--output-file", str(target)]
        limits = ["--constraints", str(constraints)] if constraints else []
        subprocess.run([*command, *options, *limits, str(source)], check=True)


def main() -> None:
    """Write the lock files: one to run, one to develop, which holds the first, one for the site, and the lowest."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    dependencies = project["project"]["dependencies"]
    runtime = ROOT / "requirements.lock"
    compile_lock([*dependencies, *BUILD], runtime)
    compile_lock(
        [*dependencies, *BUILD, *project["dependency-groups"]["dev"]],
        ROOT / "requirements-dev.lock",
        constraints=runtime,
    )
    compile_lock(project["dependency-groups"]["docs"], ROOT / "requirements-docs.lock")
    lowest = ROOT / "requirements-lowest.lock"
    lowest.unlink()  # what it pinned would be kept, though lower versions are allowed by now
    compile_lock([*dependencies, *BUILD], lowest, resolution="lowest-direct")


if __name__ == "__main__":
    main()
