"""Ending a command by SIGTERM or Ctrl-C: what it began is taken down, and one line says so."""

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final, TypeVar

T = TypeVar("T")

_ENDING: Final = (signal.SIGTERM, signal.SIGINT)


class Ended(BaseException):
    """A signal asked the command to end: no error, and nothing that handles errors may take it for one."""

    def __init__(self, number: int, advice: str = "") -> None:
        """Keep the signal, and what its sender should know."""
        super().__init__(f"ended by {signal.Signals(number).name}" + (f"; {advice}" if advice else ""))
        self.code = 128 + number


@contextmanager
def ending_by_signal() -> Iterator[None]:
    """Turn SIGTERM into `Ended`, and Ctrl-C into what Python itself makes of it, where it is not ignored."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise Ended(number)

    before = {number: signal.getsignal(number) for number in _ENDING}
    signal.signal(signal.SIGTERM, end)
    if before[signal.SIGINT] is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def ignoring(number: signal.Signals) -> Iterator[None]:
    """Let the signal do nothing, but where a handler for it is set meanwhile."""
    before = signal.signal(number, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(number, before)


def until_signal(work: Coroutine[Any, Any, T], *, advice: str = "") -> T:
    """Run to the end, or until a signal: then whatever the work opened is closed, and `Ended` says what came."""
    return asyncio.run(_watched(work, advice))


async def _watched(work: Coroutine[Any, Any, T], advice: str) -> T:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    received: list[int] = []

    def end(number: int) -> None:
        received.append(number)
        if task is not None:
            task.cancel()

    before = {number: signal.getsignal(number) for number in _ENDING}
    for number in _ENDING:
        loop.add_signal_handler(number, end, number)
    try:
        return await work
    except asyncio.CancelledError:
        if received:
            raise Ended(received[0], advice) from None
        raise
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)
