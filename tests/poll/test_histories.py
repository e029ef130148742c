"""Whatever a cloud says from poll to poll: nothing that is remembered to spare work ever shows on the page."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec
import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.driven import AtOnce
from drs_exporter.cloud.budget import Budget
from drs_exporter.cloud.observer import Observer
from drs_exporter.poll import Pace, Plan
from drs_exporter.poll.collectors.diagnosis import Diagnoses
from drs_exporter.poll.collectors.jobs import Jobs
from drs_exporter.poll.state import State
from drs_exporter.render import ProjectRenderer, page_of
from drs_exporter.snapshot import Job, Project
from drs_exporter.status import Phase
from tests.faults.page import Page
from tests.poll.world import MOVES, PLANS, TROUBLE, Move, World

INTERVAL = 60.0
POLLS = st.lists(st.tuples(st.lists(MOVES, max_size=12), TROUBLE | st.just({})), min_size=1, max_size=6)
PATIENT = settings(max_examples=60, deadline=None)


@pytest.fixture(autouse=True, scope="module")
def diagnosis_without_a_ceiling() -> Iterator[None]:
    """Nobody waits for a collector that has one: how far it comes would depend on when the others end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Diagnoses, "ceiling", 1.0)
        yield


class Still:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = 5000.0

    def time(self) -> float:
        """The wall."""
        return self.now

    def monotonic(self) -> float:
        """The stopwatch."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Nobody waits here."""
        raise AssertionError(seconds)


class Watcher:
    """Polls a world as long as it is kept, with all that it holds and remembers."""

    def __init__(self, plan: Plan, world: World, clock: Still, state: State) -> None:
        self.state = state
        self.unreadable: Counter[str] = Counter()
        self._published: list[Project] = []
        self._clock = clock
        self._pace = Pace(
            plan,
            world.clients(),
            {
                service: Budget(rate=None, concurrency=4, clock=clock, observer=Observer())
                for service in ("drs", "cloud_eye")
            },
            clock=clock,
            publish=self._publish,
            unreadable=self._count,
            crashed=lambda: pytest.fail("a bug"),
            state=state,
        )

    def _count(self, errors: Mapping[str, int], _dropped: Mapping[str, int]) -> None:
        self.unreadable.update(errors)

    async def poll(self) -> Project:
        """What it publishes after one poll."""
        await self._pace.once()
        return self._published.pop()

    async def _publish(self, snapshot: Project) -> None:
        self._published.append(snapshot)


def page(renderer: ProjectRenderer, project: Project) -> bytes:
    """The plain page of one project."""
    return b"".join(page_of([renderer.render(project)]))


def told(project: Project) -> Project:
    """What it says of the cloud, not of how it was asked."""
    return msgspec.structs.replace(project, collectors=(), budgets=(), polled=None)


def nothing_is_kept(plan: Plan) -> bool:
    """Whether everything that is shown is asked at every poll.

    Details of jobs in an excluded phase are not: where the listing is behind batch status, what was read stays.
    """
    return plan.hold_time == 0 and plan.interval(Jobs) == INTERVAL and "failed" not in plan.exclude_phases


def has_ended(job: Job) -> bool:
    """Whether it is not asked about again, whoever told that it is over and whatever others say."""
    return job.state is not None and job.state.phase is Phase.STOPPED


async def compare(plan: Plan, polls: Sequence[tuple[Sequence[Move], dict[str, str]]]) -> None:
    """Poll with one watcher that stays, one that only inherits what is held, and one that knows nothing."""
    # What a thread reads beside what is being answered depends on the machine, not on what is remembered.
    asyncio.get_running_loop().set_default_executor(AtOnce())
    world, clock, renderer = World(), Still(), ProjectRenderer(plan.name)
    staying, inherited = Watcher(plan, world, clock, State()), State()
    for moves, trouble in polls:
        for move in moves:
            world.move(move)
        world.trouble = trouble
        counted = staying.unreadable.copy()
        seen = await staying.poll()
        assert page(renderer, seen) == page(ProjectRenderer(plan.name), seen)
        heir = Watcher(plan, world, clock, inherited)
        assert await heir.poll() == seen
        assert heir.unreadable == staying.unreadable - counted
        if not trouble and nothing_is_kept(plan) and not any(map(has_ended, seen.jobs or ())):
            blank = State()
            blank.unknown_statuses = set(inherited.unknown_statuses)
            if not plan.exclude_phases and plan.total_shards == 1:
                assert [job.id for job in seen.jobs or ()] == sorted(world.listed())
            assert told(await Watcher(plan, world, clock, blank).poll()) == told(seen)
        clock.now += INTERVAL
    Page(page(renderer, seen))


@PATIENT
@given(plan=PLANS, polls=POLLS)
def test_a_poll_tells_what_one_without_memory_would(plan: Plan, polls: list[tuple[list[Move], dict[str, str]]]) -> None:
    """Jobs come, change, move, are renamed and go, and calls fail.

    The page is that of a new renderer, the snapshot that of new readers that got only what is held; and where nothing
    failed and nothing is held, that of an exporter just started.
    """
    with structlog.testing.capture_logs():
        asyncio.run(compare(plan, polls))
