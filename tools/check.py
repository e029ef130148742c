"""`python -m tools.check`: format, lint, types, generated files; with `--audit`, known vulnerabilities too."""

import subprocess
import sys
from collections.abc import Sequence

CHECKS = (
    ("ruff", "format", "--check", "--quiet", "."),
    ("ruff", "check", "--quiet", "."),
    ("mypy",),
    ("tools.generate", "--check"),
)
AUDIT = (
    "pip_audit",
    "--requirement",
    "requirements.lock",
    "--disable-pip",
    "--require-hashes",
    "--progress-spinner=off",
)


def run(command: Sequence[str]) -> bool:
    """Run a Python module; whether it succeeded."""
    print("$", *command, flush=True)
    return subprocess.run([sys.executable, "-m", *command], check=False).returncode == 0


def main() -> int:
    """Run every check, also after one failed."""
    results = [run(command) for command in CHECKS]
    if "--audit" in sys.argv[1:] and not run(AUDIT):
        print("pip-audit: found something, or could not ask; this does not fail the check where there is no network")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
