"""Template variables: their values as Grafana would find them, and their place in queries as Grafana would put them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.grafana.prometheus import Prometheus, Series

_ALL: Final = "$__all"
_LABEL_VALUES: Final = re.compile(r"label_values\((?P<selector>.+),\s*(?P<label>\w+)\)", re.DOTALL)
_QUERY_RESULT: Final = re.compile(r"query_result\((?P<expr>.+)\)", re.DOTALL)
_REFERENCE: Final = re.compile(r"\$(?:\{(?P<braced>\w+)(?::(?P<form>\w+))?\}|(?P<plain>\w+))")


@dataclass(frozen=True)
class Period:
    """The time range shown."""

    start: float
    end: float
    scrape_interval: float = 60

    def step(self, points: int) -> float:
        """Seconds between points, never finer than the scrapes."""
        return max(self.scrape_interval, (self.end - self.start) / points)


def substitute(text: str, values: Mapping[str, str]) -> str:
    """Each `$name`, `${name}` and `${name:format}` by its value; what is no variable stays as it is."""

    def value(match: re.Match[str]) -> str:
        name = match["braced"] or match["plain"]
        return values.get(name, match[0])

    return _REFERENCE.sub(value, text)


def times(period: Period, step: float) -> dict[str, str]:
    """Grafana's own variables of time."""
    window = max(step + period.scrape_interval, 4 * period.scrape_interval)
    span = round(period.end - period.start)
    return {
        "__rate_interval": f"{round(window)}s",
        "__interval": f"{round(step)}s",
        "__range": f"{span}s",
        "__range_s": str(span),
    }


def resolve(
    board: Mapping[str, Any], prometheus: Prometheus, period: Period, chosen: Mapping[str, str]
) -> dict[str, str]:
    """Every variable's text in queries: what was chosen, else the default or first value."""
    values: dict[str, str] = {}
    for variable in board["templating"]["list"]:
        name = variable["name"]
        if name in chosen:
            values[name] = chosen[name]
        elif variable["type"] != "query":
            values[name] = "" if variable["type"] == "textbox" else name
        elif _is_all(variable):
            values[name] = variable["allValue"]
        else:
            options = options_of(variable, prometheus, period, values)
            values[name] = options[0] if options else ""
    return values


def options_of(
    variable: Mapping[str, Any], prometheus: Prometheus, period: Period, values: Mapping[str, str]
) -> list[str]:
    """What a query variable offers to choose from."""
    query = substitute(variable["query"]["query"], values)
    if labelled := _LABEL_VALUES.fullmatch(query):
        return prometheus.label_values(labelled["label"], labelled["selector"], period.start, period.end)
    result = _QUERY_RESULT.fullmatch(query)
    if result is None:
        raise ValueError(f"neither label_values nor query_result: {query!r}")
    lines = [_line(series) for series in prometheus.now(result["expr"], period.end)]
    pattern = re.compile(variable["regex"].strip("/").replace("(?<", "(?P<"))
    return [match["value"] for line in lines if (match := pattern.search(line))]


def _is_all(variable: Mapping[str, Any]) -> bool:
    return bool(variable.get("includeAll")) and variable.get("current", {}).get("value") == [_ALL]


def _line(series: Series) -> str:
    labels = ",".join(f'{name}="{value}"' for name, value in sorted(series.labels.items()))
    time, value = series.samples[-1]
    return f"{{{labels}}} {value:g} {time * 1000:.0f}"
