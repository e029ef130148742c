"""Calls to one endpoint: authorised, within budget, repeated where that helps."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote

import msgspec
from yarl import URL

from drs_exporter.clock import Clock
from drs_exporter.cloud.answer import REDIRECTS, SUCCESS, AnswerReader, HttpAnswer
from drs_exporter.cloud.auth.credentials import Auth, Authorised
from drs_exporter.cloud.bounds import ONE, Bounds
from drs_exporter.cloud.budget import Budget
from drs_exporter.cloud.decode import is_html
from drs_exporter.cloud.error_body import known_code, stated_code
from drs_exporter.cloud.exchange import HttpExchange
from drs_exporter.cloud.hints import clock_skew, redirect_target, retry_after
from drs_exporter.cloud.observer import Observer
from drs_exporter.cloud.refusals import ServiceRefusals
from drs_exporter.cloud.request import HEADERS, Request
from drs_exporter.errors import (
    ApiConnectionError,
    ApiError,
    ApiSchemaError,
    ApiStatusError,
    ApiTimeoutError,
    NoAnswerError,
    Refusal,
)

T = TypeVar("T")

RETRIES: Final = 2
"""After the first attempt."""

_BACKOFF: Final = 0.5
"""Seconds that are waited at most before the first retry; twice as many before the next."""

_TOO_MANY: Final = 429

_CODES: Final = MappingProxyType(
    {ApiTimeoutError: "timeout", ApiConnectionError: "connection", ApiSchemaError: "schema", NoAnswerError: "schema"}
)
"""What an attempt without a status counts as."""


@dataclass(slots=True)
class _Call(Generic[T]):
    """One call on its way through its attempts."""

    request: Request
    """Without credentials."""
    read: AnswerReader[T]
    bounds: Bounds
    subject: str
    began_at: float | None = None
    """Monotonic time at which its first attempt began."""
    used: Authorised | None = None
    """Of the last attempt."""
    renewed: bool = False


class Transport:
    """One project's way to one service; raises ApiError subclasses only."""

    def __init__(
        self,
        exchange: HttpExchange,
        *,
        endpoint: str,
        auth: Auth,
        budget: Budget,
        clock: Clock,
        observer: Observer,
        refusals: ServiceRefusals,
        project_id: str = "",
        longest_wait: float = 60.0,
    ) -> None:
        """Ask `endpoint`; a call that would begin again later than `longest_wait` seconds after it began fails."""
        self.concurrency = budget.concurrency
        self._exchange = exchange
        self._endpoint = URL(endpoint)
        self._project = quote(project_id, safe="")
        self._auth = auth
        self._budget = budget
        self._clock = clock
        self._observer = observer
        self._refusals = refusals
        self._longest_wait = longest_wait

    async def sign_in(self) -> None:
        """Make sure a credential is there."""
        await self._auth.sign_in()

    async def call(
        self,
        operation: str,
        method: str,
        path: str,
        read: AnswerReader[T],
        *,
        query: tuple[tuple[str, str], ...] = (),
        headers: Mapping[str, str] = HEADERS,
        body: Any = None,
        subject: str = "",
        empty: T | None = None,
        bounds: Bounds = ONE,
        once: bool = False,
    ) -> T:
        """Call `path`, with the project for `{project_id}`, and read the answer; `once` never sends it twice.

        The observer is told of its end and its `subject`. `empty` is the content of an answer that says with an error
        status that there is nothing; `bounds` tell what was asked for: an answer that holds far more is refused.
        """
        request = Request(
            operation=operation,
            method=method,
            endpoint=self._endpoint,
            path=path.replace("{project_id}", self._project, 1),
            query=query,
            headers=headers,
            body=b"" if body is None else msgspec.json.encode(body),
        )
        call = _Call(request, read, bounds, subject)
        attempt, retries = (self._attempt, 0) if once else (self._attempt_with_renewal, RETRIES)
        for tried in range(1 + retries):
            try:
                content: T | None = await attempt(call)
            except ApiError as exc:
                # What is kept, here or by a caller, must not hold the answers that were read on its way.
                failure = exc.alone()
                content = empty if isinstance(failure, ApiStatusError) and failure.refusal is Refusal.EMPTY else None
            if content is not None:
                self._tell_end(call, None)
                return content
            if tried == retries or not self._passes(failure, operation) or self._too_late(call):
                break
            self._observer.retried(operation, reason=failure.reason)
            await self._back_off(failure, tried)
        self._tell_end(call, failure)
        try:
            raise failure
        finally:
            del failure  # or it and this frame would hold each other

    def _tell_end(self, call: _Call[Any], failure: ApiError | None) -> None:
        seconds = 0.0 if call.began_at is None else self._clock.monotonic() - call.began_at
        self._observer.called(call.request.operation, call.subject, seconds=seconds, failure=failure)

    async def _back_off(self, failure: ApiError, tried: int) -> None:
        """Wait for a random time up to a growing bound; a Retry-After is waited for in the budget."""
        if not (isinstance(failure, ApiStatusError) and failure.retry_after is not None):
            await self._clock.sleep(random.uniform(0, _BACKOFF * 2**tried))  # noqa: S311 - nothing to guess here

    def _passes(self, failure: ApiError, operation: str) -> bool:
        """Throttling, a failing service, no connection, no answer; a failed sign-in had its own retries."""
        if failure.operation != operation:
            return False
        if not isinstance(failure, ApiStatusError):
            return isinstance(failure, ApiTimeoutError | ApiConnectionError | NoAnswerError)
        return failure.refusal in (Refusal.THROTTLED, Refusal.SERVER) and failure.status not in REDIRECTS

    def _too_late(self, call: _Call[Any]) -> bool:
        """Whether a pause, by a Retry-After or learned from throttling, lasts longer than one call may take."""
        now = self._clock.monotonic()
        resumes = now + self._budget.paused_for(call.request.operation)
        return resumes - (call.began_at or now) > self._longest_wait

    async def _attempt_with_renewal(self, call: _Call[T]) -> T:
        """Send it, and once in all its attempts anew if its credential was refused and there is another now."""
        try:
            return await self._attempt(call)
        except ApiStatusError as exc:
            if not _not_accepted(exc, call) or call.renewed or call.used is None:
                raise
            call.renewed = True
            if not await self._auth.renew(call.used):
                raise
        helped = True
        try:
            return await self._attempt(call)
        except ApiStatusError as exc:
            helped = not _not_accepted(exc, call)
            raise
        finally:
            self._auth.renewed(call.used, helped=helped)

    async def _attempt(self, call: _Call[T]) -> T:
        """One request in its turn, authorised when that has come, so that a signature is fresh."""
        operation = call.request.operation
        if (pause := self._budget.paused_for(operation)) > self._longest_wait:
            raise self._must_wait(operation, pause)
        async with self._budget.place(operation):
            if call.began_at is None:
                call.began_at = self._clock.monotonic()
            call.used = await self._auth.authorise(call.request)
            request = replace(call.request, headers=call.used.headers)
            started = self._clock.monotonic()
            try:
                answer = await self._exchange.send(request, call.bounds)
                content = self._content(answer, request, call)
            except ApiError as exc:
                self._tell(operation, _code(exc), started)
                raise
            self._tell(operation, str(answer.status), started)
            return content

    def _tell(self, operation: str, code: str | None, started: float) -> None:
        """Count an attempt, unless nothing was sent."""
        if code is not None:
            self._observer.attempted(operation, code=code, seconds=self._clock.monotonic() - started)

    def _content(self, answer: HttpAnswer, request: Request, call: _Call[T]) -> T:
        """The content of a success; everything else is raised with the service's id of the request."""
        if answer.status not in SUCCESS:
            raise self._refused(answer, request, stated_code(answer.body))
        request_id = known_code(answer.headers.get("X-Request-Id"))
        self._budget.answered(request.operation)
        try:
            content = call.read(answer, operation=request.operation)
            call.bounds.check_content(content, operation=request.operation)
        except ApiSchemaError as exc:
            exc.request_id = request_id
            raise
        if content is None:
            if (stated := stated_code(answer.body)) is not None:
                raise self._refused(answer, request, stated)
            message = "the answer lacks what the operation promises"
            raise ApiSchemaError(message, operation=request.operation, request_id=request_id)
        return content

    def _refused(self, answer: HttpAnswer, request: Request, stated: object) -> ApiStatusError:
        """The error that this answer is, told to the budget."""
        error_code = known_code(stated)
        refusal = self._refusals.meaning(answer.status, error_code, html=is_html(answer.body))
        wait = None
        if refusal in (Refusal.THROTTLED, Refusal.SERVER):
            wait = retry_after(answer.headers, now=self._clock.time())
        if refusal is Refusal.THROTTLED:
            self._budget.throttled(request.operation, error_code=error_code, retry_after=wait)
        elif wait is not None:
            self._budget.pause(request.operation, wait)
        elif refusal is not Refusal.SERVER:
            self._budget.answered(request.operation)
        words = self._refusals.sentence(refusal, answer.status)
        if answer.status in REDIRECTS:
            words = f"the service points to {redirect_target(answer.headers)}; redirects are not followed"
        if refusal in (Refusal.AUTH, Refusal.PERMISSION) and "X-Sdk-Date" in request.headers:
            words += clock_skew(answer.headers, now=self._clock.time())
        return ApiStatusError(
            f"HTTP {answer.status}{f' {error_code}' if error_code else ''}: {words}",
            operation=request.operation,
            refusal=refusal,
            status=answer.status,
            error_code=error_code,
            request_id=known_code(answer.headers.get("X-Request-Id")),
            retry_after=wait,
        )

    def _must_wait(self, operation: str, pause: float) -> ApiStatusError:
        """The error of a call that is not made, since the service asked to be left alone."""
        words = self._refusals.sentence(Refusal.THROTTLED, _TOO_MANY)
        return ApiStatusError(
            f"{words}: the service asked to wait another {pause:.0f} s",
            operation=operation,
            refusal=Refusal.THROTTLED,
            status=_TOO_MANY,
            retry_after=pause,
        )


def _not_accepted(exc: ApiStatusError, call: _Call[Any]) -> bool:
    """Whether the service did not accept the credential; a refused sign-in is another matter."""
    return exc.refusal is Refusal.AUTH and exc.operation == call.request.operation


def _code(failure: ApiError) -> str | None:
    """What an attempt counts as; None if nothing was sent."""
    if isinstance(failure, ApiStatusError):
        return "error" if failure.status in SUCCESS else str(failure.status)
    return _CODES.get(type(failure))
