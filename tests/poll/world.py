"""A small cloud that says whatever hypothesis wants, poll by poll, and a client that reads what it says."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from hypothesis import strategies as st

from drs_exporter.cloud.answer import HttpAnswer
from drs_exporter.cloud_eye.client import CloudEyeClient
from drs_exporter.drs.client import DrsClient
from drs_exporter.errors import ApiConnectionError, ApiError, ApiSchemaError, ApiStatusError, Refusal
from drs_exporter.poll import COLLECTORS, DEFAULT_COLLECTORS, Clients, Plan

SCENARIOS: Final = ("migration", "sync", "cloudDataGuard")
TEXTS: Final[Sequence[Any]] = ("orders", "Aufträge 中", 'q"\\\n', "%s", "\ud800\0", "", None, 5, [], "n" * 300)
NUMBERS: Final[Sequence[Any]] = (
    None,
    "",
    "-1",
    "0",
    "-0",
    "7",
    12.5,
    1_000_000,
    "94%",
    "150%",
    "abc",
    [],
    {},
    True,
    float("inf"),
)
TIMES: Final[Sequence[Any]] = (
    None,
    "0",
    "1608274919000",
    1608274919123,
    "2026-01-02 03:04:05",
    "2026-01-02T03:04:05Z",
    "soon",
    {},
)
STATUSES: Final = (
    "CREATING", "STARTJOBING", "FULL_TRANSFER_STARTED", "FULL_TRANSFER_COMPLETE", "INCRE_TRANSFER_STARTED", "PAUSEING",
    "INCRE_TRANSFER_FAILED", "CHANGE_JOB_STARTED", "RELEASE_RESOURCE_STARTED", "RELEASE_RESOURCE_COMPLETE", "NEW_ONE",
)  # fmt: skip
CODES: Final[Sequence[Any]] = (None, "", "DRS.M00001", {})
CHILDREN: Final[Sequence[Any]] = (
    None,
    "none",
    [[], {"id": "s", "name": "é", "status": "CHILD_TRANSFER_STARTED"}],
    [{"id": "t", "name": "x", "status": "CHILD_TRANSFER_FAILED"}, {"id": "s", "status": "PAUSING"}],
)
PARTS: Final[Sequence[Any]] = (
    None,
    {},
    "x",
    {"struct": {"completed": "94%", "remaining_time": "-1"}, "data": {"completed": "0"}},
    [{"type": "data", "completed": "5"}, []],
    {"é": {"remaining_time": "7"}, "a": [], "": {}},
)
NODES: Final[Sequence[Any]] = (
    None,
    {},
    [[], {"node_id": "n1", "cpu_util": "5"}, {"node_id": "n2", "time_stamp": "7000"}],
    "x",
)

FIELDS: Final[Mapping[str, Mapping[str, Sequence[Any]]]] = {
    "list_jobs": {
        "status": STATUSES,
        "name": TEXTS,
        "engine_type": TEXTS,
        "create_time": TIMES,
        "billing_tag": (True, "false", "x"),
        "task_type": ("INCR_TRANS", "FULL_INCR_TRANS"),
        "children": CHILDREN,
    },
    "batch_status": {"status": (*STATUSES, None, []), "error_code": CODES},
    "batch_progress": {
        "progress": NUMBERS,
        "remaining_time": NUMBERS,
        "incre_trans_delay": NUMBERS,
        "incre_trans_delay_millis": NUMBERS,
        "process_time": TIMES,
        "apply_rows_rate": NUMBERS,
        "progress_map": PARTS,
        "error_code": CODES,
    },
    "batch_rpo_rto": {"rpo_info": (None, {"delay": "1500"}, {"delay": "-0"}, []), "error_code": CODES},
    "batch_detail": {
        "status": (*STATUSES, None),
        "error_code": CODES,
        "create_time": TIMES,
        "update_time": TIMES,
        "alarm_notify": (None, {"delay_time": 60}, {"delay_time": "0", "rpo_delay": "5"}, "x"),
    },
    "async_job_detail": {
        "status": STATUSES,
        "progress_info": (None, {"progress": "5", "incr_trans_delay": 3}, {"progress_map": {"data": {"completed": 1}}}),
        "base_info": (None, {"expired_days": 14}, {"expired_days": "x"}),
        "metrics": NODES,
    },
}
"""What may be said of a job, by operation and field."""

OPERATIONS: Final = (*FIELDS, "list_async_jobs", "quotas")
FAULTS: Final = ("500", "connection", "schema", "in part", "twice")

_JOBS: Final = st.sampled_from(["a", "b", "c", "é", 'q"'])


class Move(NamedTuple):
    """One change of the cloud: of what an operation says of a job, or, without an operation, of where it is listed."""

    job_id: str
    operation: str
    field: str
    value: Any


def _moves(operation: str) -> st.SearchStrategy[Move]:
    fields = [(field, value) for field, values in FIELDS[operation].items() for value in values]
    return st.builds(lambda job_id, said: Move(job_id, operation, *said), _JOBS, st.sampled_from(fields))


MOVES: Final = st.one_of(
    st.builds(lambda job_id, scenarios: Move(job_id, "", "", scenarios), _JOBS, st.sets(st.sampled_from(SCENARIOS))),
    *map(_moves, FIELDS),
)
TROUBLE: Final = st.dictionaries(st.sampled_from(OPERATIONS), st.sampled_from(FAULTS), max_size=3)

PLANS: Final = st.builds(
    Plan,
    name=st.just('p"é'),
    project_id=st.just("id"),
    scenarios=st.just(SCENARIOS),
    intervals=st.sampled_from([dict.fromkeys(COLLECTORS, 60.0), dict.fromkeys(COLLECTORS, 60.0) | {"jobs": 180.0}]),
    collectors=st.sampled_from([DEFAULT_COLLECTORS, ("jobs", "progress", "async_jobs")]),
    exclude_phases=st.sampled_from([frozenset(), frozenset({"stopped"}), frozenset({"stopped", "failed"})]),
    hold_time=st.sampled_from([0.0, 90.0, 600.0]),
    total_shards=st.sampled_from([1, 1, 2]),
)


class World:
    """The cloud, in the place of a transport."""

    concurrency = 2

    def __init__(self) -> None:
        """Nothing is there, and nothing is wrong."""
        self.trouble: Mapping[str, str] = {}
        self._listed: dict[str, frozenset[str]] = {}
        self._said: dict[str, dict[str, dict[str, Any]]] = {operation: {} for operation in FIELDS}

    def clients(self) -> Clients:
        """Those that ask this world; it has no Cloud Eye."""
        transport: Any = self
        return Clients(drs=DrsClient(transport), cloud_eye=CloudEyeClient(transport))

    def move(self, move: Move) -> None:
        """Change."""
        if move.operation:
            self._said[move.operation].setdefault(move.job_id, {})[move.field] = move.value
        else:
            self._listed[move.job_id] = frozenset(move.value)

    def listed(self) -> set[str]:
        """Every job and subtask that a complete listing has."""
        records = self._records("list_jobs", "id", [job_id for job_id, where in self._listed.items() if where])
        children = [child for record in records for child in record.get("children") or () if isinstance(child, dict)]
        return {record["id"] for record in (*records, *children)}

    async def call(
        self,
        operation: str,
        _: str,
        path: str,
        read: Any,
        *,
        query: Any = (),
        body: Any = None,
        empty: Any = None,
        **_unused: Any,
    ) -> Any:
        """Answer, or fail as the trouble of that operation is."""
        if operation.startswith("ces_"):
            raise ApiStatusError("HTTP 404", operation=operation, refusal=Refusal.UNSUPPORTED, status=404)
        fault = self.trouble.get(operation, "")
        if fault in _FAILURES:
            raise _FAILURES[fault](operation)
        if operation not in OPERATIONS:  # of the diagnosis: this cloud has none
            raise ApiStatusError("HTTP 404", operation=operation, refusal=Refusal.UNSUPPORTED, status=404)
        content = self._content(operation, path, body, dict(query))
        items = next((value for value in content.values() if isinstance(value, list)), [])
        if fault == "in part":
            del items[len(items) // 2 :]
        elif fault == "twice":
            items += items[:1]
        answer = read(HttpAnswer(200, {}, json.dumps(content).encode()), operation=operation)
        assert answer is not None
        assert type(answer) is type(empty)
        return answer

    def _content(self, operation: str, path: str, body: Any, query: Mapping[str, str]) -> dict[str, Any]:
        if operation == "quotas":
            return {"quotas": {"resource": {"type": "instance", "quota": 9, "used": len(self._listed)}}}
        if operation == "list_async_jobs":
            batches = [{"async_job_id": name, "status": "ASYNC_JOB_VALIDATING"} for name in ("x", "y")]
            return {"jobs": batches[int(query["offset"]) :], "total_count": 2}
        if operation == "async_job_detail":
            of_x = path.endswith("x")
            members = [job_id for job_id in sorted(self._listed) if (job_id in "abc") == of_x]
            return {
                "jobs": self._records(operation, "id", members)[int(query["offset"]) :],
                "total_count": len(members),
            }
        if operation == "list_jobs":
            listed = [job_id for job_id, scenarios in self._listed.items() if body["db_use_type"] in scenarios]
            records = self._records(operation, "id", listed)
            return {"jobs": records if body["cur_page"] == 1 else [], "total_record": len(listed)}
        key = "id" if operation in ("batch_status", "batch_detail") else "job_id"
        return {"results": self._records(operation, key, body["jobs"]), "count": len(body["jobs"])}

    def _records(self, operation: str, key: str, job_ids: Sequence[str]) -> list[dict[str, Any]]:
        defaults = {"status": "CREATING", "name": "unnamed"} if operation == "list_jobs" else {}
        return [defaults | self._said[operation].get(job_id, {}) | {key: job_id} for job_id in job_ids]


def _failing(operation: str) -> ApiError:
    return ApiStatusError("HTTP 500", operation=operation, refusal=Refusal.SERVER, status=500)


_FAILURES: Final[Mapping[str, Callable[[str], ApiError]]] = {
    "500": _failing,
    "connection": lambda operation: ApiConnectionError("refused", operation=operation),
    "schema": lambda operation: ApiSchemaError("not JSON", operation=operation),
}
