"""`python -m tools.check`: format, lint, types, generated files; with `--audit`, known vulnerabilities too."""

import sys
from collections.abc import Sequence

from tools import steps

CHECKS = (
    ("format", ("ruff", "format", "--check", "--quiet", ".")),
    ("lint", ("ruff", "check", "--quiet", ".")),
    ("types", ("mypy",)),
    ("generated files", ("tools.generate", "--check")),
)
AUDIT = (
    "pip_audit",
    "--requirement",
    "requirements.lock",
    "--disable-pip",
    "--require-hashes",
    "--progress-spinner=off",
)


def run(title: str, command: Sequence[str]) -> bool:
    """Run a Python module; whether it succeeded."""
    return steps.run(title, [sys.executable, "-m", *command])


def main() -> int:
    """Run every check, also after one failed."""
    results = [run(title, command) for title, command in CHECKS]
    if "--audit" in sys.argv[1:] and not run("known vulnerabilities", AUDIT):
        print("pip-audit: found something, or could not ask; this does not fail the check where there is no network")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
