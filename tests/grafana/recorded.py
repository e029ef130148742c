"""What recording rules would have recorded of a time that is over, evaluated by Prometheus itself."""

import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import yaml

from deploy.rules.groups import RECORDS
from deploy.rules.promises import PROMISE_RECORDS
from deploy.rules.rule import Record, limits, promql
from tests.grafana.boards import targets
from tests.grafana.running import prometheus
from tests.grafana.templates import Period
from tools.programs import path_of

_NAME: Final = re.compile(r"\bdrs:[\w:]+")
_KNOWN: Final = {record.name: record for record in (*RECORDS, *PROMISE_RECORDS)}
"""In the order in which Prometheus evaluates them."""


def shown() -> set[str]:
    """The recorded series that dashboards show."""
    return {name for target in targets() for name in _NAME.findall(target.expr)}


def expression(record: Record) -> str:
    """Its PromQL."""
    return promql(record.expr, limits())


def passes(wanted: Iterable[str]) -> Iterator[list[Record]]:
    """These series and all they are made from, in groups of which each reads the ones before it only.

    What a rule remembers of its own past, or of a later rule's, there is none of: it begins anew at every moment.
    """
    order = list(_KNOWN)
    reads: dict[str, set[str]] = {}
    left = set(wanted)
    while left:
        name = left.pop()
        found = _NAME.findall(expression(_KNOWN[name]))
        reads[name] = {other for other in found if order.index(other) < order.index(name)}
        left |= reads[name] - reads.keys()
    done: set[str] = set()
    while due := {name for name, read in reads.items() if name not in done and read <= done}:
        yield [_KNOWN[name] for name in sorted(due)]
        done |= due


def record_rules(folder: Path, period: Period, names: Iterable[str]) -> None:
    """Add to the folder's blocks what the rules record of these hours under these names.

    promtool knows no rule's result while it evaluates the next: each pass gets a Prometheus that has loaded the last.
    """
    for number, records in enumerate(passes(names)):
        rules = [{"record": record.name, "expr": expression(record)} for record in records]
        file = folder / f"rules-{number}.yml"
        file.write_text(yaml.safe_dump({"groups": [{"name": "recorded", "rules": rules}]}))
        with prometheus(folder) as server:
            command: list[str | Path] = [
                path_of("promtool"),
                "tsdb",
                "create-blocks-from",
                "rules",
                f"--url={server.url}",
                f"--start={period.start:.0f}",
                f"--end={period.end:.0f}",
                f"--eval-interval={period.scrape_interval:.0f}s",
                f"--output-dir={folder / 'data'}",
                file,
            ]
            subprocess.run(command, check=True, capture_output=True)
