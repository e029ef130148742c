"""The faster event loop is used where it is installed, and is not needed."""

import asyncio
import importlib.util

import pytest

from drs_exporter.cli import event_loop


async def remember(found: list[str]) -> None:
    """Note whose loop runs."""
    found.append(type(asyncio.get_running_loop()).__module__.partition(".")[0])


@pytest.mark.parametrize(("installed", "expected"), [(True, "uvloop"), (False, "asyncio")])
def test_uvloop_runs_the_daemon_where_it_is_installed(
    installed: bool, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not installed:
        monkeypatch.setattr(event_loop, "find_spec", lambda _: None)
    assert importlib.util.find_spec("uvloop") is not None
    found: list[str] = []
    event_loop.run(remember(found))
    assert found == [expected]
