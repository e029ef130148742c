"""The oldest pip that the running Python was ever released with, for tests of what an old pip makes of a lock."""

import subprocess
import sys
from pathlib import Path
from typing import Final

from tools.programs import TOOLS, MissingProgramError

_REQUIREMENT: Final = Path(__file__).with_name("oldest-pip.lock")
_FOLDER: Final = TOOLS / "pips"


def oldest_pip() -> Path:
    """The wheel, which runs as it is: `python WHEEL/pip install …`."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for wheel in (_FOLDER / version).glob("pip-*.whl"):
        return wheel
    raise MissingProgramError("the oldest pip is not there: run `make tools`")


def download(requirement: Path, folder: Path, *, what: str) -> None:
    """Fetch a wheel that is pinned by its hash; MissingProgramError names `what` could not be had."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    options = ["--require-hashes", "--dest", str(folder), "--requirement", str(requirement)]
    if subprocess.run([*command, *options], check=False).returncode:
        raise MissingProgramError(f"{what} could not be fetched: see above")


def install() -> None:
    """Make sure of it."""
    folder = _FOLDER / f"{sys.version_info.major}.{sys.version_info.minor}"
    if any(folder.glob("pip-*.whl")):
        return
    download(_REQUIREMENT, folder, what="the oldest pip")


def main() -> int:
    """Install it; 1 where that could not be done."""
    try:
        install()
    except MissingProgramError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
