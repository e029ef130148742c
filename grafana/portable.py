"""The form of a dashboard that Grafana's import page and grafana.com read: it asks for the data source."""

import copy
from collections.abc import Mapping
from typing import Any, Final

_INPUT: Final = "DS_PROMETHEUS"
_GRAFANA: Final = "10.0.0"
_PANEL_NAMES: Final = {
    "alertlist": "Alert list",
    "bargauge": "Bar gauge",
    "heatmap": "Heatmap",
    "histogram": "Histogram",
    "stat": "Stat",
    "state-timeline": "State timeline",
    "table": "Table",
    "text": "Text",
    "timeseries": "Time series",
}


def portable(board: Mapping[str, Any]) -> dict[str, Any]:
    """The same dashboard with `__inputs` and `__requires`."""
    body = copy.deepcopy(dict(board))
    for variable in body["templating"]["list"]:
        if variable["type"] == "datasource":
            chosen = f"${{{_INPUT}}}"
            variable["current"] = {"selected": True, "text": chosen, "value": chosen}
    every = [inner for panel in board["panels"] for inner in (panel, *panel.get("panels", ()))]
    kinds = sorted({panel["type"] for panel in every} - {"row"})
    return {
        "__inputs": [
            {
                "name": _INPUT,
                "label": "Prometheus",
                "description": "The Prometheus that scrapes drs-exporter.",
                "type": "datasource",
                "pluginId": "prometheus",
                "pluginName": "Prometheus",
            }
        ],
        "__elements": {},
        "__requires": [
            {"type": "grafana", "id": "grafana", "name": "Grafana", "version": _GRAFANA},
            {"type": "datasource", "id": "prometheus", "name": "Prometheus", "version": "1.0.0"},
            *({"type": "panel", "id": kind, "name": _PANEL_NAMES[kind], "version": ""} for kind in kinds),
        ],
        "id": None,
        **body,
    }
