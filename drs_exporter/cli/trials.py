"""Tries every operation that the configured collectors need, once, and notes what came of it."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from drs_exporter.clock import Clock
from drs_exporter.cloud_eye.client import METRICS, OPERATIONS, MetricOf
from drs_exporter.drs.pages import Listing
from drs_exporter.errors import ApiConnectionError, ApiError, ApiStatusError, ApiTimeoutError, Refusal
from drs_exporter.parse import instances
from drs_exporter.parse.details import async_jobs
from drs_exporter.parse.jobs import Listed, listing
from drs_exporter.parse.values import Reader
from drs_exporter.poll import Clients
from drs_exporter.poll.collectors.jobs import ONLY_V5
from drs_exporter.settings import ProjectSettings
from drs_exporter.status import DELAY_PHASES, PROGRESS_PHASES, Phase, phase_of

_BATCH: Final = 100
_SMALL_BATCH: Final = 10
_RECOVERY: Final = "cloudDataGuard"
DIAGNOSIS: Final = ("dr_monitor", "monitor_data", "dirty_data", "components")
_FEW_METRICS: Final = 10
"""So many every Cloud Eye takes at once."""
_RECENT: Final = 600
"""Seconds in which a machine that runs was measured."""


@dataclass(frozen=True)
class Trial:
    """One operation that was tried, or why it was not."""

    operation: str
    seconds: float | None = None
    seen: int | None = None
    """Jobs, batches, quotas, machines or metrics in the answer."""
    error: ApiError | None = None
    skipped: str = ""

    @property
    def missing(self) -> bool:
        """The cloud does not have it, or not for this user, which is no fault as long as jobs can be listed."""
        if self.operation.startswith("list_jobs"):
            return False
        if self.operation in DIAGNOSIS and self._refused_as(Refusal.REQUEST):
            return True  # not every pair of engines has it
        return self.unsupported or (self.operation in OPERATIONS and self._refused_as(Refusal.PERMISSION))

    @property
    def unsupported(self) -> bool:
        """The answer was that there is no such operation."""
        return self._refused_as(Refusal.UNSUPPORTED)

    def _refused_as(self, refusal: Refusal) -> bool:
        return isinstance(self.error, ApiStatusError) and self.error.refusal is refusal

    @property
    def failed(self) -> bool:
        """Something has to be done about it."""
        return self.error is not None and not self.missing


class Trials:
    """The operations of one project, tried in a row."""

    def __init__(self, clients: Clients, project: ProjectSettings, clock: Clock) -> None:
        """Nothing was tried yet."""
        self.results: list[Trial] = []
        self._client = clients.drs
        self._cloud_eye = clients.cloud_eye
        self._project = project
        self._clock = clock
        self.jobs: list[Listed] = []
        """Of every listing that could be read, before any filter."""

    async def run(self) -> None:
        """Try everything; after a failed sign-in, or where nothing can be reached, the rest is not tried."""
        if await self._try("sign_in", self._client.sign_in) and await self._list():
            await self._ask_about_jobs()
            await self._ask_v5()
            if "quotas" in self._project.collectors:
                await self._try("quotas", self._client.quotas)
            if "diagnosis" in self._project.collectors:
                await self._ask_diagnosis()
            if "cloud_eye" in self._project.collectors:
                await self._ask_cloud_eye()

    async def _try(self, operation: str, call: Callable[[], Awaitable[Any]]) -> bool:
        """Note how a call went; whether it succeeded."""
        started = self._clock.monotonic()
        try:
            answer = await call()
        except ApiError as exc:
            self.results.append(Trial(operation, self._clock.monotonic() - started, error=exc))
            return False
        seen = len(answer) if isinstance(answer, Sequence) else None
        self.results.append(Trial(operation, self._clock.monotonic() - started, seen=seen))
        return True

    async def _list(self) -> bool:
        """List every scenario; whether going on makes sense."""
        reached = False
        for scenario in self._project.scenarios:
            only_v5 = scenario in ONLY_V5
            listed = False if only_v5 else await self._list_by("list_jobs", self._client.list_jobs, scenario)
            if only_v5 or self.results[-1].unsupported:
                older = self.results[:] if only_v5 else self.results[:-1]
                listed = await self._list_by("list_jobs_v5", self._client.list_jobs_v5, scenario)
                if listed:
                    self.results[:-1] = older  # one has taken the other's place: nothing is missing
                elif not only_v5 and self.results[-1].unsupported:
                    self.results.pop()
            reached |= listed
            if isinstance(self.results[-1].error, ApiConnectionError | ApiTimeoutError):
                break  # the others would be waited for as long, in vain
        return reached

    async def _list_by(self, operation: str, list_jobs: Callable[..., Awaitable[Listing[Any]]], scenario: str) -> bool:
        """List one scenario by one operation; whether that succeeded."""

        async def call() -> list[Listed]:
            answer = await list_jobs(scenario, enterprise_project_id=self._project.enterprise_project_id)
            found = listing(answer.items, scenario, Reader(zone=self._project.time_zone))
            self.jobs += found.values()
            return list(found.values())

        return await self._try(f"{operation} {scenario}", call)

    async def _ask_about_jobs(self) -> None:
        """The batch operations, for the first jobs that the exporter would ask about."""
        alive = [job for job in self.jobs if job.status and phase_of(job.status) is not Phase.STOPPED]
        moving = [job for job in alive if job.status and phase_of(job.status) in PROGRESS_PHASES]
        recovery = [job for job in alive if job.info.db_use_type == _RECOVERY]
        client = self._client
        for collector, operation, call, candidates, most in (
            ("status", "batch_status", client.batch_status, alive, _BATCH),
            ("progress", "batch_progress", client.batch_progress, moving, _BATCH),
            ("rpo_rto", "batch_rpo_rto", client.batch_rpo_rto, recovery, _SMALL_BATCH),
            ("details", "batch_detail", client.batch_detail, alive, _SMALL_BATCH),
        ):
            if collector in self._project.collectors:
                await self._ask(operation, call, candidates[:most])

    async def _ask(
        self, operation: str, call: Callable[[Sequence[str]], Awaitable[Any]], jobs: Iterable[Listed]
    ) -> None:
        """One batch, if there is any job for it."""
        job_ids = [job.id for job in jobs]
        if job_ids:
            await self._try(operation, lambda: call(job_ids))
        else:
            self.results.append(Trial(operation, skipped="no job to ask about"))

    async def _ask_v5(self) -> None:
        """The v5 operations of the collectors that are on."""
        if "async_jobs" in self._project.collectors:
            await self._ask_async_jobs()
        if "job_detail" in self._project.collectors:
            candidates = [job.id for job in self.jobs if job.status and phase_of(job.status) is not Phase.STOPPED]
            if candidates:
                await self._try("job_detail", lambda: self._client.job_detail(candidates[0], "detail"))
            else:
                self.results.append(Trial("job_detail", skipped="no job to ask about"))

    async def _ask_async_jobs(self) -> None:
        """The list of asynchronous batches, and the detail of the first of them."""
        found: list[str] = []

        async def call() -> list[str]:
            found.extend(batch.id for batch in async_jobs(await self._client.list_async_jobs(), Reader()))
            return found

        if not await self._try("list_async_jobs", call):
            return
        if not found:
            self.results.append(Trial("async_job_detail", skipped="no batch to ask about"))
            return

        async def detail() -> object:
            answer = await self._client.async_job_detail(found[0])
            return answer.items

        await self._try("async_job_detail", detail)

    async def _ask_diagnosis(self) -> None:
        """What is asked about one job at a time, for one that it says most of."""
        running = [job for job in self.jobs if job.status and phase_of(job.status) in DELAY_PHASES]
        recovery = [job for job in running if job.info.db_use_type == _RECOVERY]
        client = self._client
        await self._ask("dr_monitor", client.dr_monitor, recovery[:1])
        await self._ask("monitor_data", lambda job_ids: client.monitor_data(job_ids[0]), running[:1])
        await self._ask("dirty_data", lambda job_ids: client.dirty_data(job_ids[0]), running[:1])
        await self._ask("components", lambda job_ids: client.components(job_ids[0]), running[:1])

    async def _ask_cloud_eye(self) -> None:
        """Which machines there are, and what was measured of one of them."""
        machines: list[str] = []

        async def call() -> list[str]:
            machines.extend(sorted(instances.listed(await self._cloud_eye.list_metrics(), Reader())))
            return machines

        if not await self._try("ces_list_metrics", call):
            return
        if not machines:
            self.results.append(Trial("ces_data", skipped="no machine to ask about"))
            return
        known = {job.id for job in self.jobs}
        machine = next((machine for machine in machines if machine in known), machines[0])
        metrics = [MetricOf(name, machine) for name in METRICS[:_FEW_METRICS]]
        now = int(self._clock.time())

        async def measured() -> object:
            return await self._cloud_eye.data(metrics, since=(now - _RECENT) * 1000, until=now * 1000)

        await self._try("ces_data", measured)
