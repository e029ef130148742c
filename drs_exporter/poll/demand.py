"""What the settings and the fleet ask of the request budgets, and the word about it when that is too much."""

from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from drs_exporter.cloud.budget import Budget
from drs_exporter.cloud.lanes import Demand
from drs_exporter.cloud_eye.client import CloudEyeClient
from drs_exporter.drs.client import DrsClient
from drs_exporter.poll.collector import Collector
from drs_exporter.poll.context import Context
from drs_exporter.snapshot import BudgetUse

_ENOUGH: Final = 0.95
"""The utilisation below which a budget that was too small is large enough: not at every call a little more or less."""

log = structlog.get_logger()


class Demands:
    """Divides the budgets of one project by what its collectors need to keep their intervals."""

    def __init__(self, context: Context, collectors: Sequence[Collector], budgets: Mapping[str, Budget]) -> None:
        """The budgets are known by service."""
        self._context = context
        self._collectors = collectors
        self._budgets = budgets
        self._exceeded: set[str] = set()

    def share(self, keys: Mapping[str, Sequence[str]]) -> tuple[BudgetUse, ...]:
        """Divide anew for these keys of each collector; what is asked of each budget."""
        run = self._context.run()
        demands: dict[str, dict[str, Demand]] = {service: {} for service in self._budgets}
        for collector in self._collectors:
            interval = self._context.plan.interval(collector)
            demands[collector.service][collector.name] = Demand(
                operations=collector.operations,
                rate=collector.calls(run, keys.get(collector.name, ())) / interval,
                of_poll=collector.interval is None,
                ceiling=collector.ceiling,
            )
        uses = []
        for service, budget in self._budgets.items():
            budget.share(demands[service])
            uses.append(_use_of(service, budget))
            self._tell(uses[-1])
        return tuple(uses)

    def _tell(self, use: BudgetUse) -> None:
        """Log once that a budget is too small, and once that it is not any more."""
        part, name = use.utilization or 0.0, self._context.plan.name
        if use.remedy and use.service not in self._exceeded:
            self._exceeded.add(use.service)
            log.warning(
                "budget.exceeded",
                project=name,
                service=use.service,
                calls_needed=round(part * use.allowed, 2),
                calls_allowed=round(use.allowed, 2),
                change=use.remedy,
            )
        elif part < _ENOUGH and use.service in self._exceeded:
            self._exceeded.remove(use.service)
            log.info("budget.sufficient", project=name, service=use.service)


def _use_of(service: str, budget: Budget) -> BudgetUse:
    """What is asked of a budget, and what helps where that is too much."""
    use = budget.utilization
    remedy = "" if use is None or use <= 1 else _REMEDIES[budget.bound_by].format(rate=_RATES[service])
    return BudgetUse(service, _TITLES[service], use, budget.allowed, remedy)


_TITLES: Final = {client.service: client.title for client in (DrsClient, CloudEyeClient)}
_RATES: Final = {
    DrsClient.service: "max_requests_per_second",
    CloudEyeClient.service: "cloud_eye_max_requests_per_second",
}
"""The settings that limit the calls, by service."""
_LESS: Final = "or raise poll_interval or collector_intervals, or leave collectors out"
_REMEDIES: Final = {
    "rate": f"raise {{rate}}, {_LESS}",
    "places": f"raise max_concurrency, for calls last long, {_LESS}",
    "throttling": f"ask the cloud for a higher limit, {_LESS}: the service throttles this account",
}
"""What helps, by what limits the calls that can be made."""
