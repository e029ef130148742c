"""Batches that are refused, left unanswered, or answered in part."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drs_exporter.errors import ApiError, ApiStatusError, ApiTimeoutError, Refusal
from drs_exporter.parse.jobs import Listed
from drs_exporter.poll.batches import Batches
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


def batches(size: int = 100) -> Batches[str]:
    """Batches of one operation."""
    return Batches(size=size, project="prod", operation="batch_status")


async def ask(asked: Batches[str], service: Service, jobs: Mapping[str, Listed]) -> dict[str, str]:
    """Ask about all that is worth asking; the answers."""
    answers: dict[str, str] = {}
    await asked.ask(asked.askable(jobs), jobs, ask=service.ask, answered=answers.update)
    return answers


def jobs(count: int) -> dict[str, Listed]:
    """So many jobs."""
    return {f"j{number:03}": listed(f"j{number:03}") for number in range(count)}


async def test_ids_are_asked_in_as_few_batches_as_the_size_allows() -> None:
    service = Service()
    answers = await ask(batches(), service, jobs(250))
    assert [len(call) for call in service.calls] == [100, 100, 50]
    assert len(answers) == 250


async def test_one_bad_id_among_a_hundred_costs_itself_only() -> None:
    service = Service(bad={"j042"})
    asked, fleet = batches(), jobs(100)
    answers = await ask(asked, service, fleet)
    assert set(fleet) - set(answers) == {"j042"}
    assert len(service.calls) <= 15


async def test_a_bad_id_is_skipped_until_the_listing_shows_it_changed() -> None:
    service = Service(bad={"j042"})
    asked, fleet = batches(), jobs(100)
    await ask(asked, service, fleet)
    service.calls.clear()
    await ask(asked, service, fleet)
    assert [len(call) for call in service.calls] == [99]
    service.bad, fleet["j042"] = set(), listed("j042", "INCRE_TRANSFER_FAILED")
    assert "j042" in await ask(asked, service, fleet)


async def test_a_bad_id_that_left_the_listing_is_forgotten() -> None:
    service = Service(bad={"j000"})
    asked, fleet = batches(), jobs(3)
    await ask(asked, service, fleet)
    gone = fleet.pop("j000")
    assert asked.askable(fleet) == ["j001", "j002"]
    fleet["j000"] = gone
    assert "j000" in asked.askable(fleet)


async def test_an_unanswered_id_is_asked_once_more_and_no_oftener() -> None:
    service = Service(silent={"j001"})
    answers = await ask(batches(), service, jobs(3))
    assert list(map(list, service.calls)) == [["j000", "j001", "j002"], ["j001"]]
    assert set(answers) == {"j000", "j002"}


async def test_an_id_whose_question_was_refused_is_not_asked_again() -> None:
    calls: list[Sequence[str]] = []

    async def refused(job_ids: Sequence[str]) -> Mapping[str, str | None]:
        calls.append(job_ids)
        return dict.fromkeys(job_ids)

    await batches().ask(["a"], {"a": listed("a")}, ask=refused, answered=lambda *_: pytest.fail("no answer"))
    assert len(calls) == 1


async def test_a_service_that_refuses_every_id_has_failed() -> None:
    """Two of two refused alone is no bad id: the call itself must be wrong."""
    service = Service(bad={"j000", "j001"})
    asked, fleet = batches(), jobs(2)
    with pytest.raises(ApiStatusError):
        await ask(asked, service, fleet)
    assert asked.askable(fleet) == ["j000", "j001"]


async def test_the_only_job_can_be_refused_without_failing_the_collector() -> None:
    asked, fleet = batches(), jobs(1)
    assert await ask(asked, Service(bad={"j000"}), fleet) == {}
    assert asked.askable(fleet) == []


async def test_a_hundred_bad_ids_do_not_cost_two_hundred_calls() -> None:
    service = Service(bad=set(jobs(100)))
    with pytest.raises(ApiStatusError):
        await ask(batches(), service, jobs(100))
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
        await ask(batches(), service, jobs(100))
    assert len(service.calls) == 1


async def test_one_failed_batch_leaves_the_answers_of_the_others() -> None:
    service = Service(bad={"j000"}, error=ApiTimeoutError("slow", operation="batch_status"))
    answers: dict[str, str] = {}
    asked, fleet = batches(), jobs(150)
    with pytest.raises(ApiTimeoutError):
        await asked.ask(asked.askable(fleet), fleet, ask=service.ask, answered=answers.update)
    assert len(answers) == 50


async def test_a_bug_is_not_taken_for_a_failure_of_the_service() -> None:
    service = Service(bad={"j000"}, error=ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        await ask(batches(1), service, jobs(2))


@given(bad=st.sets(st.integers(0, 99), max_size=8))
async def test_every_good_id_is_answered_however_many_are_bad(bad: set[int]) -> None:
    fleet = jobs(100)
    wrong = {f"j{number:03}" for number in bad}
    assert set(await ask(batches(), Service(bad=wrong), fleet)) == set(fleet) - wrong
