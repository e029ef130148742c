"""Several calls at once, of which some may fail."""

import asyncio
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

    tasks = [asyncio.ensure_future(one(call)) for call in calls]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()


def raise_first(outcomes: Sequence[object]) -> None:
    """Raise the first error among outcomes, once everything that could be done was done."""
    for outcome in outcomes:
        if isinstance(outcome, ApiError):
            raise outcome
