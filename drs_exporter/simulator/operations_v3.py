"""The v3 operations, as strict as the published pages."""

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from drs_exporter.simulator.exchange import Exchange
from drs_exporter.simulator.fleet import Fleet
from drs_exporter.simulator.life import Life
from drs_exporter.simulator.refusal import (
    INVALID,
    STATE,
    UNKNOWN,
    Payload,
    Refused,
    invalid,
    missing,
    no_such_operation,
)
from drs_exporter.simulator.wire_v3 import WireV3
from drs_exporter.simulator.worldtime import WorldTime

_SCENARIOS: Final = frozenset({"migration", "sync", "cloudDataGuard"})
_STARTABLE: Final = frozenset({"CONFIGURATION", "WAITING_FOR_START"})
_STARTS: Final = 10
_DEFAULT_PAGE: Final = 5
"""What the batch operations take for a page when they are told nothing."""


class Answer(NamedTuple):
    """A status and what goes with it."""

    payload: Payload
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


class OperationsV3:
    """Listing, batches, start and quotas."""

    def __init__(self, fleet: Fleet, time: WorldTime) -> None:
        """Keep the world; `supported` may be switched off."""
        self.supported = True
        self._fleet = fleet
        self._time = time
        self._wire = WireV3(fleet, time)
        self._listed: tuple[Life, ...] = ()
        self._chosen: dict[tuple[object, ...], list[Life]] = {}

    def list_jobs(self, exchange: Exchange) -> Answer:
        """POST /v3/{project_id}/jobs."""
        self._require_support()
        exchange.require_json()
        offset, limit = exchange.page(exchange.json)
        at = self._time.elapsed()
        jobs = self._choose(exchange.json, at)
        chosen, total = exchange.window(jobs, offset, limit)
        return Answer({"jobs": [self._wire.listed(life, at) for life in chosen], "total_record": total})

    def batch_status(self, exchange: Exchange) -> Answer:
        """POST /v3/{project_id}/jobs/batch-status."""
        exchange.require_headers("X-Language")
        return self._paged(exchange, self._wire.status)

    def batch_detail(self, exchange: Exchange) -> Answer:
        """POST /v3/{project_id}/jobs/batch-detail."""
        return self._paged(exchange, self._wire.detail)

    def batch_progress(self, exchange: Exchange) -> Answer:
        """POST /v3/{project_id}/jobs/batch-progress."""
        at = self._time.elapsed()
        results = [self._wire.progress(life, at) for life in self._lives(exchange, at)]
        return Answer({"results": results, "count": len(results)}, 202)

    def batch_rpo_rto(self, exchange: Exchange) -> Answer:
        """POST /v3/{project_id}/jobs/batch-rpo-and-rto."""
        lives, at = self.guarded(exchange)
        results = [self._wire.rpo_rto(life, at) for life in lives]
        return Answer({"results": results, "count": len(results)}, 202)

    def batch_start(self, exchange: Exchange) -> Answer:
        """POST /v3/{project_id}/jobs/batch-starting."""
        self._require_support()
        exchange.require_headers("X-Language")
        exchange.require_json()
        starts = exchange.json.get("jobs")
        if not isinstance(starts, list) or not starts:
            raise missing("jobs")
        if len(starts) > _STARTS:
            raise invalid("jobs: more than 10")
        ids = [start.get("job_id") if isinstance(start, dict) else None for start in starts]
        if not all(isinstance(job_id, str) and job_id for job_id in ids):
            raise missing("job_id")
        if len(set(ids)) < len(ids):
            raise Refused(400, "DRS.M00301", "Duplicate task IDs.")
        at = self._time.elapsed()
        results = [self._start(str(start["job_id"]), start.get("start_time"), at) for start in starts]
        return Answer({"results": results, "count": len(results)})

    def quotas(self, _exchange: Exchange) -> Answer:
        """GET /v3/{project_id}/quotas."""
        self._require_support()
        at = self._time.elapsed()
        jobs = self._fleet.jobs(at)
        used = sum(1 for life in jobs if not self._fleet.state(life, at).stopped)
        quota = -(-max(len(jobs), 1) // 50) * 50
        return Answer(
            {"quotas": {"resource": {"type": "instances", "min": 0, "max": 10 * quota, "quota": quota, "used": used}}}
        )

    def _start(self, job_id: str, start_time: object, at: float) -> Payload:
        life = self._fleet.find(job_id, at)
        code = ""
        starts = at
        if life is None:
            code = UNKNOWN
        elif self._fleet.state(life, at).status not in _STARTABLE:
            code = STATE
        elif start_time is not None:
            if not isinstance(start_time, str) or not start_time.isdecimal():
                raise invalid("start_time")
            starts = self._time.moment(int(start_time) / 1000)
            code = INVALID if starts < at else ""
        if code or life is None:
            return {"id": job_id, "status": "failed", "error_code": code, "error_msg": "The task cannot be started."}
        self._fleet.start(life, at, starts=starts)
        return {"id": job_id, "status": "success"}

    def _choose(self, body: Any, at: float) -> list[Life]:
        """The jobs a listing is about; `engine_type` left out means mysql, empty means all."""
        scenario, engine = body.get("db_use_type"), body.get("engine_type", "mysql")
        if not scenario:
            raise missing("db_use_type")
        if scenario not in _SCENARIOS:
            raise invalid("db_use_type")
        enterprise = body.get("enterprise_project_id")
        if enterprise == "":
            raise missing("enterprise_project_id")
        jobs = self._fleet.jobs(at)
        if jobs is not self._listed:
            self._listed, self._chosen = jobs, {}
        net_type = body.get("net_type") or None
        key = (scenario, engine, enterprise, net_type)
        if key not in self._chosen:
            self._chosen[key] = [
                life
                for life in jobs
                if life.plan.engine.scenario == scenario
                and engine in ("", None, life.plan.engine.engine_type)
                and enterprise in (None, life.plan.enterprise_project)
                and net_type in (None, life.plan.net_type)
            ]
        name, status = body.get("name") or "", body.get("status") or None
        if not name and status is None:
            return self._chosen[key]
        return [
            life
            for life in self._chosen[key]
            if (name in self._fleet.name(life) or name == life.job_id)
            and status in (None, self._fleet.state(life, at).status)
        ]

    def guarded(self, exchange: Exchange) -> tuple[list[Life], float]:
        """The disaster recovery jobs of a batch, one of another kind refuses all of them; and now."""
        at = self._time.elapsed()
        lives = self._lives(exchange, at)
        if not all(life.plan.guard for life in lives):
            raise Refused(400, INVALID, "Only disaster recovery tasks have RPO and RTO.")
        return lives, at

    def _require_support(self) -> None:
        if not self.supported:
            raise no_such_operation()

    def _lives(self, exchange: Exchange, at: float) -> list[Life]:
        """The jobs of a batch; one that is unknown refuses all of them."""
        self._require_support()
        exchange.require_json()
        return list(_known((job_id, self._fleet.find(job_id, at)) for job_id in exchange.job_ids()))

    def _paged(self, exchange: Exchange, write: Callable[[Life, float], Payload]) -> Answer:
        at = self._time.elapsed()
        lives = self._lives(exchange, at)
        page = exchange.json.get("page_req")
        if page is not None and not isinstance(page, dict):
            raise invalid("page_req")
        offset, limit = exchange.page(page or {}, per_page=_DEFAULT_PAGE)
        chosen, total = exchange.window(lives, offset, limit)
        return Answer({"results": [write(life, at) for life in chosen], "count": total})


def _known(found: Iterable[tuple[str, Life | None]]) -> Iterable[Life]:
    for job_id, life in found:
        if life is None:
            raise Refused(400, UNKNOWN, f"The task {job_id} does not exist or has been deleted.")
        yield life
