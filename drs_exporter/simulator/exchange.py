"""One request on its way through the simulated cloud."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from aiohttp import web

from drs_exporter.simulator.refusal import PAGE, Refused, invalid, missing

if TYPE_CHECKING:
    from drs_exporter.simulator.faults import Active

_MOST: Final = 100
"""Largest page, and largest batch."""

T = TypeVar("T")


class Exchange:
    """A request, its body, and the faults that are to befall it."""

    def __init__(self, operation: str, request: web.Request, body: bytes, *, now: float) -> None:
        """Read the body as far as it can be read; whether it is right is for the operation to say."""
        self.operation = operation
        self.request = request
        self.body = body
        self.json: Mapping[str, Any] = _object(body)
        self.faults: tuple[Active, ...] = ()
        self.window_start = 0
        self.now = now
        """Unix time at which it came."""

    @property
    def of_cloud_eye(self) -> bool:
        """Asked of Cloud Eye, not of DRS."""
        return self.operation.startswith("ces_")

    def facts(self) -> dict[str, object]:
        """What a fault can be matched against."""
        jobs = self.json.get("jobs")
        ids = [job.get("job_id") if isinstance(job, dict) else job for job in jobs] if isinstance(jobs, list) else []
        page = self.json.get("page_req", self.json)
        page = page.get("cur_page") if isinstance(page, dict) else None
        return {
            "db_use_type": self.json.get("db_use_type"),
            "id": [*ids, *self.request.match_info.values()],
            "page": page if isinstance(page, int) else self._page_of_query(),
            "type": self.request.query.get("type"),
        }

    def _page_of_query(self) -> int:
        offset, limit = self.request.query.get("offset", "0"), self.request.query.get("limit", "10")
        return int(offset) // max(1, int(limit)) + 1 if offset.isdigit() and limit.isdigit() else 1

    def require_headers(self, *names: str) -> None:
        """Refuse a request without the headers the page calls mandatory."""
        for name in names:
            if not self.request.headers.get(name):
                raise missing(name)

    def require_json(self) -> None:
        """Refuse a body that is no JSON object, or does not say that it is."""
        if not self.request.headers.get("Content-Type", "").startswith("application/json"):
            raise invalid("Content-Type")
        if not self.json:
            raise invalid("the request body")

    def job_ids(self) -> list[str]:
        """The ids of a batch, checked as the service does."""
        ids = self.json.get("jobs")
        if not isinstance(ids, list) or not ids:
            raise missing("jobs")
        if not all(isinstance(job_id, str) and job_id for job_id in ids):
            raise invalid("jobs")
        if len(ids) > _MOST:
            raise invalid("jobs: more than 100")
        if len(set(ids)) < len(ids):
            raise Refused(400, "DRS.M00301", "Duplicate task IDs.")
        return ids

    def page(self, source: Mapping[str, Any], *, per_page: int | None = None) -> tuple[int, int | None]:
        """Offset and size of the page asked for by `cur_page` and `per_page`; without a default both are required."""
        for name in ("cur_page", "per_page"):
            if name not in source and per_page is None:
                raise missing(name)
        current, size = source.get("cur_page", 1), source.get("per_page", per_page)
        if not _whole(current):
            raise invalid("cur_page")
        if not _whole(size):
            raise invalid("per_page")
        if size > _MOST:
            raise Refused(400, PAGE, "The number of records on each page exceeds 100.")
        size = size or 10
        return (0, None) if current == 0 else ((current - 1) * size, size)

    def offset_and_limit(self, *, most: int = _MOST) -> tuple[int, int]:
        """Offset and size of the page asked for by the query."""
        found = []
        for name, default in (("offset", 0), ("limit", 10)):
            text = self.request.query.get(name) or str(default)
            if not text.isdigit() or (name == "limit" and not 0 < int(text) <= most):
                raise invalid(name)
            found.append(int(text))
        return found[0], found[1]

    def window(self, items: Sequence[T], offset: int, limit: int | None) -> tuple[Sequence[T], object]:
        """The items of a page and the total the service reports, as the faults would have it."""
        self.window_start = offset
        total: object = len(items)
        chosen = items[offset:] if limit is None else items[offset : offset + limit]
        for fault in self.faults:
            if fault.kind.window is not None:
                chosen, total = fault.kind.window(items, offset, limit or len(items), fault.params)
        return chosen, total


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
