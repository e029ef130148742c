"""`python -m tools.release v0.1.0`: the notes of a release, if tag, version, chart and changelog agree on it."""

import re
import sys
from pathlib import Path
from typing import Final

import yaml

from drs_exporter import __version__

ROOT: Final = Path(__file__).resolve().parent.parent


class NotReadyError(Exception):
    """Something does not say the version that is to be released."""


def notes(tag: str, changelog: str) -> str:
    """What the changelog says of this version; everything that names a version has to name this one."""
    if tag != f"v{__version__}":
        raise NotReadyError(f"the tag is {tag}, and the package says {__version__}")
    chart = yaml.safe_load((ROOT / "deploy" / "helm" / "drs-exporter" / "Chart.yaml").read_text(encoding="utf-8"))
    if (chart["version"], chart["appVersion"]) != (__version__, __version__):
        raise NotReadyError("the chart is of another version")
    heading = re.escape(f"## [{__version__}]")
    section = re.search(rf"^{heading}[^\n]*\n(?P<text>.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    if section is None or not section["text"].strip():
        raise NotReadyError(f"CHANGELOG.md says nothing of {__version__}")
    return section["text"].strip() + "\n"


def main() -> int:
    """Print the notes; 1 where something is not ready."""
    try:
        sys.stdout.write(notes(sys.argv[1], (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")))
    except NotReadyError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
