"""Jobs that a listing lacks although its total may count them."""

from collections.abc import Sequence
from typing import Any

from drs_exporter.drs import wire
from drs_exporter.drs.pages import Listing, Page
from drs_exporter.parse.values import Reader
from drs_exporter.poll.collector import Clients, Run
from drs_exporter.poll.collectors.jobs import Jobs
from drs_exporter.poll.plan import Plan
from drs_exporter.poll.state import State
from drs_exporter.poll.targets import entries


class Cloud:
    """A listing of these jobs, each with its subtasks, and a total."""

    def __init__(self) -> None:
        """No jobs yet."""
        self.jobs: dict[str, Sequence[str]] = {}
        self.total = 0

    async def list_jobs(self, scenario: str, **_: object) -> Listing[wire.ListedJob]:
        """One page."""
        found: Listing[wire.ListedJob] = Listing(lambda job: str(job.id), operation="list_jobs")
        jobs = [
            wire.ListedJob(id=f"{scenario}/{name}", name=name, children=[wire.ChildJob(id=child) for child in children])
            for name, children in self.jobs.items()
        ]
        found.add(Page(jobs, self.total))
        return found


class Stage:
    """The collector before that cloud."""

    def __init__(self) -> None:
        """At the first poll."""
        self.cloud = Cloud()
        self.state = State()
        self.jobs = Jobs()
        self._poll = 0

    def monotonic(self) -> float:
        """A minute a poll."""
        return 60.0 * self._poll

    async def poll(self, *scenarios: str, total: int, **jobs: Sequence[str]) -> dict[str, int]:
        """List these jobs; what is known afterwards, each with the poll that last listed it."""
        self._poll += 1
        self.cloud.jobs, self.cloud.total = jobs, total
        plan: Any = Plan(name="prod", project_id="p", scenarios=scenarios or ("sync",))
        cloud: Any = self.cloud
        clock: Any = self
        now = self.monotonic()
        run = Run(
            plan=plan,
            clients=Clients(drs=cloud, cloud_eye=cloud),
            state=self.state,
            read=Reader(),
            poll=self._poll,
            now=now,
            clock=clock,
            targets={},
            known=(),
        )
        await self.jobs.ask(run, self.jobs.keys(run))
        for held in self.jobs.held(self.state):
            held.expire(now, 180.0)
        return {job_id: entry.poll for job_id, entry in entries(self.state, plan).items()}


async def test_what_a_short_listing_lacks_stays_as_last_listed_and_then_goes() -> None:
    stage = Stage()
    await stage.poll(total=2, a=(), b=())
    assert await stage.poll(total=2, a=()) == {"sync/a": 2, "sync/b": 1}
    assert await stage.poll(total=2, a=()) == {"sync/a": 3, "sync/b": 1}
    assert await stage.poll(total=2, a=()) == {"sync/a": 4}
    assert await stage.poll(total=2, a=(), b=()) == {"sync/a": 5, "sync/b": 5}


async def test_what_comes_back_is_held_no_longer() -> None:
    stage = Stage()
    await stage.poll(total=3, a=(), b=(), c=())
    await stage.poll(total=3, a=())
    assert await stage.poll(total=3, a=(), b=()) == {"sync/a": 3, "sync/b": 3, "sync/c": 1}
    assert [list(held) for held in stage.state.unseen.values()] == [["sync/c"]]


async def test_a_complete_listing_ends_every_hold() -> None:
    stage = Stage()
    await stage.poll(total=2, a=(), b=())
    await stage.poll(total=2, a=())
    assert await stage.poll(total=1, a=()) == {"sync/a": 3}


async def test_a_subtask_goes_at_once_where_its_parent_was_seen() -> None:
    """It is listed within it; where the parent is missing, both are held."""
    stage = Stage()
    await stage.poll(total=2, a=("s1", "s2"), b=("s3",))
    assert await stage.poll(total=2, a=("s2",)) == {"sync/a": 2, "s2": 2, "sync/b": 1, "s3": 1}
    assert await stage.poll(total=3, a=("s2",), b=()) == {"sync/a": 3, "s2": 3, "sync/b": 3}


async def test_a_scenario_that_is_listed_no_more_takes_what_is_held_of_it_along() -> None:
    stage = Stage()
    await stage.poll("sync", "migration", total=2, a=(), b=())
    known = await stage.poll("sync", "migration", total=2, a=())
    assert known == {"sync/a": 2, "sync/b": 1, "migration/a": 2, "migration/b": 1}
    assert await stage.poll("sync", total=2, a=()) == {"sync/a": 3, "sync/b": 1}
