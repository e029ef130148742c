"""The committed dashboards and their parts, for tests to go through."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import promql_parser

ROOT: Final = Path(__file__).resolve().parents[2]
UIDS: Final = ("drs-fleet", "drs-job", "drs-batches", "drs-exporter")

_SAMPLES: Final = {
    "__rate_interval": "8869991s",
    "__interval": "4867857s",
    "__range": "6069771s",
    "__range_s": "9397795485",
}
"""Grafana's own variables, with samples that no query holds by itself."""


def board(uid: str, folder: str = "dashboards") -> dict[str, Any]:
    """One committed dashboard."""
    found: dict[str, Any] = json.loads((ROOT / "grafana" / folder / f"{uid}.json").read_text(encoding="utf-8"))
    return found


def panels(of: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Its panels, row titles apart, those of closed rows too."""
    every = [inner for panel in of["panels"] for inner in (panel, *panel.get("panels", ()))]
    return [panel for panel in every if panel["type"] != "row"]


def variables(of: Mapping[str, Any], kind: str = "query") -> list[dict[str, Any]]:
    """Its template variables of one type."""
    return [variable for variable in of["templating"]["list"] if variable["type"] == kind]


@dataclass(frozen=True)
class Target:
    """One query and where it stands."""

    uid: str
    panel: str
    letter: str
    expr: str

    def __str__(self) -> str:
        return f"{self.uid}: {self.panel} {self.letter}"


def targets(*uids: str) -> list[Target]:
    """Every query of the dashboards."""
    return [
        Target(uid, panel["title"], target["refId"], target["expr"])
        for uid in uids or UIDS
        for panel in panels(board(uid))
        for target in panel.get("targets", ())
    ]


def expanded(expr: str) -> str:
    """The query with samples for Grafana's own variables; others stand only inside of quotes and stay."""
    return re.sub(r"\$(__\w+)", lambda match: _SAMPLES[match[1]], expr)


@cache
def nodes(expr: str) -> Sequence[tuple[promql_parser.Expr, Sequence[promql_parser.Expr]]]:
    """Every node of a parsed query with those above it, outermost first."""
    stack: list[promql_parser.Expr] = []
    found: list[tuple[promql_parser.Expr, Sequence[promql_parser.Expr]]] = []

    def enter(node: promql_parser.Expr) -> bool:
        found.append((node, tuple(stack)))
        stack.append(node)
        return True

    def leave(_: promql_parser.Expr) -> bool:
        stack.pop()
        return True

    promql_parser.walk(promql_parser.parse(expanded(expr)), enter, leave)
    return found


def is_recorded(selector: promql_parser.VectorSelector) -> bool:
    """Whether the rules record this series: it comes from no scrape, so it has neither `job` nor `instance`."""
    return (selector.name or "").startswith("drs:")


def selectors(expr: str) -> list[promql_parser.VectorSelector]:
    """Every series selector of a query, those of ranges included."""
    return [node for node, _ in nodes(expr) if isinstance(node, promql_parser.VectorSelector)]
