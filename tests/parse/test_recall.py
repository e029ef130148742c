"""What says the same is the same object, and nothing else is."""

from typing import Any

import msgspec
import pytest

from drs_exporter.drs import wire
from drs_exporter.parse import jobs as parse
from drs_exporter.parse.progress import progresses
from drs_exporter.parse.recall import Recall
from drs_exporter.parse.values import Reader
from drs_exporter.snapshot import Progress


def read(recall: Recall, **fields: Any) -> tuple[Progress | None, Reader]:
    """The progress of one job as one answer tells it, by a reader of its own as every poll has one."""
    reader = Reader(recall=recall)
    sent = msgspec.json.encode([{"job_id": "a", "progress": "50", **fields}])
    found = progresses(msgspec.json.decode(sent, type=list[wire.Progress | wire.Wrong]), reader)
    return found["a"], reader


def test_a_record_that_says_what_it_said_is_the_very_same_object() -> None:
    recall = Recall()
    first, _ = read(recall, remaining_time="60")
    again, _ = read(recall, remaining_time="60")
    assert again is first
    assert first == Progress(ratio=0.5, remaining=60.0)


@pytest.mark.parametrize("other", ["61", 60, 60.0, None, {}])
def test_a_record_that_says_anything_else_is_read_anew(other: object) -> None:
    """Types count: what one function reads of a text need not be what it reads of a number."""
    recall = Recall()
    first, _ = read(recall, remaining_time="60")
    changed, _ = read(recall, remaining_time=other)
    assert changed is not first
    assert changed == read(Recall(), remaining_time=other)[0]


def test_true_is_not_one() -> None:
    recall = Recall()
    read(recall, remaining_time=1)
    assert read(recall, remaining_time=True)[1].errors == {"remaining_time": 1}


def test_what_cannot_be_read_is_counted_each_time() -> None:
    recall = Recall()
    for _ in range(3):
        found, reader = read(recall, remaining_time="soon")
        assert found == Progress(ratio=0.5)
        assert reader.errors == {"remaining_time": 1}


def test_what_was_read_before_something_unreadable_came_is_read_once_more() -> None:
    recall = Recall()
    first, _ = read(recall, remaining_time="60")
    read(recall, remaining_time="soon")
    assert read(recall, remaining_time="60")[0] == first


def test_two_scenarios_read_the_same_record_each_in_its_own_way() -> None:
    recall = Recall()
    raw = [wire.ListedJob(id="a", name="n")]
    kinds = [
        parse.listing(raw, scenario, Reader(recall=recall))["a"].info.db_use_type for scenario in ("sync", "replay")
    ]
    assert kinds == ["sync", "replay"]


def test_of_jobs_that_are_no_more_nothing_is_kept() -> None:
    recall = Recall()
    first, _ = read(recall)
    recall.retain(())
    again, _ = read(recall)
    assert again == first
    assert again is not first
