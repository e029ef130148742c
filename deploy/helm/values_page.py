"""`python -m deploy.helm.values_page`: the README of the chart, with a table of the comments in values.yaml."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

CHART: Final = Path(__file__).parent / "drs-exporter"
README: Final = Path("deploy/helm/drs-exporter/README.md")

_COMMENT: Final = re.compile(r" *# -- (?P<text>.+)")
_END: Final = "...\n"
_KEY: Final = re.compile(r"(?P<indent> *)(?P<key>\w+):(?P<rest>.*)")

_HEAD: Final = """\
# drs-exporter, the chart

Made by `python -m deploy.helm.values_page` from `values.yaml`. How to install it, and examples that work, are in
[docs/deployment.md](../../../docs/deployment.md#helm).

`files/rules` and `files/dashboards` are links to the generated rules and dashboards of this repository, so that there
is one source of each; `helm package` puts the files themselves into the archive.

## Values

| value | default | meaning |
| --- | --- | --- |
"""


@dataclass(frozen=True)
class Value:
    """One thing that can be set."""

    path: str
    default: str
    meaning: str


def values(text: str) -> Iterator[Value]:
    """Every value that has a comment, in the order of the file."""
    defaults = yaml.safe_load(text)
    comment: str | None = None
    parents: list[str] = []
    for line in text.splitlines():
        if said := _COMMENT.fullmatch(line):
            comment = said["text"]
        elif found := _KEY.fullmatch(line):
            parents[len(found["indent"]) // 2 :] = [found["key"]]
            if comment is not None:
                yield Value(".".join(parents), _shown(_at(defaults, parents)), comment)
            comment = None


def page() -> str:
    """The README."""
    rows = (
        f"| `{value.path}` | {value.default} | {value.meaning} |"
        for value in values((CHART / "values.yaml").read_text(encoding="utf-8"))
    )
    return _HEAD + "\n".join(rows) + "\n"


def generate() -> dict[Path, str]:
    """Path to text of every generated file."""
    return {README: page()}


def _at(defaults: Any, path: list[str]) -> Any:
    for key in path:
        defaults = defaults[key]
    return defaults


def _shown(default: Any) -> str:
    """A default as one would write it; empty where there is none."""
    if default in ("", None):
        return ""
    return f"`{yaml.safe_dump(default, default_flow_style=True, width=1000).removesuffix(_END).strip()}`"


if __name__ == "__main__":
    (CHART / "README.md").write_text(page(), encoding="utf-8")
    sys.stdout.write(f"wrote {README}\n")
