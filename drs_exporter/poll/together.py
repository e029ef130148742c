"""Several calls at once, of which some may fail."""

import asyncio
import inspect
from collections.abc import Awaitable, Iterable, Sequence
from typing import TypeVar

from drs_exporter.errors import ApiError

Result = TypeVar("Result")


async def together(calls: Iterable[Awaitable[Result]]) -> list[Result | ApiError]:
    """The results in order, a failed call's error in its place; anything else that is raised is a bug and ends all."""

    async def one(call: Awaitable[Result]) -> Result | ApiError:
        try:
            return await call
        except ApiError as exc:
            return exc.alone()

    made = list(calls)
    tasks = [asyncio.ensure_future(one(call)) for call in made]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task, call in zip(tasks, made, strict=True):
            task.cancel()
            # A task that had no turn yet never awaits its call, and Python would tell of that.
            if inspect.iscoroutine(call) and inspect.getcoroutinestate(call) == inspect.CORO_CREATED:
                call.close()


def raise_first(outcomes: Sequence[object]) -> None:
    """Raise the first error among outcomes, once everything that could be done was done."""
    for outcome in outcomes:
        if isinstance(outcome, ApiError):
            raise outcome
