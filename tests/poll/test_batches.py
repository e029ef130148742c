"""Batches that are refused, left unanswered, or answered in part."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drs_exporter.errors import ApiError, ApiStatusError, ApiTimeoutError, Refusal
from drs_exporter.parse.jobs import Listed
from drs_exporter.poll.asking import Asking
from drs_exporter.poll.batches import Batches
from drs_exporter.poll.collector import Collector, Run
from drs_exporter.snapshot import JobInfo


def listed(job_id: str, status: str = "INCRE_TRANSFER_STARTED") -> Listed:
    """A job as the listing has it."""
    return Listed(id=job_id, name=job_id, status=status, info=JobInfo())


def refusal(code: str = "DRS.M05004", refused: Refusal = Refusal.REQUEST) -> ApiStatusError:
    """A batch refused with 400."""
    return ApiStatusError("refused", operation="batch_status", refusal=refused, status=400, error_code=code)


class Service:
    """Answers about ids, except bad ones, which refuse their whole batch, and silent ones, which it leaves out."""

    def __init__(self, *, bad: set[str] = frozenset(), silent: set[str] = frozenset(), error: Any = None) -> None:  # type: ignore[assignment]
        self.bad = bad
        self.silent = silent
        self.error = error or refusal()
        self.calls: list[Sequence[str]] = []

    async def ask(self, job_ids: Sequence[str]) -> Mapping[str, str | None]:
        """One call."""
        self.calls.append(job_ids)
        if self.bad.intersection(job_ids):
            raise self.error
        return {job_id: f"answer {job_id}" for job_id in job_ids if job_id not in self.silent}


class Asker(Collector):
    """A collector of one batch operation, before that service."""

    name = "status"
    operations = ("batch_status",)

    def __init__(self, service: Service, fleet: Mapping[str, Listed], *, size: int = 100) -> None:
        self.size = size  # type: ignore[misc]
        self.answers: dict[str, str] = {}
        self.fleet = fleet
        self._service = service
        self._batches: Batches[str] = Batches(operation="batch_status")

    def keys(self, run: Any = None) -> list[str]:  # noqa: ARG002 - as above
        """Whatever is worth asking."""
        return self._batches.askable(self.fleet)

    async def ask(self, run: Run, keys: Sequence[str]) -> list[str]:  # noqa: ARG002 - nothing of it is needed
        """One batch."""
        return await self._batches.ask(
            keys, self.fleet, project="prod", ask=self._service.ask, answered=self.answers.update
        )

    async def all(self) -> dict[str, str]:
        """Ask about all that is worth asking; the answers, those of before among them."""
        run: Any = None
        await Asking(self, run, self.keys()).all()
        return self.answers


async def ask(service: Service, jobs: Mapping[str, Listed], *, size: int = 100) -> dict[str, str]:
    """The answers of one who asks the first time."""
    return await Asker(service, jobs, size=size).all()


def jobs(count: int) -> dict[str, Listed]:
    """So many jobs."""
    return {f"j{number:03}": listed(f"j{number:03}") for number in range(count)}


async def test_ids_are_asked_in_as_few_batches_as_the_size_allows() -> None:
    service = Service()
    answers = await ask(service, jobs(250))
    assert [len(call) for call in service.calls] == [100, 100, 50]
    assert len(answers) == 250


async def test_one_bad_id_among_a_hundred_costs_itself_only() -> None:
    service = Service(bad={"j042"})
    fleet = jobs(100)
    answers = await ask(service, fleet)
    assert set(fleet) - set(answers) == {"j042"}
    assert len(service.calls) <= 15


async def test_a_bad_id_is_skipped_until_the_listing_shows_it_changed() -> None:
    service = Service(bad={"j042"})
    fleet = jobs(100)
    asker = Asker(service, fleet)
    await asker.all()
    service.calls.clear()
    await asker.all()
    assert [len(call) for call in service.calls] == [99]
    service.bad, fleet["j042"] = set(), listed("j042", "INCRE_TRANSFER_FAILED")
    assert "j042" in await asker.all()


async def test_a_bad_id_that_left_the_listing_is_forgotten() -> None:
    service = Service(bad={"j000"})
    fleet = jobs(3)
    asker = Asker(service, fleet)
    await asker.all()
    gone = fleet.pop("j000")
    assert asker.keys() == ["j001", "j002"]
    fleet["j000"] = gone
    assert "j000" in list(asker.keys())


async def test_an_unanswered_id_is_asked_once_more_and_no_oftener() -> None:
    service = Service(silent={"j001"})
    answers = await ask(service, jobs(3))
    assert list(map(list, service.calls)) == [["j000", "j001", "j002"], ["j001"]]
    assert set(answers) == {"j000", "j002"}


async def test_an_id_whose_question_was_refused_is_not_asked_again() -> None:
    calls: list[Sequence[str]] = []

    async def refused(job_ids: Sequence[str]) -> Mapping[str, str | None]:
        calls.append(job_ids)
        return dict.fromkeys(job_ids)

    service = Service()
    service.ask = refused  # type: ignore[method-assign]
    assert await ask(service, jobs(1)) == {}
    assert len(calls) == 1


async def test_a_service_that_refuses_every_id_has_failed() -> None:
    """Two of two refused alone is no bad id: the call itself must be wrong."""
    service = Service(bad={"j000", "j001"})
    asker = Asker(service, jobs(2))
    with pytest.raises(ApiStatusError):
        await asker.all()
    assert asker.keys() == ["j000", "j001"]


async def test_the_only_job_can_be_refused_without_failing_the_collector() -> None:
    asker = Asker(Service(bad={"j000"}), jobs(1))
    assert await asker.all() == {}
    assert asker.keys() == []


async def test_a_hundred_bad_ids_do_not_cost_two_hundred_calls() -> None:
    service = Service(bad=set(jobs(100)))
    with pytest.raises(ApiStatusError):
        await ask(service, jobs(100))
    assert len(service.calls) < 20


@pytest.mark.parametrize(
    "error",
    [
        refusal("DRS.M00211"),
        refusal("DRS.M00102", Refusal.PERMISSION),
        ApiTimeoutError("slow", operation="batch_status"),
    ],
)
async def test_a_failure_that_no_id_can_cause_is_not_halved(error: ApiError) -> None:
    service = Service(bad={"j000"}, error=error)
    with pytest.raises(type(error)):
        await ask(service, jobs(100))
    assert len(service.calls) == 1


async def test_one_failed_batch_leaves_the_answers_of_the_others() -> None:
    service = Service(bad={"j000"}, error=ApiTimeoutError("slow", operation="batch_status"))
    asker = Asker(service, jobs(150))
    with pytest.raises(ApiTimeoutError):
        await asker.all()
    assert len(asker.answers) == 50


async def test_a_bug_is_not_taken_for_a_failure_of_the_service() -> None:
    service = Service(bad={"j000"}, error=ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        await ask(service, jobs(2), size=1)


@given(bad=st.sets(st.integers(0, 99), max_size=8))
async def test_every_good_id_is_answered_however_many_are_bad(bad: set[int]) -> None:
    fleet = jobs(100)
    wrong = {f"j{number:03}" for number in bad}
    assert set(await ask(Service(bad=wrong), fleet)) == set(fleet) - wrong
