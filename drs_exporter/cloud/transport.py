"""Calls to the service's endpoint: authorised, within budget, retried where that helps."""

from dataclasses import replace
from typing import Any, Generic, TypeVar

import aiohttp
import msgspec
from yarl import URL

from drs_exporter.clock import Clock
from drs_exporter.cloud.attempts import Attempts, Reader
from drs_exporter.cloud.auth.credentials import Auth, Authorised
from drs_exporter.cloud.budget import Budget
from drs_exporter.cloud.exchange import Exchange
from drs_exporter.cloud.observer import Observer
from drs_exporter.cloud.request import HEADERS, Request, segment
from drs_exporter.errors import ApiStatusError, Refusal
from drs_exporter.secret import Secret

T = TypeVar("T")


class Transport:
    """One project's way to the service; raises ApiError subclasses only."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        endpoint: str,
        project_id: str,
        auth: Auth,
        budget: Budget,
        clock: Clock,
        observer: Observer,
        request_timeout: float,
        proxy: Secret | None = None,
        longest_wait: float = 60.0,
    ) -> None:
        """Ask `endpoint`; a call that would have to wait longer than `longest_wait` for a Retry-After fails."""
        self.concurrency = budget.concurrency
        self._endpoint = URL(endpoint)
        self._project = segment(project_id)
        self._auth = auth
        self._attempts = Attempts(
            Exchange(session, request_timeout=request_timeout, proxy=proxy),
            budget=budget,
            clock=clock,
            observer=observer,
            longest_wait=longest_wait,
        )

    async def sign_in(self) -> None:
        """Make sure a credential is there."""
        await self._auth.sign_in()

    async def call(
        self,
        operation: str,
        method: str,
        path: str,
        read: Reader[T],
        *,
        query: tuple[tuple[str, str], ...] = (),
        body: Any = None,
        once: bool = False,
    ) -> T:
        """Call `path`, with the project for `{project_id}`, and read the answer; `once` never sends it twice."""
        request = Request(
            operation=operation,
            method=method,
            endpoint=self._endpoint,
            path=path.replace("{project_id}", self._project, 1),
            query=query,
            headers=HEADERS,
            body=b"" if body is None else msgspec.json.encode(body),
        )
        call = _Call(self._auth, self._attempts, request, read)
        if once:
            return await call.attempt()
        return await self._attempts.retried(call.attempt_with_renewal, operation=operation)


class _Call(Generic[T]):
    """One call through its attempts: it renews the credential at most once."""

    def __init__(self, auth: Auth, attempts: Attempts, request: Request, read: Reader[T]) -> None:
        """Nothing is renewed yet."""
        self._auth = auth
        self._attempts = attempts
        self._request = request
        self._read = read
        self._used: Authorised | None = None
        self._renewed = False

    async def attempt(self) -> T:
        """Send it once."""
        return await self._attempts.once(self._prepare, self._read, operation=self._request.operation)

    async def attempt_with_renewal(self) -> T:
        """Send it, and once more if its credential was refused and there is another now."""
        try:
            return await self.attempt()
        except ApiStatusError as exc:
            if not self._not_accepted(exc) or self._renewed or self._used is None:
                raise
            self._renewed = True
            if not await self._auth.renew(self._used):
                raise
        helped = True
        try:
            return await self.attempt()
        except ApiStatusError as exc:
            helped = not self._not_accepted(exc)
            raise
        finally:
            self._auth.renewed(self._used, helped=helped)

    def _not_accepted(self, exc: ApiStatusError) -> bool:
        """Whether the service did not accept the credential; a refused sign-in is another matter."""
        return exc.refusal is Refusal.AUTH and exc.operation == self._request.operation

    async def _prepare(self) -> Request:
        """The request with the headers of the credential now in use."""
        self._used = await self._auth.authorise(self._request)
        return replace(self._request, headers=self._used.headers)
