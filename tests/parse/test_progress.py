"""Progress: what is read of a record, and what of it means something in a phase."""

from collections import Counter
from typing import Any

import msgspec
import pytest

from drs_exporter.drs import wire
from drs_exporter.parse.progress import in_phase as progress_in_phase
from drs_exporter.parse.progress import progresses
from drs_exporter.parse.values import Reader
from drs_exporter.snapshot import PartProgress, Progress
from drs_exporter.status import Phase

PROGRESS: dict[str, Any] = {
    "job_id": "a",
    "progress": "62",
    "incre_trans_delay": "7",
    "incre_trans_delay_millis": "7250",
    "process_time": "1608274919000",
    "remaining_time": "120",
    "apply_rows_rate": 12,
    "apply_bytes_rate": "-1",
    "progress_map": {"struct": {"completed": "100%", "remaining_time": "0"}, "data": {"completed": "94%"}},
}


def results(read: Reader, *items: Any) -> dict[str, Progress | None]:
    """Results of a batch, as they would be sent."""
    sent = msgspec.json.encode(items)
    return progresses(msgspec.json.decode(sent, type=list[wire.Progress | wire.Wrong]), read)


def read_one(record: dict[str, Any], read: Reader) -> Progress:
    """The progress of one job."""
    (found,) = results(read, record).values()
    assert found is not None
    return found


def progress(**changes: Any) -> Progress:
    """One progress record, as answered."""
    return read_one({**PROGRESS, **changes}, Reader())


def test_progress_is_read_in_base_units() -> None:
    assert progress() == Progress(
        ratio=0.62,
        remaining=120.0,
        updated=1608274919.0,
        delay=7.25,
        apply_rows=12.0,
        parts=(PartProgress("data", 0.94, None), PartProgress("struct", 1.0, 0.0)),
    )


def test_the_progress_map_comes_as_an_array_too() -> None:
    assert progress(progress_map=[{"type": "data", "completed": "94%"}, {"name": "index", "completed": "1"}]).parts == (
        PartProgress("data", 0.94, None),
        PartProgress("index", 0.01, None),
    )


@pytest.mark.parametrize("odd", ["text", 5, True])
def test_a_progress_map_of_another_type_is_counted(odd: Any) -> None:
    read = Reader()
    record = read_one({**PROGRESS, "progress_map": odd}, read)
    assert record.parts == ()
    assert read.errors == Counter(progress_map=1)


def test_a_part_without_name_or_values_is_left_out() -> None:
    read = Reader()
    odd = [{"completed": "5"}, {"type": "data"}, 7]
    record = read_one({**PROGRESS, "progress_map": odd}, read)
    assert record.parts == ()
    assert read.errors == Counter(progress_map=1)


@pytest.mark.parametrize("entry", [{}, {"completed": "", "remaining_time": ""}, {"completed": "94%"}])
def test_an_array_without_names_says_nothing_and_is_no_mistake(entry: dict[str, str]) -> None:
    read = Reader()
    assert read_one({**PROGRESS, "progress_map": [entry, entry]}, read).parts == ()
    assert not read.errors


def test_more_parts_than_any_transfer_has_are_left_out_and_counted() -> None:
    read = Reader()
    many = {f"part{number}": {"completed": "5"} for number in range(20_000)}
    assert len(read_one({**PROGRESS, "progress_map": many}, read).parts) == 64
    assert read.dropped == Counter(part=20_000 - 64)


def test_v5_spells_the_delay_another_way() -> None:
    v5 = {"incre_trans_delay": None, "incre_trans_delay_millis": None, "incr_trans_delay": "3"}
    assert progress(**v5).delay == 3.0
    assert progress(**v5, incr_trans_delay_millis="2500").delay == 2.5


def test_a_refused_progress_is_no_answer_about_the_job() -> None:
    refused = {"job_id": "a", "error_code": "DRS.M00304", "error_msg": "no"}
    assert results(Reader(), refused, {"progress": "1"}) == {"a": None}


def in_phase(phase: Phase, *, status: str = "", task_type: str = "FULL_INCR_TRANS") -> Progress:
    """What is left of the record in a phase."""
    return progress_in_phase(progress(), phase=phase, job_status=status, task_type=task_type)


def test_progress_zero_at_full_transfer_complete_is_not_exported() -> None:
    """The published example says 0 where all is done."""
    assert in_phase(Phase.FULL_COMPLETE).ratio is None


def test_progress_of_an_incremental_only_job_is_not_exported() -> None:
    assert in_phase(Phase.INCREMENTAL, task_type="INCR_TRANS").ratio is None


def test_remaining_time_means_something_before_the_full_transfer_is_done_only() -> None:
    kept = [phase for phase in Phase if in_phase(phase).remaining is not None]
    assert kept == [Phase.STARTING, Phase.FULL]


def test_a_delay_means_something_where_changes_are_replicated_only() -> None:
    kept = [phase for phase in Phase if in_phase(phase).delay is not None]
    assert kept == [Phase.INCREMENTAL, Phase.PAUSED, Phase.CHANGING]


def test_the_delay_of_a_job_that_failed_while_incremental_is_kept() -> None:
    assert in_phase(Phase.FAILED, status="INCRE_TRANSFER_FAILED").delay == 7.25
    assert in_phase(Phase.FAILED, status="FULL_TRANSFER_FAILED").delay is None


def test_a_record_that_keeps_all_its_meaning_is_the_same_object() -> None:
    record = Progress(delay=1.0, ratio=1.0)
    assert progress_in_phase(record, phase=Phase.INCREMENTAL, job_status="", task_type="") is record


def test_parts_that_many_jobs_send_alike_are_one_object() -> None:
    read = Reader()
    one, other = results(read, PROGRESS, {**PROGRESS, "job_id": "b", "progress": "63"}).values()
    assert one is not None
    assert other is not None
    assert one.parts is other.parts


def test_unreadable_parts_are_counted_at_every_poll() -> None:
    read = Reader()
    for _ in range(3):
        results(read, {**PROGRESS, "progress_map": {"data": {"completed": "x"}}})
    assert read.errors == Counter(completed=3)
