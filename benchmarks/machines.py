"""The machines under a driven fleet, as Cloud Eye would tell of them, in the place of a transport."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from drs_exporter.clock import Clock
from drs_exporter.cloud.answer import HttpAnswer
from drs_exporter.cloud.budget import Budget

LATENCY: Final = 0.3
"""Seconds that a call takes."""
_PAGE: Final = 1000


@dataclass
class Machines:
    """One for every job, known by its id, all metrics of it measured each minute and told two minutes later."""

    job_ids: tuple[str, ...]
    budget: Budget
    clock: Clock
    at: list[tuple[float, str]] = field(default_factory=list)
    """When each call was made."""
    asked: Counter[str] = field(default_factory=Counter)
    """How many metrics of each machine were asked for."""

    async def call(self, operation: str, _: str, _path: str, read: Any, *, query: Any = (), **more: Any) -> Any:
        """Answer within the budget."""
        async with self.budget.place(operation):
            self.at.append((self.clock.monotonic(), operation))
            await self.clock.sleep(LATENCY)
            self.budget.answered(operation)
            content = self._page(dict(query)) if operation == "ces_list_metrics" else self._data(more["body"])
            return read(HttpAnswer(200, {}, msgspec.json.encode(content)), operation=operation)

    def _page(self, query: Mapping[str, str]) -> Mapping[str, Any]:
        """A page of the machines that have a metric; its marker is where it ends."""
        start, total = int(query.get("start", "0")), len(self.job_ids)
        page = [
            {"metric_name": query["metric_name"], "dimensions": [{"name": "instance_id", "value": job_id}]}
            for job_id in self.job_ids[start : start + _PAGE]
        ]
        return {"metrics": page, "meta_data": {"total": total, "marker": str(start + len(page))}}

    def _data(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """What was measured, with a datapoint for each whole minute until two minutes ago."""
        newest = int(self.clock.time() - 120) // 60 * 60_000
        times = range(-(-body["from"] // 60_000) * 60_000, min(body["to"], newest) + 1, 60_000)
        points = [{"average": 3, "timestamp": at} for at in times]
        return {"metrics": [metric | {"datapoints": points} for metric in self._counted(body["metrics"])]}

    def _counted(self, metrics: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for metric in metrics:
            self.asked[metric["dimensions"][0]["value"]] += 1
            yield metric
