"""Answers to a panel's queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.grafana.prometheus import Prometheus, Series
from tests.grafana.templates import Period, substitute, times

_POINTS: Final = 240


@dataclass(frozen=True)
class Scene:
    """What a dashboard's queries are put to."""

    prometheus: Prometheus
    period: Period
    values: Mapping[str, str]
    """Of its variables."""


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
