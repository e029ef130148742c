"""A plain client of the simulated cloud, that says exactly what a test tells it to say."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import aiohttp

from drs_exporter.simulator import SimulatedCloud


class Hands:
    """A clock that stands still until it is set."""

    def __init__(self, at: float = 1_790_000_000.0) -> None:
        """Show that Unix time."""
        self.at = at

    def __call__(self) -> float:
        return self.at


class Reply(NamedTuple):
    """What came back."""

    status: int
    json: Any
    headers: Mapping[str, str]
    raw: bytes

    @property
    def code(self) -> tuple[int, str]:
        """Status and error code."""
        return self.status, self.json["error_code"]


class Client:
    """Sends requests with a token and the usual headers."""

    def __init__(self, cloud: SimulatedCloud, session: aiohttp.ClientSession, *, token: str) -> None:
        """Keep whom to talk to."""
        self.cloud = cloud
        self.session = session
        self.headers = {"X-Auth-Token": token, "X-Language": "en-us"}

    async def post(self, path: str, body: object, **headers: str | None) -> Reply:
        """POST under the project; a header that is None is left out."""
        return await self.send("POST", f"/v3/{self.cloud.project_id}/{path}", headers, json=body)

    async def get(self, path: str, **headers: str | None) -> Reply:
        """GET under a project path such as `v5/batch-async-jobs`."""
        version, _, rest = path.partition("/")
        return await self.send("GET", f"/{version}/{self.cloud.project_id}/{rest}", headers)

    async def send(self, method: str, path: str, headers: Mapping[str, str | None], **more: Any) -> Reply:
        """Anything at all."""
        merged = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        given = {name: value for name, value in merged.items() if value is not None}
        async with self.session.request(method, self.cloud.url + path, headers=given, **more) as response:
            raw = await response.read()
            return Reply(response.status, _json(raw), dict(response.headers), raw)

    async def listing(self, scenario: str = "migration", **body: object) -> Reply:
        """One page of a listing of every engine."""
        return await self.post(
            "jobs", {"cur_page": 1, "per_page": 100, "db_use_type": scenario, "engine_type": "", **body}
        )


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None
