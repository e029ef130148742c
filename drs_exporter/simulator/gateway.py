"""What stands in front of every operation: counts requests, lets faults have them, writes answers."""

import asyncio
import json
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

import msgspec
from aiohttp import web

from drs_exporter.simulator.exchange import Exchange
from drs_exporter.simulator.faults import Faults
from drs_exporter.simulator.limits import Limits, Throttled
from drs_exporter.simulator.operations_v3 import Answer
from drs_exporter.simulator.refusal import Refused
from drs_exporter.simulator.worldtime import WorldTime, http_date

_LOG: Final = 20_000
"""Requests that are remembered."""

Handler = Callable[[Exchange], Answer | web.Response]
Route = Callable[[web.Request], Awaitable[web.StreamResponse]]


class SeenRequest(NamedTuple):
    """One request as it came."""

    operation: str
    method: str
    path: str
    """With its query."""
    headers: dict[str, str]
    body: bytes


class Gateway:
    """Takes requests to operations and their answers back, faults included."""

    def __init__(self, faults: Faults, limits: Limits, time: WorldTime) -> None:
        """Begin with no request seen."""
        self.calls: Counter[str] = Counter()
        self.requests: deque[SeenRequest] = deque(maxlen=_LOG)
        self.stopping = asyncio.Event()
        """Set when the cloud stops: whatever hangs ends."""
        self._faults = faults
        self._limits = limits
        self._time = time
        self._answered = 0

    def route(self, operation: str, handler: Handler) -> Route:
        """The handler of one operation's requests."""

        async def serve(request: web.Request) -> web.StreamResponse:
            body = await request.read()
            self.calls[operation] += 1
            self.requests.append(SeenRequest(operation, request.method, request.raw_path, dict(request.headers), body))
            exchange = Exchange(operation, request, body, now=self._time.now())
            try:
                self._limits.admit(operation)
            except Throttled as refused:
                return _response(Answer(refused.payload(), refused.status, refused.headers))
            exchange.faults = self._faults.take(exchange)
            for fault in exchange.faults:
                if fault.kind.answer is not None:
                    answered = await fault.kind.answer(exchange, fault.params, self.stopping)
                    if answered is not None:
                        return answered
            return await self._answer(exchange, handler)

        return serve

    async def _answer(self, exchange: Exchange, handler: Handler) -> web.StreamResponse:
        try:
            answer = handler(exchange)
        except Refused as refused:
            answer = Answer(refused.payload(), refused.status)
        if isinstance(answer, web.Response):
            return answer
        payload: object = answer.payload
        changes = [fault for fault in exchange.faults if fault.kind.change is not None and answer.status < 300]
        for fault in changes:
            if fault.kind.change is not None and isinstance(payload, dict):
                payload = fault.kind.change(payload, exchange, fault.params)
        body = _encode(payload, anything=bool(changes))
        for fault in exchange.faults:
            if fault.kind.send is not None:
                return await fault.kind.send(exchange, answer.status, body, fault.params, self.stopping)
        return web.Response(
            status=answer.status, body=body, content_type="application/json", headers=dict(answer.headers)
        )

    async def number(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Give an answer its request id and its date, by the clock of this world."""
        self._answered += 1
        response.headers["Date"] = http_date(self._time.now())
        response.headers["X-Request-Id"] = f"{self._answered:032x}"


def _response(answer: Answer) -> web.Response:
    """An answer as it is, without faults."""
    body = _encode(answer.payload, anything=False)
    return web.Response(status=answer.status, body=body, content_type="application/json", headers=dict(answer.headers))


def _encode(payload: Any, *, anything: bool) -> bytes:
    """JSON; what msgspec rightly refuses to write (lone surrogates, NaN) is written all the same."""
    if not anything:
        try:
            return msgspec.json.encode(payload)
        except UnicodeEncodeError:
            pass
    return json.dumps(payload).encode()
