"""The control endpoint: faults and jobs can be changed from outside while the cloud runs, from this machine only."""

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web

from drs_exporter.simulator.faults import FaultError, Setting
from drs_exporter.simulator.health import Ailment
from drs_exporter.simulator.plans import REPLAY

if TYPE_CHECKING:
    from drs_exporter.simulator.cloud import SimulatedCloud


class Change(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be set by hand for one job."""

    status: str | None = None
    error_code: str | None = None
    delay: float | None = None
    progress: int | None = None
    disk: float | None = None
    """How full the disk of the job's machine is, 0 to 1; it fills in `disk_full_in` seconds, where that is given."""
    disk_full_in: float | None = None
    name: str | None = None
    health: Ailment | None = None


class Generations(msgspec.Struct, forbid_unknown_fields=True):
    """Which generations of the API the region has."""

    v3: bool | None = None
    v5: bool | None = None


class Addition(msgspec.Struct, forbid_unknown_fields=True):
    """How many jobs are to be added."""

    count: int = 1
    replay: bool = False
    """Workload replays, which only v5 lists."""


class Control:
    """Routes under `/_control`."""

    def __init__(self, cloud: "SimulatedCloud") -> None:
        """Keep the cloud that is to be controlled."""
        self._cloud = cloud

    def add_to(self, app: web.Application) -> None:
        """Add the routes, each closed to other machines."""
        routes: tuple[tuple[str, str, Callable[[web.Request], Awaitable[object]]], ...] = (
            ("GET", "/_control/faults", self._faults),
            ("PUT", "/_control/faults", self._set_fault),
            ("DELETE", "/_control/faults", self._clear_faults),
            ("PUT", "/_control/generations", self._set_generations),
            ("GET", "/_control/truth", self._truth),
            ("POST", "/_control/jobs", self._add),
            ("PUT", "/_control/jobs/{job_id}", self._change),
            ("POST", "/_control/jobs/{job_id}/release", self._release),
            ("DELETE", "/_control/jobs/{job_id}", self._delete),
        )
        for method, path, handler in routes:
            app.router.add_route(method, path, _closed(handler))

    async def _faults(self, _request: web.Request) -> object:
        return self._cloud.faults.active()

    async def _set_fault(self, request: web.Request) -> object:
        self._cloud.faults.add(msgspec.json.decode(await request.read(), type=Setting))
        return self._cloud.faults.active()

    async def _clear_faults(self, request: web.Request) -> object:
        self._cloud.faults.clear(request.query.get("operation"), request.query.get("fault"))
        return self._cloud.faults.active()

    async def _set_generations(self, request: web.Request) -> object:
        wanted = msgspec.json.decode(await request.read(), type=Generations)
        cloud = self._cloud
        cloud.v3 = cloud.v3 if wanted.v3 is None else wanted.v3
        cloud.v5 = cloud.v5 if wanted.v5 is None else wanted.v5
        return {"v3": cloud.v3, "v5": cloud.v5}

    async def _truth(self, _request: web.Request) -> object:
        return self._cloud.truth()

    async def _add(self, request: web.Request) -> object:
        addition = msgspec.json.decode(await request.read() or b"{}", type=Addition)
        return self._cloud.fleet.add(addition.count, engine=REPLAY if addition.replay else None)

    async def _change(self, request: web.Request) -> object:
        job_id = request.match_info["job_id"]
        change = msgspec.json.decode(await request.read(), type=Change)
        fleet = self._cloud.fleet
        if change.status is not None:
            fleet.set_status(job_id, change.status, change.error_code)
        if change.delay is not None:
            fleet.set_delay(job_id, change.delay)
        if change.progress is not None:
            fleet.set_progress(job_id, change.progress)
        if change.disk is not None:
            fleet.set_disk(job_id, change.disk, full_in=change.disk_full_in)
        if change.health is not None:
            fleet.set_health(job_id, change.health)
        if change.name is not None:
            fleet.rename(job_id, change.name)
        return {}

    async def _release(self, request: web.Request) -> object:
        self._cloud.fleet.release(request.match_info["job_id"])
        return {}

    async def _delete(self, request: web.Request) -> object:
        self._cloud.fleet.delete(request.match_info["job_id"])
        return {}


def _closed(
    handler: Callable[[web.Request], Awaitable[object]],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(request: web.Request) -> web.StreamResponse:
        if not _local(request.remote):
            return _json({"error": "the control endpoint answers this machine only"}, status=403)
        try:
            return _json(await handler(request))
        except (msgspec.MsgspecError, FaultError) as error:
            return _json({"error": str(error)}, status=400)
        except KeyError:
            return _json({"error": "no such job"}, status=404)

    return serve


def _local(remote: str | None) -> bool:
    return remote is not None and ip_address(remote.partition("%")[0]).is_loopback


def _json(found: Any, *, status: int = 200) -> web.Response:
    return web.Response(status=status, body=msgspec.json.encode(found), content_type="application/json")
