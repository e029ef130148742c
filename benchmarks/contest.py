"""Contestants in processes of their own that take turns, lap by lap, so that a busy machine is unfair to none."""

import asyncio
import multiprocessing
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from multiprocessing.connection import Connection
from statistics import median
from typing import Any, TypeAlias

Laps: TypeAlias = Callable[..., AsyncGenerator[float]]
"""Yields the figure of each lap; whatever comes before its first one is preparation."""

_SPAWN = multiprocessing.get_context("spawn")


def contest(*contestants: tuple[Laps, tuple[Any, ...]], laps: int = 5) -> list[float]:
    """The median figure of each contestant."""
    processes, pipes = [], []
    for run, arguments in contestants:
        here, there = _SPAWN.Pipe()
        process = _SPAWN.Process(target=_child, args=(there, run, arguments), daemon=True)
        process.start()
        processes.append(process)
        pipes.append(here)
    figures: list[list[float]] = [[] for _ in contestants]
    for _ in range(laps):
        for pipe, found in zip(pipes, figures, strict=True):
            pipe.send("lap")
            found.append(pipe.recv())
    for pipe, process in zip(pipes, processes, strict=True):
        pipe.send(None)
        process.join()
    return [median(found) for found in figures]


def alone(run: Callable[..., Any], *arguments: Any) -> Any:
    """What a function returns in a fresh process: its memory is its own."""
    with _SPAWN.Pool(1) as pool:
        return pool.apply(run, arguments)


def _child(pipe: Connection, run: Laps, arguments: Sequence[Any]) -> None:
    asyncio.run(_laps(pipe, run, arguments))


async def _laps(pipe: Connection, run: Laps, arguments: Sequence[Any]) -> None:
    async with aclosing(run(*arguments)) as figures:
        while pipe.recv():
            pipe.send(await anext(figures))
