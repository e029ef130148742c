"""The v5 operations: asynchronous batches and the detail of one job. Some regions do not have them."""

import random
from typing import Final, NamedTuple

from drs_exporter.simulator import private
from drs_exporter.simulator.exchange import Exchange
from drs_exporter.simulator.fleet import Fleet
from drs_exporter.simulator.life import Life
from drs_exporter.simulator.operations_v3 import Answer
from drs_exporter.simulator.refusal import UNKNOWN, Payload, Refused, invalid, missing, no_such_operation
from drs_exporter.simulator.wire_v5 import WireV5
from drs_exporter.simulator.worldtime import DAY, HOUR, MINUTE, WorldTime

_BATCHES: Final = 10
"""Committed batches at most."""
_BATCH: Final = 12
"""Jobs created in one go, or more in a large fleet."""
_SCENARIOS: Final = frozenset({"migration", "sync", "cloudDataGuard", "replay"})
_COMMITTED: Final = "COMMIT_SUCCESS"
_UNCOMMITTED: Final = (
    ("ASYNC_JOB_VALIDATING", 30 * MINUTE, "AUTO_PARAM_VALIDATE_SUCCESS"),
    ("ASYNC_JOB_VALIDATE_FAILED", DAY, "ASYNC_JOB_VALIDATE_FAILED"),
    ("AUTO_PARAM_VALIDATE_SUCCESS", 6 * HOUR, "AUTO_PARAM_VALIDATE_SUCCESS"),
)
"""Batches that have no jobs: their status, until when, and the next one."""


class AsyncBatch(NamedTuple):
    """One batch of asynchronously created jobs."""

    async_job_id: str
    status: str
    created: float
    members: tuple[Life, ...]


class OperationsV5:
    """Batches and details."""

    def __init__(self, fleet: Fleet, time: WorldTime, *, seed: int, domain_name: str) -> None:
        """Keep the world; `supported` may be switched off."""
        self.supported = True
        self._fleet = fleet
        self._time = time
        self._seed = seed
        self._domain_name = domain_name
        self._wire = WireV5(fleet, time)

    def batches(self, at: float) -> list[AsyncBatch]:
        """Every batch at that moment, newest first: committed ones with their jobs, and one in each other status."""
        found = [
            AsyncBatch(self._id(number), status if at < until else later, -number * HOUR, ())
            for number, (status, until, later) in enumerate(_UNCOMMITTED)
        ]
        for number, members in enumerate(self._fleet.members(at, batches=_BATCHES, size=_BATCH), start=len(found)):
            found.append(AsyncBatch(self._id(number), _COMMITTED, -number * DAY, tuple(members)))
        return found

    def list_async_jobs(self, exchange: Exchange) -> Answer:
        """GET /v5/{project_id}/batch-async-jobs."""
        self._require_support()
        query = exchange.request.query
        offset, limit = exchange.offset_and_limit()
        direction = query.get("sort_dir") or "desc"
        if direction not in ("asc", "desc"):
            raise invalid("sort_dir")
        batches = [
            batch
            for batch in self.batches(self._time.elapsed())
            if query.get("async_job_id") in (None, "", batch.async_job_id)
            and query.get("status") in (None, "", batch.status)
        ]
        if direction == "asc":
            batches.reverse()
        chosen, total = exchange.window(batches, offset, limit)
        return Answer({"jobs": [self._listed(batch) for batch in chosen], "total_count": total})

    def async_job_detail(self, exchange: Exchange) -> Answer:
        """GET /v5/{project_id}/batch-async-jobs/{async_job_id}."""
        self._require_support()
        offset, limit = exchange.offset_and_limit()
        at = self._time.elapsed()
        wanted = exchange.request.match_info["async_job_id"]
        batch = next((batch for batch in self.batches(at) if batch.async_job_id == wanted), None)
        if batch is None:
            raise Refused(404, UNKNOWN, "The batch does not exist.")
        chosen, total = exchange.window(batch.members, offset, limit)
        return Answer({"jobs": [self._wire.whole(life, at) for life in chosen], "total_count": total})

    def job_detail(self, exchange: Exchange) -> Answer:
        """GET /v5/{project_id}/jobs/{job_id}?type=…; one part a call, and only for the engine pairs v5 knows."""
        self._require_support()
        kind = exchange.request.query.get("type")
        if not kind:
            raise missing("type")
        parts = {
            "overview": self._wire.basics,
            "detail": self._wire.basics,
            "progress": self._wire.progress,
            "precheck": self._wire.precheck,
            "compare": self._wire.comparison,
        }
        if kind not in parts:
            raise invalid("type")
        life, at = self.asked(exchange)
        if not life.plan.engine.v5:
            raise invalid("job_id: the engine does not support this operation")
        job: Payload = parts[kind](life, at)
        return Answer({"job": job})

    def list_jobs(self, exchange: Exchange) -> Answer:
        """GET /v5/{project_id}/jobs, newest first."""
        self._require_support()
        query = exchange.request.query
        offset, limit = exchange.offset_and_limit()
        scenario = query.get("job_type")
        if not scenario:
            raise missing("job_type")
        if scenario not in _SCENARIOS:
            raise invalid("job_type")
        at = self._time.elapsed()
        jobs = [
            life
            for life in self._fleet.jobs(at)
            if life.plan.engine.scenario == scenario
            and query.get("engine_type") in (None, "", life.plan.engine.engine_type)
            and query.get("enterprise_project_id") in (None, "", life.plan.enterprise_project)
        ]
        chosen, total = exchange.window(jobs, offset, limit)
        return Answer({"total_count": total, "jobs": [self._wire.listed(life, at) for life in chosen]})

    def asked(self, exchange: Exchange) -> tuple[Life, float]:
        """The job of the path, and now."""
        self._require_support()
        at = self._time.elapsed()
        life = self._fleet.find(exchange.request.match_info["job_id"], at)
        if life is None:
            raise Refused(404, UNKNOWN, "The task does not exist.")
        return life, at

    def _listed(self, batch: AsyncBatch) -> Payload:
        return {
            "async_job_id": batch.async_job_id,
            "status": batch.status,
            "domain_name": self._domain_name,
            "user_name": private.PERSON,
            "create_time": self._time.iso(batch.created),
        }

    def _id(self, number: int) -> str:
        text = f"{random.Random(f'{self._seed}/batch/{number}').getrandbits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def _require_support(self) -> None:
        if not self.supported:
            raise no_such_operation()
