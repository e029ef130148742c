"""When the next poll begins, by how long the last one took."""

import pytest

from drs_exporter.poll.plan import Plan
from drs_exporter.poll.ticks import Ticks
from tests.poll.test_pace import INTERVAL, StepClock


def next_after(took: float, *, late: float) -> float:
    """Intervals after the tick of a poll at which the next one begins: it began that much late, and took so long."""
    clock = StepClock()
    ticks = Ticks(Plan(name="prod", project_id="p", poll_interval=INTERVAL), clock)
    tick = ticks.first()
    clock.now = tick + late * INTERVAL
    began = clock.now
    clock.now += took * INTERVAL
    return (ticks.after_poll(tick, began=began) - tick) / INTERVAL


@pytest.mark.parametrize(("took", "following"), [(0.1, 1), (0.9, 1), (1.1, 2), (1.9, 2), (2.1, 3)])
def test_a_poll_that_began_at_its_tick_is_followed_at_the_next_tick_after_its_end(took: float, following: int) -> None:
    assert next_after(took, late=0.0) == pytest.approx(following)


@pytest.mark.parametrize(("took", "following"), [(0.1, 1), (0.9, 1), (1.1, 2), (1.9, 2), (2.1, 3)])
def test_one_that_began_between_two_ticks_skips_no_more_of_them(took: float, following: int) -> None:
    """As the first one does: the tick that came before it ended is late, not missed."""
    assert next_after(took, late=0.4) == pytest.approx(following)
