"""The simulated cloud: IAM, DRS, Cloud Eye and a machine's metadata on one loopback port, over real HTTP."""

import time as clock
from collections import Counter, deque
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Final, Self

from aiohttp import web

from drs_exporter.simulator.cloud_eye import CloudEye
from drs_exporter.simulator.control import Control
from drs_exporter.simulator.exchange import Exchange
from drs_exporter.simulator.faults import Faults, Setting
from drs_exporter.simulator.fleet import Fleet
from drs_exporter.simulator.gateway import Gateway, Handler, SeenRequest
from drs_exporter.simulator.identity import Account, Identity
from drs_exporter.simulator.metadata import Metadata
from drs_exporter.simulator.operations_diagnosis import OperationsDiagnosis
from drs_exporter.simulator.operations_v3 import Answer, OperationsV3
from drs_exporter.simulator.operations_v5 import AsyncBatch, OperationsV5
from drs_exporter.simulator.private import PRIVATE
from drs_exporter.simulator.refusal import Refused, as_cloud_eye, no_such_operation
from drs_exporter.simulator.truth import SimulatedJob, truth
from drs_exporter.simulator.wire_diagnosis import WireDiagnosis
from drs_exporter.simulator.worldtime import WorldTime

_PATIENCE: Final = 0.5
"""Seconds that requests under way have when the cloud stops."""


class SimulatedCloud:
    """One project of a cloud that does not exist, with jobs that live, fail and recover."""

    project_id = "054ba152d480d55b2f5dc0069e7d1a01"
    region = "sim-north-1"
    username = "drs-exporter"
    password = "sim-iam-password-2b6e"  # noqa: S105 - of an account that does not exist
    domain_name = "sim-domain"
    access_key = "SIMAK0123456789ABCDE"
    secret_key = "sim-secret-key-c4d80f1ba97e"  # noqa: S105 - as above

    def __init__(
        self,
        *,
        jobs: int = 40,
        seed: int = 1,
        speed: float = 1.0,
        now: Callable[[], float] = clock.time,
        project_id: str | None = None,
        v3: bool = True,
        v5: bool = True,
        metrics_per_call: int | None = None,
        faults: Iterable[Setting] = (),
    ) -> None:
        """Draw the fleet; `speed` multiplies simulated time, `now` is the clock everything runs by.

        Without `v5` it is the second cloud, whose Cloud Eye takes 10 metrics a call where the first takes 500.
        """
        self.project_id = project_id or self.project_id
        self.time = WorldTime(now=now, speed=speed)
        self.fleet = Fleet(seed=seed, jobs=jobs, time=self.time)
        self.faults = Faults(seed=seed)
        for setting in faults:
            self.faults.add(setting)
        account = Account(
            self.project_id,
            self.region,
            self.username,
            self.password,
            self.domain_name,
            self.access_key,
            self.secret_key,
        )
        self.identity = Identity(account, now=now, seed=seed)
        self.metadata = Metadata(self.identity, now=now)
        self._v3 = OperationsV3(self.fleet, self.time)
        self._v5 = OperationsV5(self.fleet, self.time, seed=seed, domain_name=self.domain_name)
        self._v3.supported = v3
        self._v5.supported = v5
        self._diagnosis = OperationsDiagnosis(self._v3, self._v5, WireDiagnosis(self.fleet, self.time))
        self.cloud_eye = CloudEye(self.fleet, self.time, batch=metrics_per_call or (500 if v5 else 10), nodes=v5)
        self._gateway = Gateway(self.faults, self.time)
        self.url = ""
        self._runner: web.AppRunner | None = None

    @property
    def calls(self) -> Counter[str]:
        """Requests so far, by operation."""
        return self._gateway.calls

    @property
    def requests(self) -> deque[SeenRequest]:
        """The latest requests, oldest first."""
        return self._gateway.requests

    @property
    def v3(self) -> bool:
        """Whether the region still has the v3 operations."""
        return self._v3.supported

    @v3.setter
    def v3(self, supported: bool) -> None:
        self._v3.supported = supported

    @property
    def v5(self) -> bool:
        """Whether the region has the v5 operations."""
        return self._v5.supported

    @v5.setter
    def v5(self, supported: bool) -> None:
        self._v5.supported = supported

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; `url` then says where."""
        self._gateway.stopping.clear()
        self._runner = web.AppRunner(
            self._application(),
            access_log=None,
            handle_signals=False,
            handler_cancellation=True,
            shutdown_timeout=_PATIENCE,
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound = self._runner.addresses[0]
        shown = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
        self.url = f"http://{shown}:{bound[1]}"

    async def stop(self) -> None:
        """Stop listening; answers that hang are ended."""
        self._gateway.stopping.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def truth(self) -> tuple[SimulatedJob, ...]:
        """Every job and subtask that exists now."""
        return truth(self.fleet, self.time)

    def async_batches(self) -> list[AsyncBatch]:
        """Every asynchronous batch that exists now."""
        return self._v5.batches(self.time.elapsed())

    def secrets(self) -> tuple[str, ...]:
        """Every text that must not leave the exporter: credentials in use, and what answers carry of users' secrets."""
        return (*self.identity.secrets(), *self.metadata.secrets(), *PRIVATE)

    def _application(self) -> web.Application:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.on_response_prepare.append(self._gateway.number)
        v3, v5, diagnosis = self._v3, self._v5, self._diagnosis
        drs: tuple[tuple[str, str, str, Handler], ...] = (
            ("POST", "/v3/{project_id}/jobs", "list_jobs", v3.list_jobs),
            ("POST", "/v3/{project_id}/jobs/batch-status", "batch_status", v3.batch_status),
            ("POST", "/v3/{project_id}/jobs/batch-progress", "batch_progress", v3.batch_progress),
            ("POST", "/v3/{project_id}/jobs/batch-rpo-and-rto", "batch_rpo_rto", v3.batch_rpo_rto),
            ("POST", "/v3/{project_id}/jobs/batch-detail", "batch_detail", v3.batch_detail),
            ("POST", "/v3/{project_id}/jobs/batch-starting", "batch_start", v3.batch_start),
            ("POST", "/v3/{project_id}/jobs/disaster-recovery-monitoring-data", "dr_monitor", diagnosis.dr_monitor),
            ("GET", "/v3/{project_id}/quotas", "quotas", v3.quotas),
            ("GET", "/v5/{project_id}/batch-async-jobs", "list_async_jobs", v5.list_async_jobs),
            ("GET", "/v5/{project_id}/batch-async-jobs/{async_job_id}", "async_job_detail", v5.async_job_detail),
            ("GET", "/v5/{project_id}/jobs", "list_jobs_v5", v5.list_jobs),
            ("GET", "/v5/{project_id}/jobs/{job_id}", "job_detail", v5.job_detail),
            ("GET", "/v5/{project_id}/jobs/{job_id}/monitor-data", "monitor_data", diagnosis.monitor_data),
            ("GET", "/v5/{project_id}/jobs/{job_id}/dirty-data", "dirty_data", diagnosis.dirty_data),
            ("GET", "/v5/{project_id}/jobs/{job_id}/increment-components-detail", "components", diagnosis.components),
        )
        for method, path, operation, handler in drs:
            app.router.add_route(method, path, self._gateway.route(operation, self._admitted(handler)))
        eye = self.cloud_eye
        cloud_eye: tuple[tuple[str, str, str, Handler], ...] = (
            ("GET", "/V1.0/{project_id}/metrics", "ces_list_metrics", eye.list_metrics),
            ("POST", "/V1.0/{project_id}/batch-query-metric-data", "ces_data", eye.data),
        )
        for method, path, operation, handler in cloud_eye:
            app.router.add_route(method, path, self._gateway.route(operation, _by_cloud_eye(self._admitted(handler))))
        app.router.add_post("/v3/auth/tokens", self._gateway.route("sign_in", self._sign_in))
        app.router.add_put("/meta-data/latest/api/token", self._gateway.route("metadata_token", self.metadata.token))
        app.router.add_get("/openstack/latest/securitykey", self._gateway.route("metadata_key", self.metadata.key))
        Control(self).add_to(app)
        app.router.add_route("*", "/{anything:.*}", self._nowhere)
        return app

    def _admitted(self, handler: Handler) -> Handler:
        """The operation behind the gateway's check of token or signature."""

        def admitted(exchange: Exchange) -> Answer | web.Response:
            request = exchange.request
            self.identity.admit(
                method=request.method,
                target=request.raw_path,
                headers=request.headers,
                body=exchange.body,
                project_id=request.match_info["project_id"],
            )
            return handler(exchange)

        return admitted

    def _sign_in(self, exchange: Exchange) -> Answer:
        token, payload = self.identity.sign_in(exchange.body)
        return Answer(payload, 201, (("X-Subject-Token", token),))

    async def _nowhere(self, _request: web.Request) -> web.Response:
        refused = no_such_operation()
        return web.json_response(refused.payload(), status=refused.status)


def _by_cloud_eye(handler: Handler) -> Handler:
    """Whatever is refused there is refused in the words of Cloud Eye."""

    def answer(exchange: Exchange) -> Answer | web.Response:
        try:
            return handler(exchange)
        except Refused as refused:
            raise as_cloud_eye(refused) from None

    return answer
