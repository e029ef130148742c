"""Answers of a panel's queries, in the shapes Grafana makes of them before drawing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from grafana.preview.prometheus import Prometheus, Series
from grafana.preview.variables import Period, substitute, times

_LEGEND: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_POINTS: Final = 240

Row = dict[str, object]


@dataclass(frozen=True)
class Named:
    """A series under the name its legend gives."""

    name: str
    series: Series


@dataclass(frozen=True)
class Scene:
    """What a dashboard is drawn from."""

    prometheus: Prometheus
    period: Period
    values: Mapping[str, str]
    """Of its variables."""
    marks: Sequence[tuple[float, str]] = ()
    """When alerts began, and the colour of their marks."""


def ask(panel: Mapping[str, Any], scene: Scene) -> list[list[Series]]:
    """Each target's answer, in their order."""
    prometheus, period = scene.prometheus, scene.period
    step = period.step(int(panel.get("maxDataPoints") or _POINTS))
    known = {**scene.values, **times(period, step)}
    answers = []
    for target in panel.get("targets", ()):
        expr = substitute(target["expr"], known)
        if target["instant"]:
            answers.append(prometheus.now(expr, period.end))
        else:
            start = period.start // step * step
            answers.append(prometheus.over_time(expr, start, period.end, step))
    return answers


def named(panel: Mapping[str, Any], answers: Sequence[Sequence[Series]]) -> list[Named]:
    """Series of all targets with their legends filled in."""
    return [
        Named(_legend(target.get("legendFormat", ""), series), series)
        for target, answer in zip(panel["targets"], answers, strict=True)
        for series in answer
    ]


def merged(panel: Mapping[str, Any], answers: Sequence[Sequence[Series]]) -> list[Row]:
    """Rows over all targets, merged by the labels that all the answers share, as Grafana's `merge` does."""
    frames = {target["refId"]: answer for target, answer in zip(panel["targets"], answers, strict=True) if answer}
    alone = len(frames) == 1
    shared = (
        set.intersection(*({name for series in answer for name in series.labels} for answer in frames.values()))
        if frames
        else set()
    )
    rows: dict[tuple[str, ...], list[Row]] = {}
    for letter, answer in frames.items():
        value = "Value" if alone else f"Value #{letter}"
        for series in answer:
            row: Row = {**series.labels, value: series.samples[-1][1]}
            group = rows.setdefault(tuple(series.labels.get(name, "") for name in sorted(shared)), [])
            for other in group:
                if all(other.get(name, content) == content for name, content in row.items()):
                    other.update(row)
                    break
            else:
                group.append(row)
    return [row for group in rows.values() for row in group]


def _legend(form: str, series: Series) -> str:
    if form:
        return _LEGEND.sub(lambda match: series.labels.get(match[1], ""), form)
    return ", ".join(f"{name}={value}" for name, value in series.labels.items())
