"""The simulated cloud: IAM, DRS, Cloud Eye and a machine's metadata on one loopback port, over real HTTP."""

import asyncio
import time as clock
from collections import Counter, deque
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Final, Self, cast

from aiohttp import web

from drs_exporter.simulator.control import Control
from drs_exporter.simulator.exchange import Exchange
from drs_exporter.simulator.faults import Faults, Setting
from drs_exporter.simulator.gateway import Gateway, Handler, SeenRequest
from drs_exporter.simulator.identity import Account, AccountProject, Identity
from drs_exporter.simulator.limits import Limit, Limits
from drs_exporter.simulator.metadata import Metadata
from drs_exporter.simulator.operations_v3 import Answer
from drs_exporter.simulator.operations_v5 import AsyncBatch
from drs_exporter.simulator.private import PRIVATE
from drs_exporter.simulator.refusal import Refused, as_cloud_eye, no_such_operation
from drs_exporter.simulator.services import ROUTES, ProjectServices, project_id_of
from drs_exporter.simulator.sign_in import POD_IDENTITY, SignIn
from drs_exporter.simulator.truth import SimulatedJob, truth
from drs_exporter.simulator.worldtime import WorldTime

_PATIENCE: Final = 0.5
"""Seconds that requests under way have when the cloud stops."""

_BACKLOG: Final = 128
_TURNS: Final = 3
"""Turns of the loop that a connection takes from being accepted to being known, and so ended with the others."""


class SimulatedCloud:
    """One account of a cloud that does not exist, with a project whose jobs live, fail and recover, or several."""

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
        projects: Iterable[str] = (),
        faults: Iterable[Setting] = (),
        limits: Iterable[Limit] = (),
    ) -> None:
        """Draw the fleet; `speed` multiplies simulated time, `now` is the clock everything runs by.

        `projects` are the names of further ones, such as `sim-north-1_orders`, each with a fleet of its own.
        Without `v5` it is the second cloud, whose Cloud Eye takes 10 metrics a call where the first takes 500.
        """
        self.project_id = project_id or self.project_id
        self.time = WorldTime(now=now, speed=speed)
        self.faults = Faults(seed=seed)
        for setting in faults:
            self.faults.add(setting)
        self.limits = Limits(self.time.now)
        for limit in limits:
            self.limits.set(limit)
        account = Account(
            self.project_id,
            self.region,
            self.username,
            self.password,
            self.domain_name,
            self.access_key,
            self.secret_key,
        )
        others = [AccountProject(project_id_of(name), name) for name in projects]
        self.identity = Identity(account, now=now, seed=seed, projects=others)
        self.metadata = Metadata(self.identity, now=now)
        self.sign_in = SignIn(self.identity)
        self._services = {
            project.id: ProjectServices(
                jobs=jobs,
                seed=seed + number,
                time=self.time,
                domain_name=self.domain_name,
                v3=v3,
                v5=v5,
                metrics_per_call=metrics_per_call or (500 if v5 else 10),
            )
            for number, project in enumerate(self.identity.projects)
        }
        first = self._services[self.project_id]
        self.fleet, self.cloud_eye, self._v3, self._v5 = first.fleet, first.cloud_eye, first.v3, first.v5
        self._gateway = Gateway(self.faults, self.limits, self.time)
        self.url = ""
        self._runner: web.AppRunner | None = None
        self._listening: asyncio.Server | None = None

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
        for services in self._services.values():
            services.v3.supported = supported

    @property
    def v5(self) -> bool:
        """Whether the region has the v5 operations."""
        return self._v5.supported

    @v5.setter
    def v5(self, supported: bool) -> None:
        for services in self._services.values():
            services.v5.supported = supported

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
        loop = asyncio.get_running_loop()
        self._listening = await loop.create_server(
            cast("web.Server", self._runner.server), host, port, backlog=_BACKLOG
        )
        bound = self._listening.sockets[0].getsockname()
        shown = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
        self.url = f"http://{shown}:{bound[1]}"

    async def stop(self) -> None:
        """Stop listening; answers that hang are ended."""
        self._gateway.stopping.set()
        if self._runner is not None and self._listening is not None:
            await _close(self._listening)
            await self._runner.cleanup()
            self._runner = self._listening = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def truth(self, project_id: str | None = None) -> tuple[SimulatedJob, ...]:
        """Every job and subtask that exists now in a project, the first one if none is said."""
        return truth(self._services[project_id or self.project_id].fleet, self.time)

    def async_batches(self) -> list[AsyncBatch]:
        """Every asynchronous batch that exists now."""
        return self._v5.batches(self.time.elapsed())

    def secrets(self) -> tuple[str, ...]:
        """Every text that must not leave the exporter: credentials in use, and what answers carry of users' secrets."""
        return (*self.identity.secrets(), *self.metadata.secrets(), *self.sign_in.secrets(), *PRIVATE)

    def _application(self) -> web.Application:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.on_response_prepare.append(self._gateway.number)
        for method, path, operation in ROUTES:
            admitted = self._admitted(operation)
            handler = _by_cloud_eye(admitted) if operation.startswith("ces_") else admitted
            app.router.add_route(method, path, self._gateway.route(operation, handler))
        signing_in: tuple[tuple[str, str, str, Handler], ...] = (
            ("POST", "/v3/auth/tokens", "sign_in", self.sign_in.by_password),
            ("POST", "/v3.0/OS-AUTH/id-token/tokens", "sign_in_oidc", self.sign_in.by_id_token),
            ("POST", "/v3.0/OS-CREDENTIAL/securitytokens", "keys_by_token", self.sign_in.keys_by_token),
            ("POST", POD_IDENTITY, "pod_identity", self.sign_in.of_pod),
            ("GET", "/v3/auth/projects", "list_projects", self.sign_in.projects),
            ("GET", "/v3/projects", "list_projects", self.sign_in.projects),
            ("PUT", "/meta-data/latest/api/token", "metadata_token", self.metadata.token),
            ("GET", "/openstack/latest/securitykey", "metadata_key", self.metadata.key),
        )
        for method, path, operation, endpoint in signing_in:
            app.router.add_route(method, path, self._gateway.route(operation, endpoint))
        Control(self).add_to(app)
        app.router.add_route("*", "/{anything:.*}", self._nowhere)
        return app

    def _admitted(self, operation: str) -> Handler:
        """The operation behind the gateway's check of token or signature."""

        def admitted(exchange: Exchange) -> Answer | web.Response:
            request = exchange.request
            project_id = request.match_info["project_id"]
            self.identity.admit(
                method=request.method,
                target=request.raw_path,
                headers=request.headers,
                body=exchange.body,
                project_id=project_id,
            )
            return self._services[project_id].handlers[operation](exchange)

        return admitted

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


async def _close(listening: asyncio.Server) -> None:
    """Accept no more; who was accepted arrives first, or asyncio would lose the connection, open as it is."""
    loop = asyncio.get_running_loop()
    for one in listening.sockets:
        loop.remove_reader(one.fileno())
    for _ in range(_TURNS):
        await asyncio.sleep(0)
    listening.close()
