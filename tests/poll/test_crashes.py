"""A bug in one project's poll: told once with its traceback, counted, and nobody else's trouble."""

import asyncio
from typing import Any

from structlog.testing import capture_logs
from structlog.typing import EventDict

from benchmarks.driven import Driven, drive

BEGINS, ENDS = 100.0, 400.0
"""Seconds between which the bug is there."""


def watched_together(operation: str) -> tuple[Driven, Driven, list[EventDict]]:
    """A project with a bug in reading the answers of an operation, another one, and the log of ten minutes."""

    async def work() -> tuple[Driven, Driven]:
        broken, sound = Driven(30), Driven(30)
        whole = broken.fleet.call

        async def call(asked: str, *rest: Any, **more: Any) -> Any:
            if asked == operation and BEGINS < broken.clock.monotonic() < ENDS:
                raise TypeError(operation)
            return await whole(asked, *rest, **more)

        vars(broken.fleet)["call"] = call
        await asyncio.gather(broken.last(600), sound.last(600))
        return broken, sound

    with capture_logs() as logs:
        broken, sound = drive(work)
    return broken, sound, logs


def test_a_bug_in_a_poll_is_told_once_and_marks_its_project_down_until_it_is_gone() -> None:
    broken, sound, logs = watched_together("batch_progress")
    assert [entry["event"] for entry in logs] == ["project.crashed"]
    (entry,) = logs
    assert (entry["log_level"], entry["project"]) == ("error", "prod")
    assert isinstance(entry["exc_info"], TypeError)
    assert entry["exc_info"].__traceback__ is not None
    assert broken.crashes == 5, "one for each tick"
    up = {at: project.up for at, project in broken.published}
    assert all(up[at] for at in up if 20 < at < BEGINS or at > ENDS + 60)
    assert not any(up[at] for at in up if BEGINS + 60 < at < ENDS)
    assert broken.published[-1][1].jobs
    assert sound.crashes == 0
    assert all(project.up for _, project in sound.published)
    assert len(sound.published) > len(up)


def test_a_bug_beside_the_polls_is_contained_alike() -> None:
    broken, sound, logs = watched_together("list_async_jobs")
    assert [entry["event"] for entry in logs] == ["project.crashed"]
    assert 0 < broken.crashes <= 5, "no more than one a tick"
    last = broken.published[-1][1]
    assert last.up
    assert all(state.success for state in last.collectors if state.collector != "diagnosis")
    assert sound.crashes == 0
