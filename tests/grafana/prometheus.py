"""The few questions a dashboard asks a Prometheus."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Series:
    """Labels and samples (Unix time, value)."""

    labels: Labels
    samples: Sequence[tuple[float, float]]


class QueryRefusedError(Exception):
    """Prometheus would not answer; the message is its own."""


@dataclass(frozen=True)
class Prometheus:
    """A Prometheus by its base URL."""

    url: str
    timeout: float = 30

    def now(self, expr: str, at: float) -> list[Series]:
        """An instant query."""
        data = self._get("query", query=expr, time=f"{at:.3f}")
        if data["resultType"] == "scalar":
            return [Series({}, [_sample(data["result"])])]
        return [Series(row["metric"], [_sample(row["value"])]) for row in data["result"]]

    def over_time(self, expr: str, start: float, end: float, step: float) -> list[Series]:
        """A range query."""
        data = self._get("query_range", query=expr, start=f"{start:.3f}", end=f"{end:.3f}", step=f"{step:g}")
        return [Series(row["metric"], [_sample(pair) for pair in row["values"]]) for row in data["result"]]

    def label_values(self, label: str, selector: str, start: float, end: float) -> list[str]:
        """The values of a label on the series that match, sorted."""
        times = {"start": f"{start:.3f}", "end": f"{end:.3f}"}
        values: list[str] = self._get(f"label/{label}/values", **{"match[]": selector}, **times)
        return sorted(values)

    def _get(self, path: str, **parameters: str) -> Any:
        address = f"{self.url}/api/v1/{path}?{urlencode(parameters)}"
        try:
            with urlopen(address, timeout=self.timeout) as answer:  # noqa: S310 - an address the user typed
                body = json.load(answer)
        except HTTPError as exc:
            raise QueryRefusedError(exc.read().decode(errors="replace")) from exc
        return body["data"]


def _sample(pair: Sequence[Any]) -> tuple[float, float]:
    return float(pair[0]), float(pair[1])
