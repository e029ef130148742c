"""What a command is at, for people who wait for it: a line on standard error every few seconds."""

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from typing import Any, TypeVar

import click

T = TypeVar("T")

PATIENCE = 5.0
"""Seconds from one line to the next; what ends sooner needs none."""


async def telling(work: Coroutine[Any, Any, T], doing: Callable[[], Iterable[str]]) -> T:
    """Do this work, and say now and then what it is doing."""
    lines = asyncio.create_task(_tell(doing))
    try:
        return await work
    finally:
        lines.cancel()
        await asyncio.wait({lines})


async def _tell(doing: Callable[[], Iterable[str]]) -> None:
    for seconds in itertools.count(PATIENCE, PATIENCE):
        await asyncio.sleep(PATIENCE)
        for line in doing():
            with suppress(OSError):  # nobody reads it: no reason to end
                click.echo(f"{line}, after {seconds:.0f} s", err=True)
