"""When a poll shows what it has found so far."""

from typing import Any

import pytest

from drs_exporter.poll.context import Context
from drs_exporter.poll.pace import keep
from drs_exporter.poll.plan import Plan
from drs_exporter.poll.publisher import Publisher
from drs_exporter.poll.state import State
from drs_exporter.snapshot import Project
from tests.cloud.doubles import FakeClock


class Stage:
    """A publisher whose publications take two seconds each."""

    def __init__(self) -> None:
        """Nothing was published yet."""
        self.clock = FakeClock()
        self.at: list[float] = []
        plan, state = Plan(name="prod", project_id="p"), State()
        clients: Any = None  # nobody is asked
        context = Context(plan, clients, clock=self.clock, state=state, unreadable=lambda *_: None)
        self.publisher = Publisher(context, keep(state, plan), self._publish)

    async def _publish(self, _snapshot: Project) -> None:
        self.at.append(self.clock.monotonic())
        self.clock.now += 2.0


@pytest.mark.parametrize(("seconds", "shown"), [(19.0, False), (21.0, True)])
async def test_a_poll_shows_nothing_before_its_end_until_that_takes_a_tenth_of_its_time(
    seconds: float, shown: bool
) -> None:
    """What it finds within twenty seconds, where publishing takes two, is published once: at its end."""
    stage = Stage()
    await stage.publisher.publish()
    stage.clock.now += 1000.0
    began = stage.clock.monotonic()
    stage.clock.now += seconds
    await stage.publisher.show(began=began)
    assert (len(stage.at) == 2) is shown


async def test_the_first_poll_shows_its_listing_at_once() -> None:
    stage = Stage()
    await stage.publisher.show(began=stage.clock.monotonic())
    assert len(stage.at) == 1
