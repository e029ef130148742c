"""Every generated file of this folder, from the sources beside it: `python -m grafana.generate` writes them."""

import json
from pathlib import Path
from typing import Any, Final

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard

from grafana.batches import batches_dashboard
from grafana.exporter import exporter_dashboard
from grafana.fleet import fleet_dashboard
from grafana.job import job_dashboard
from grafana.portable import portable
from grafana.sidecar_manifest import manifest

HERE: Final = Path("grafana")
"""Relative to the repository, as are all paths of generated files."""


def dashboards() -> tuple[dashboard.Dashboard, ...]:
    """All dashboards, in the order of the documentation."""
    return (fleet_dashboard(), job_dashboard(), batches_dashboard(), exporter_dashboard())


def plain(board: dashboard.Dashboard) -> dict[str, Any]:
    """The dashboard as Grafana stores it."""
    stored: dict[str, Any] = json.loads(json.dumps(board, cls=JSONEncoder))
    return stored


def generate() -> dict[Path, str]:
    """Path to text of every generated file."""
    files: dict[Path, str] = {}
    for board in map(plain, dashboards()):
        uid = board["uid"]
        files[HERE / "dashboards" / f"{uid}.json"] = _text(board)
        files[HERE / "import" / f"{uid}.json"] = _text(portable(board))
        files[HERE / "sidecar" / f"{uid}.yaml"] = manifest(board)
    return files


def _text(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    root = Path(__file__).parent.parent
    for path, text in ((root / place, text) for place, text in generate().items()):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
