"""The chart, rendered by Helm's own library."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import helm_python
import yaml

from tests.deploy.manifests import ROOT, documents

CHART = ROOT / "deploy" / "helm" / "drs-exporter"
SETS = sorted(path.name for path in (CHART / "ci").glob("*.yaml"))


def values(name: str) -> dict[str, Any]:
    """One of the chart's own sets of values."""
    loaded: dict[str, Any] = yaml.safe_load((CHART / "ci" / name).read_text(encoding="utf-8"))
    return loaded


def texts(given: dict[str, Any], name: str = "drs-exporter") -> dict[str, str]:
    """What the templates make of these values, by path."""
    return _rendered(json.dumps(given), name)


@cache
def _rendered(given: str, name: str) -> dict[str, str]:
    """Kept, because many tests look at the same."""
    with helm_python.Chart.load(CHART) as chart:
        rendered: dict[str, str] = chart.render(json.loads(given), name=name, namespace="monitoring")
        return rendered


def objects(given: dict[str, Any], name: str = "drs-exporter") -> list[dict[str, Any]]:
    """The objects these values make."""
    return [
        item for path, text in texts(given, name).items() if not path.endswith("NOTES.txt") for item in documents(text)
    ]


def findings(given: dict[str, Any]) -> Iterator[str]:
    """What Helm's lint has against the chart with these values; that it has no picture is known."""
    report = helm_python.lint(CHART, given, strict=True)
    yield from report["errors"]
    yield from (message["error"] for message in report["messages"] if message["error"] != "icon is recommended")


def archive(folder: Path) -> bytes:
    """The chart as `helm package` makes it."""
    return Path(helm_python.package(CHART, destination=folder)).read_bytes()


def secrets_named(config: dict[str, Any]) -> dict[str, str]:
    """A Secret with every file that the projects of a configuration name."""
    return {
        Path(path).name: "not-a-real-one"
        for project in config.get("projects", ())
        for key, path in project.items()
        if key.endswith("_file")
    }
