"""`python -m tools.lock`: new lock files, with hashes and without addresses, from the ranges in pyproject.toml."""

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
BUILD = ("hatchling", "editables")
"""What installs the package itself, without asking a registry again."""

PLAIN = (
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-emit-trusted-host",
    "--no-header",
    "--no-annotate",
    "--strip-extras",
    "--allow-unsafe",
)
"""Nothing of the machine that made a lock file stands in it."""


def compile_lock(requirements: list[str], target: Path) -> None:
    """Resolve the requirements into a lock file."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "requirements.in"
        source.write_text("\n".join(requirements) + "\n", encoding="utf-8")
        command = [sys.executable, "-m", "piptools", "compile", "--quiet", "--generate-hashes", *PLAIN]
        subprocess.run([*command, "--output-file", str(target), str(source)], check=True)


def main() -> None:
    """Write both lock files: one to run, one to develop, which holds the first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime = [*project["project"]["dependencies"], *BUILD]
    compile_lock(runtime, ROOT / "requirements.lock")
    constraints = f"-c {ROOT / 'requirements.lock'}"
    compile_lock([*runtime, *project["dependency-groups"]["dev"], constraints], ROOT / "requirements-dev.lock")


if __name__ == "__main__":
    main()
