"""The event loop of a daemon: uvloop where the extra of that name is installed, else asyncio's own."""

import asyncio
from collections.abc import Callable, Coroutine
from importlib import import_module
from importlib.util import find_spec


def run(daemon: Coroutine[object, object, None]) -> None:
    """Run until it ends."""
    with asyncio.Runner(loop_factory=_factory()) as runner:
        runner.run(daemon)


def _factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if find_spec("uvloop") is None:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = import_module("uvloop").new_event_loop
    return factory
