"""A whole project on a clock that runs ahead: hours of pace in seconds, with no network and no waiting."""

import asyncio
import selectors
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import msgspec

from benchmarks.machines import Machines
from drs_exporter.clock import SystemClock
from drs_exporter.cloud.answer import HttpAnswer
from drs_exporter.cloud.budget import Budget
from drs_exporter.cloud.observer import Observer
from drs_exporter.cloud_eye.client import CloudEyeClient
from drs_exporter.drs.client import DrsClient
from drs_exporter.errors import ApiStatusError, Refusal
from drs_exporter.poll import Clients, Pace, Plan
from drs_exporter.poll.state import State
from drs_exporter.snapshot import Project

T = TypeVar("T")

BATCH: Final = 30
"""Jobs of one async batch."""
LATENCY: Final = 0.2
"""Seconds that a call takes."""
_TRIES: Final = 3

_ALONE: Final[Mapping[str, Mapping[str, Any]]] = {
    "dirty_data": {"count": 0},
    "components": {"increment_components_list": [{"type": "capture", "status": "STARTED", "delay": 0}]},
    "quotas": {"quotas": {"resource": {"type": "instance", "quota": 9, "used": 1}}},
}
"""Answers to operations that ask about one thing."""


class AtOnce(ThreadPoolExecutor):
    """Runs what is submitted in the thread that submits it, or time would run on meanwhile."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        """Run it now."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as exc:  # noqa: BLE001 - whoever waits for it gets it
            future.set_exception(exc)
        return future


class _Selector(selectors.SelectSelector):
    """Nobody is waited for: the time that would be waited has passed."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Look, and let the time pass."""
        self.passed += timeout or 0.0
        return super().select(0)


class DrivenLoop(asyncio.SelectorEventLoop):
    """An event loop on which time passes only when there is nothing to do, and then at once."""

    def __init__(self) -> None:
        """Begin at zero."""
        self._ahead = _Selector()
        super().__init__(self._ahead)
        self.set_default_executor(AtOnce())

    def time(self) -> float:
        """Seconds since the beginning."""
        return self._ahead.passed


class DrivenClock(SystemClock):
    """The clock of the running driven loop."""

    def time(self) -> float:
        """Unix time."""
        return 1_700_000_000.0 + self.monotonic()

    def monotonic(self) -> float:
        """Seconds since the loop began."""
        return asyncio.get_running_loop().time()


@dataclass
class Fleet:
    """A cloud in the place of a transport: so many jobs, a tenth of them disaster recovery, a third in batches."""

    jobs: int
    budget: Budget
    clock: DrivenClock
    concurrency: int = 4
    per_minute: int | None = None
    """Calls that the account may make in each minute of the clock."""
    calls: Counter[str] = field(default_factory=Counter)
    at: list[tuple[float, str]] = field(default_factory=list)
    """When each call was made."""
    throttles: Mapping[str, float] = field(default_factory=dict)
    """Operations that are throttled by themselves, and how many seconds lie between two calls that are not."""
    throttled: int = 0
    cut_off: set[str] = field(default_factory=set)
    """Jobs that have failed, for their source cannot be reached."""
    _free_at: dict[str, float] = field(default_factory=dict)

    async def call(self, operation: str, _: str, path: str, read: Any, *, query: Any = (), **more: Any) -> Any:
        """Answer within the budget; what is throttled is tried again as the transport does."""
        for last in (False, False, True):
            async with self.budget.place(operation):
                now = self.clock.monotonic()
                self.at.append((now, operation))
                self.calls[operation] += 1
                await self.clock.sleep(LATENCY)
                if self._allowed(operation, now):
                    self.budget.answered(operation)
                    body = msgspec.json.encode(self._content(operation, path, more.get("body") or {}, dict(query)))
                    return read(HttpAnswer(200, {}, body), operation=operation)
                self.throttled += 1
                self.budget.throttled(operation, error_code="APIGW.0308", retry_after=None)
            if last:
                raise ApiStatusError("throttled", operation=operation, refusal=Refusal.THROTTLED, status=429)
        raise AssertionError(_TRIES)

    def _allowed(self, operation: str, now: float) -> bool:
        """Whether the operation, and the account in this minute, may make one more call."""
        if now < self._free_at.get(operation, 0.0):
            return False
        self._free_at[operation] = now + self.throttles.get(operation, 0.0)
        if self.per_minute is None:
            return True
        minute = now // 60
        made = sum(1 for at, _ in self.at[-10 * self.per_minute :] if at // 60 == minute)
        return made <= self.per_minute

    def job_ids(self) -> list[str]:
        """Every job."""
        return [job_id for scenario in ("cloudDataGuard", "sync", "migration") for job_id in self._ids(scenario)]

    def _status(self, job_id: str) -> str:
        return "INCRE_TRANSFER_FAILED" if job_id in self.cut_off else "INCRE_TRANSFER_STARTED"

    def _ids(self, scenario: str) -> list[str]:
        tenth = self.jobs // 10
        found = {"cloudDataGuard": range(tenth), "sync": range(tenth, self.jobs // 2)}
        return [f"job-{number:05}" for number in found.get(scenario, range(self.jobs // 2, self.jobs))]

    def _content(
        self, operation: str, path: str, body: Mapping[str, Any], query: Mapping[str, str]
    ) -> Mapping[str, Any]:
        match operation:
            case "list_jobs":
                ids, start = self._ids(body["db_use_type"]), (body["cur_page"] - 1) * 100
                page = [
                    {"id": key, "name": key, "status": self._status(key), "db_use_type": body["db_use_type"]}
                    for key in ids[start : start + 100]
                ]
                return {"jobs": page, "total_record": len(ids)}
            case "list_async_jobs":
                batches = [
                    {"async_job_id": f"batch-{number}", "status": "COMMIT_SUCCESS"}
                    for number in range(self.jobs // 3 // BATCH)
                ]
                offset = int(query["offset"])
                return {"jobs": batches[offset : offset + 100], "total_count": len(batches)}
            case "async_job_detail":
                first = int(path.rsplit("-", 1)[1]) * BATCH
                members = [
                    {"id": f"job-{number:05}", "status": "INCRE_TRANSFER_STARTED", "base_info": {"expired_days": 14}}
                    for number in range(first, first + BATCH)
                ]
                return {"jobs": members[int(query["offset"]) :], "total_count": len(members)}
            case "monitor_data":
                return {"is_src_normal": path.rsplit("/", 2)[1] not in self.cut_off, "is_dst_normal": True}
            case "dirty_data" | "components" | "quotas":
                return _ALONE[operation]
            case "dr_monitor":
                told: dict[str, Any] = {"data_guard_minitor": {"src_normal": True, "dst_normal": True}}
            case "batch_status":
                told = {}
            case "batch_progress":
                told = {"incre_trans_delay": "3", "progress": "100"}
            case "batch_rpo_rto":
                told = {"rpo_info": {"delay": "1500"}, "rto_info": {"delay": "2500"}}
            case _:
                told = {"alarm_notify": {"delay_time": 60}, "create_time": "1608274919000"}
        results = list(self._results(operation, told, body["jobs"]))
        return {"results": results, "count": len(results)}

    def _results(self, operation: str, told: Mapping[str, Any], job_ids: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        """What is told of each job of a batch."""
        key = "id" if operation in {"batch_status", "batch_detail", "dr_monitor"} else "job_id"
        for job_id in job_ids:
            status = {"status": self._status(job_id)} if operation == "batch_status" else {}
            yield {key: job_id, **told, **status}


class Driven:
    """The pace of one such fleet, and everything it published with its time."""

    def __init__(
        self,
        jobs: int,
        *,
        rate: float = 10.0,
        cloud_eye_rate: float = 7.0,
        per_minute: int | None = None,
        concurrency: int = 4,
        **plan: Any,
    ) -> None:
        """On the settings' defaults, but for what is named; only within a driven loop."""
        self.clock = DrivenClock()
        self.budget = Budget(rate=rate, concurrency=concurrency, clock=self.clock, observer=Observer())
        self.fleet = Fleet(jobs, self.budget, self.clock, per_minute=per_minute)
        self.published: list[tuple[float, Project]] = []
        self.crashes = 0
        transport: Any = self.fleet
        beside = Budget(rate=cloud_eye_rate, concurrency=concurrency, clock=self.clock, observer=Observer())
        self.machines = Machines(tuple(self.fleet.job_ids()), beside, self.clock)
        machines: Any = self.machines
        self.pace = Pace(
            Plan(name="prod", project_id="p", **plan),
            Clients(drs=DrsClient(transport), cloud_eye=CloudEyeClient(machines)),
            {"drs": self.budget, "cloud_eye": beside},
            clock=self.clock,
            publish=self._publish,
            unreadable=lambda *_: None,
            crashed=self._crashed,
            state=State(),
        )

    async def last(self, seconds: float) -> None:
        """Run for so long."""
        running = asyncio.create_task(self.pace.run(), name="poll prod")
        await asyncio.sleep(seconds)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    async def _publish(self, snapshot: Project) -> None:
        self.published.append((self.clock.monotonic(), snapshot))

    def _crashed(self) -> None:
        self.crashes += 1


def drive(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run this on a driven loop of its own."""
    loop = DrivenLoop()
    try:
        return loop.run_until_complete(work())
    finally:
        loop.close()
