"""A clock that tests own, an observer that remembers, and an HTTP server that says exactly what it is told."""

import asyncio
import heapq
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aioresponses import CallbackResult
from yarl import URL

from drs_exporter.cloud.auth.credentials import Authorised
from drs_exporter.cloud.auth.renewal import Obtained
from drs_exporter.cloud.observer import Observer
from drs_exporter.cloud.request import Request
from drs_exporter.errors import ApiCredentialError, ApiError

BEGIN = 1_700_000_000.0
"""Tue, 14 Nov 2023 22:13:20 GMT."""

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class FakeClock:
    """Time passes only while somebody sleeps, and then at once, for every sleeper in order."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.wall = BEGIN
        self.slept: list[float] = []
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def time(self) -> float:
        return self.wall

    def monotonic(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += seconds
        self.wall += seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._count += 1
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, self._count, future))
        while not future.done():
            for _ in range(5):
                await asyncio.sleep(0)
            self._wake_next()
        await future

    def _wake_next(self) -> None:
        while self._sleepers:
            due, _, future = heapq.heappop(self._sleepers)
            if future.done():
                continue
            self.pass_(max(0.0, due - self.now))
            future.set_result(None)
            return


class FakeAuth:
    """Hands out token-1, token-2 and so on, one for each renewal."""

    def __init__(self, *, renewable: bool = True) -> None:
        self.renewable = renewable
        self.generation = 1
        self.renewals = 0
        self.judged: list[bool] = []
        self.failure: ApiError | None = None

    async def sign_in(self) -> None:
        pass

    async def authorise(self, request: Request) -> Authorised:
        if self.failure is not None:
            raise self.failure
        return Authorised({**request.headers, "X-Auth-Token": f"token-{self.generation}"}, identity=self.generation)

    async def renew(self, used: Authorised) -> bool:
        self.renewals += 1
        if self.renewable and used.identity == self.generation:
            self.generation += 1
        return self.renewable

    def renewed(self, used: Authorised, *, helped: bool) -> None:
        assert used.identity == self.generation
        self.judged.append(helped)


@dataclass
class Seen(Observer):
    """Everything an observer was told."""

    attempts: list[tuple[str, str]] = field(default_factory=list)
    calls: list[tuple[str, str, ApiError | None]] = field(default_factory=list)
    retries: list[tuple[str, str]] = field(default_factory=list)
    waited: float = 0.0
    limits: dict[str, float | None] = field(default_factory=dict)
    sign_ins: int = 0
    sign_in_failures: int = 0
    expiries: list[float | None] = field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        return [code for _, code in self.attempts]

    @property
    def operations(self) -> Counter[str]:
        return Counter(operation for operation, _ in self.attempts)

    def attempted(self, operation: str, *, code: str, seconds: float) -> None:
        assert seconds >= 0
        self.attempts.append((operation, code))

    def called(self, operation: str, subject: str, *, seconds: float, failure: ApiError | None) -> None:
        assert seconds >= 0
        self.calls.append((operation, subject, failure))

    def retried(self, operation: str, *, reason: str) -> None:
        self.retries.append((operation, reason))

    def throttled(self, seconds: float) -> None:
        self.waited += seconds

    def limited(self, operation: str, *, rate: float | None) -> None:
        self.limits[operation] = rate

    def signed_in(self) -> None:
        self.sign_ins += 1

    def sign_in_failed(self) -> None:
        self.sign_in_failures += 1

    def credential_expires(self, timestamp: float | None) -> None:
        self.expiries.append(timestamp)


def raw(head: bytes, body: bytes = b"", *, then_close: bool = True) -> Handler:
    """A server that reads one request head and says just this."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head + body)
        await writer.drain()
        if not then_close:
            await reader.read()

    return handle


def http(status: str, body: bytes, *headers: str) -> bytes:
    """One complete HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def ids(items: list[Any]) -> list[object]:
    return [item.id for item in items]


class Bodies(list[dict[str, Any]]):
    """Answers requests with a function of their body, which it keeps."""

    def __init__(self, answer: Callable[[dict[str, Any]], object], *, status: int = 200) -> None:
        super().__init__()
        self._answer = answer
        self._status = status

    def __call__(self, url: URL, **kwargs: Any) -> CallbackResult:
        assert url.scheme == "https"
        self.append(json.loads(kwargs["data"]))
        return CallbackResult(status=self._status, body=json.dumps(self._answer(self[-1])))


class FakeIdentity:
    """An identity service that gives token-1, token-2 and so on, or fails."""

    def __init__(self, life: float | None = 86400.0) -> None:
        self.life = life
        self.given = 0
        self.asked = 0
        self.needed: list[bool] = []
        self.failure: ApiError | None = None
        self.secret = "old"
        self.secret_failure: ApiCredentialError | None = None
        self.gate: asyncio.Event | None = None
        self.same = False

    async def obtain(self, needed: bool) -> Obtained[str]:
        self.asked += 1
        self.needed.append(needed)
        if self.gate is not None:
            await self.gate.wait()
        await asyncio.sleep(0)
        if self.failure is not None:
            raise self.failure
        self.given += 0 if self.same and self.given else 1
        return Obtained(f"token-{self.given}", life=self.life, expires_at=5.0)

    def inputs(self) -> str:
        if self.secret_failure is not None:
            raise self.secret_failure
        return self.secret
