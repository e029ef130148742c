"""Attempts and retries: what is counted, what is tried again, and how long to wait before."""

from collections.abc import Awaitable, Callable
from typing import Final, Protocol, TypeVar

import msgspec
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

from drs_exporter.clock import Clock
from drs_exporter.cloud.budget import Budget
from drs_exporter.cloud.decode import decode, is_html
from drs_exporter.cloud.exchange import Answer, Exchange
from drs_exporter.cloud.hints import clock_skew, redirect_target, retry_after
from drs_exporter.cloud.observer import Observer
from drs_exporter.cloud.refusals import ErrorBody, classify, known_code, sentence
from drs_exporter.cloud.request import SIGN_IN, Request
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
T_co = TypeVar("T_co", covariant=True)

TRIES: Final = 3
"""The first attempt and two retries."""

_LONGEST_BACKOFF: Final = 10.0
_SUCCESS: Final = range(200, 300)
_REDIRECTS: Final = range(300, 400)
_ERROR: Final = msgspec.json.Decoder(ErrorBody)


class Reader(Protocol[T_co]):
    """Reads an answer; None when what the operation promises is not in it."""

    def __call__(self, answer: Answer, /, *, operation: str) -> T_co | None:
        """The answer's content; ApiSchemaError if it is unreadable."""
        ...


class Meaning(Protocol):
    """Decides what a refusal is."""

    def __call__(self, status: int, error_code: str | None, *, html: bool) -> Refusal:
        """From the status, the code, and whether the body is a page for people."""
        ...


class Attempts:
    """Requests to one endpoint: each takes its place in the budget and is told to the observer."""

    def __init__(
        self,
        exchange: Exchange,
        *,
        budget: Budget,
        clock: Clock,
        observer: Observer,
        longest_wait: float = 60.0,
        meaning: Meaning = classify,
    ) -> None:
        """Wait no longer than `longest_wait` for a pause to end; `meaning` decides what a refusal is."""
        self._exchange = exchange
        self._budget = budget
        self._clock = clock
        self._observer = observer
        self._longest_wait = longest_wait
        self._meaning = meaning

    async def once(self, prepare: Callable[[], Awaitable[Request]], read: Reader[T], *, operation: str) -> T:
        """One attempt; the request is prepared when its turn has come, so that a signature is fresh."""
        if (pause := self._budget.paused_for(operation)) > self._longest_wait:
            raise ApiStatusError(
                f"{sentence(Refusal.THROTTLED)}: the service asked to wait another {pause:.0f} s",
                operation=operation,
                refusal=Refusal.THROTTLED,
                status=429,
                retry_after=pause,
            )
        async with self._budget.place(operation):
            request = await prepare()
            started = self._clock.monotonic()
            code = None
            try:
                answer = await self._exchange.send(request)
                code = str(answer.status)
                return self._read(answer, read, request)
            except ApiTimeoutError:
                code = "timeout"
                raise
            except ApiConnectionError:
                code = "connection"
                raise
            except ApiSchemaError:
                code = "schema"
                raise
            except ApiStatusError as exc:
                code = str(exc.status) if exc.status not in _SUCCESS else "error"
                raise
            finally:
                if code is not None:
                    self._observer.attempted(operation, code=code, seconds=self._clock.monotonic() - started)

    async def retried(self, attempt: Callable[[], Awaitable[T]], *, operation: str) -> T:
        """The attempt, and twice more where another try may help; what it waits is random up to a growing bound."""
        try:
            return await attempt()
        except ApiError as exc:
            first: ApiError | None = exc.alone()

        async def again() -> T:
            nonlocal first
            if first is not None:
                try:
                    raise first
                finally:
                    first = None
            return await attempt()

        # A call that succeeds, as nearly all do, is spared the library, which costs as much as the request itself.
        backoff = wait_random_exponential(multiplier=0.5, max=_LONGEST_BACKOFF)

        def wait(state: RetryCallState) -> float:
            failure = state.outcome.exception() if state.outcome else None
            # A Retry-After has paused the operation in the budget, where the next attempt waits.
            asked = isinstance(failure, ApiStatusError) and failure.retry_after is not None
            return 0.0 if asked else backoff(state)

        def tell(state: RetryCallState) -> None:
            failure = state.outcome.exception() if state.outcome else None
            if isinstance(failure, ApiError):
                self._observer.retried(operation, reason=failure.reason)

        retrying = AsyncRetrying(
            sleep=self._clock.sleep,
            stop=stop_after_attempt(TRIES),
            wait=wait,
            retry=retry_if_exception(lambda failure: self._again(failure, operation)),
            before_sleep=tell,
            reraise=True,
        )
        try:
            return await retrying(again)
        except ApiError as exc:
            # The library and the error hold each other: bodies of many megabytes would stay until garbage is collected.
            raise exc.alone() from None
        finally:
            retrying.iter_state.reset()  # what it was to do next holds itself

    def _again(self, failure: BaseException, operation: str) -> bool:
        """Throttling, a failing service, no connection, no answer; a failed sign-in had its own retries."""
        match failure:
            case ApiError() if failure.operation != operation:
                return False
            case ApiStatusError():
                wait = failure.retry_after or 0.0
                passing = failure.refusal in (Refusal.THROTTLED, Refusal.SERVER) and failure.status not in _REDIRECTS
                return passing and wait <= self._longest_wait
            case _:
                return isinstance(failure, ApiTimeoutError | ApiConnectionError | NoAnswerError)

    def _read(self, answer: Answer, read: Reader[T], request: Request) -> T:
        """The content of a success; everything else is raised with the service's id of the request."""
        request_id = known_code(answer.headers.get("X-Request-Id"))
        if not answer.success:
            raise self._refused(answer, request, request_id)
        self._budget.answered(request.operation)
        try:
            content = read(answer, operation=request.operation)
        except ApiSchemaError as exc:
            exc.request_id = request_id
            raise
        if content is None:
            if _stated_code(answer) not in (None, ""):
                raise self._refused(answer, request, request_id)
            message = "the answer lacks what the operation promises"
            raise ApiSchemaError(message, operation=request.operation, request_id=request_id)
        return content

    def _refused(self, answer: Answer, request: Request, request_id: str | None) -> ApiStatusError:
        """The error that this answer is; a Retry-After pauses the budget."""
        error_code = known_code(_stated_code(answer))
        refusal = self._meaning(answer.status, error_code, html=is_html(answer.body))
        wait = None
        if refusal is Refusal.THROTTLED:
            wait = retry_after(answer.headers, now=self._clock.time())
            self._budget.throttled(request.operation, error_code=error_code, retry_after=wait)
        elif refusal is Refusal.SERVER:
            wait = retry_after(answer.headers, now=self._clock.time())
            if wait is not None:
                self._budget.pause(request.operation, wait)
        else:
            self._budget.answered(request.operation)
        words = sentence(refusal, signing_in=request.operation == SIGN_IN)
        if answer.status in _REDIRECTS:
            words = f"the service points to {redirect_target(answer.headers)}; redirects are not followed"
        if refusal in (Refusal.AUTH, Refusal.PERMISSION) and "X-Sdk-Date" in request.headers:
            words += clock_skew(answer.headers, now=self._clock.time())
        return ApiStatusError(
            f"HTTP {answer.status}{f' {error_code}' if error_code else ''}: {words}",
            operation=request.operation,
            refusal=refusal,
            status=answer.status,
            error_code=error_code,
            request_id=request_id,
            retry_after=wait,
        )


def _stated_code(answer: Answer) -> object:
    """What stands in `error_code`, if the body has one."""
    try:
        return decode(answer.body, _ERROR, operation="").error_code
    except ApiSchemaError:
        return None
