"""The checker of accessible pages, axe-core by Deque: one script, from a package that carries it, into `.tools/`."""

import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from tools.pips import download
from tools.programs import TOOLS, MissingProgramError

_REQUIREMENT: Final = Path(__file__).with_name("axe.lock")
_SCRIPT: Final = TOOLS / "axe" / "axe.min.js"


def axe() -> Path:
    """Where the script is."""
    if not _SCRIPT.is_file():
        raise MissingProgramError("axe-core is not there: run `make tools`")
    return _SCRIPT


def install() -> None:
    """Make sure of it. Only the script is taken: what the package needs to run by itself is not."""
    if _SCRIPT.is_file():
        return
    with tempfile.TemporaryDirectory() as folder:
        download(_REQUIREMENT, Path(folder), what="axe-core")
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            text = archive.read("axe_playwright_python/axe.min.js")
    _SCRIPT.parent.mkdir(parents=True, exist_ok=True)
    _SCRIPT.write_bytes(text)


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
