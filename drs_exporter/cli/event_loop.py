"""The event loop of a daemon: uvloop where the extra of that name is installed, else asyncio's own."""

import asyncio
from collections.abc import Callable, Coroutine
from importlib import import_module
from importlib.util import find_spec


def run(daemon: Coroutine[object, object, None]) -> None:
    """Run until it ends."""
    factory: Callable[[], asyncio.AbstractEventLoop] | None = None
    if find_spec("uvloop") is not None:
        factory = import_module("uvloop").new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(daemon)
