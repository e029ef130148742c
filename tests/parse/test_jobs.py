"""The v3 operations: what a reader of the vendor's pages expects to see."""

from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from drs_exporter.drs import wire
from drs_exporter.parse import jobs as parse
from drs_exporter.parse.values import Reader
from drs_exporter.snapshot import JobInfo, PartProgress, Progress, RpoRto, Thresholds, Times
from drs_exporter.status import Phase

SHANGHAI = ZoneInfo("Asia/Shanghai")

LISTED: dict[str, Any] = {
    "id": "5c1b6a72-0d4e-4f6b-9a38-77e20f3jb101",
    "name": "orders-to-cloud",
    "status": "INCRE_TRANSFER_FAILED",
    "description": "anything",
    "create_time": "2020-12-18 15:01:59",
    "error_msg": "url=jdbc:mysql://192.0.2.1:3306 user=root",
    "engine_type": "mysql",
    "net_type": "eip",
    "billing_tag": False,
    "job_direction": "up",
    "db_use_type": "migration",
    "task_type": "FULL_INCR_TRANS",
    "node_newFramework": False,
}


def listing(*changes: Any, read: Reader | None = None, zone: ZoneInfo | None = SHANGHAI) -> list[parse.Listed]:
    """A page of jobs like the published one: the base with these changes, or an element as it is."""
    items = [{**LISTED, **change} if isinstance(change, dict) else change for change in changes]
    page = msgspec.json.decode(msgspec.json.encode({"jobs": items, "total_record": len(items)}), type=wire.JobPage)
    return parse.listing(page.jobs, "migration", read or Reader(), zone)


def results(kind: Any, *items: Any) -> Any:
    """Results of a batch operation, decoded as the client decodes them."""
    return msgspec.json.decode(msgspec.json.encode(list(items)), type=list[kind | wire.Wrong])


def test_a_listed_job_is_read_as_the_published_page_says() -> None:
    assert listing({}) == [
        parse.Listed(
            id="5c1b6a72-0d4e-4f6b-9a38-77e20f3jb101",
            name="orders-to-cloud",
            status="INCRE_TRANSFER_FAILED",
            info=JobInfo("migration", "mysql", "FULL_INCR_TRANS", "eip", "up", ""),
            created=1608274919.0,
            billing=False,
        )
    ]


def test_fields_that_are_not_read_are_not_held() -> None:
    """Answers carry addresses and users in messages; no record keeps them."""
    assert "192.0.2.1" not in repr(listing({}))


def test_a_missing_id_costs_the_job_and_is_counted() -> None:
    read = Reader()
    assert [job.id for job in listing({"id": None}, {"id": "b"}, read=read)] == ["b"]
    assert read.errors == Counter(id=1)


def test_a_duplicate_id_is_one_job() -> None:
    assert len(listing({}, {"name": "moved"})) == 1
    assert listing({}, {"name": "moved"})[0].name == "moved"


def test_children_are_jobs_of_their_own_with_their_parent() -> None:
    child = {**LISTED, "id": "child", "name": "orders-sub", "status": "CHILD_TRANSFER_STARTED"}
    parent, subtask = listing({"children": [child, None, "x"]})
    assert subtask.id == "child"
    assert subtask.info.parent_id == parent.id


def test_a_child_with_its_parents_id_is_not_a_job() -> None:
    assert [job.info.parent_id for job in listing({"children": [LISTED]})] == [""]


def test_pauseing_is_pausing() -> None:
    assert listing({"status": "PAUSEING"})[0].status == "PAUSING"


def test_an_unknown_status_passes_through() -> None:
    assert listing({"status": "TELEPORTING"})[0].status == "TELEPORTING"


def test_a_null_or_wrong_typed_field_costs_that_field_only() -> None:
    read = Reader()
    job = listing({"name": 5, "status": None, "create_time": {"a": 1}, "billing_tag": "perhaps"}, read=read)[0]
    assert (job.name, job.status, job.created, job.billing) == ("5", None, None, None)
    assert job.info.engine_type == "mysql"
    assert read.errors == Counter(create_time=1, billing_tag=1)


def test_a_missing_name_is_an_empty_one_and_counted() -> None:
    read = Reader()
    assert listing({"name": None}, read=read)[0].name == ""
    assert read.errors == Counter(name=1)


def test_a_bad_job_never_costs_the_page() -> None:
    read = Reader()
    assert len(listing({"id": "a"}, None, "text", 3, [1], {"id": "b"}, read=read)) == 2
    assert read.errors == Counter(jobs=4)


def test_a_scenario_that_is_not_named_is_the_one_asked_for() -> None:
    assert listing({"db_use_type": None})[0].info.db_use_type == "migration"


def test_a_code_without_a_status_is_a_refused_question_and_no_error_of_the_job() -> None:
    read = Reader()
    answers = parse.statuses(
        results(
            wire.JobStatus,
            {"id": "a", "status": "INCRE_TRANSFER_FAILED", "error_code": "DRS.M01234", "error_message": "secret"},
            {"id": "b", "error_code": "DRS.M05004"},
            {"id": "c", "status": "PAUSEING", "error_code": ""},
            {"status": "CREATING"},
        ),
        read,
    )
    assert answers == {
        "a": parse.StatusReading("INCRE_TRANSFER_FAILED", "DRS.M01234"),
        "b": None,
        "c": parse.StatusReading("PAUSING", None),
    }
    assert read.errors == Counter(id=1)


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


def progress(**changes: Any) -> Progress:
    """One progress record, as answered."""
    record = parse.progresses(results(wire.Progress, {**PROGRESS, **changes}), Reader())["a"]
    assert record is not None
    return record


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
    record = parse.progresses(results(wire.Progress, {**PROGRESS, "progress_map": odd}), read)["a"]
    assert record is not None
    assert record.parts == ()
    assert read.errors == Counter(progress_map=1)


def test_a_part_without_name_or_values_is_left_out() -> None:
    read = Reader()
    odd = [{"completed": "5"}, {"type": "data"}, 7]
    record = parse.progresses(results(wire.Progress, {**PROGRESS, "progress_map": odd}), read)["a"]
    assert record is not None
    assert record.parts == ()
    assert read.errors == Counter(progress_map=2)


def test_v5_spells_the_delay_another_way() -> None:
    v5 = {"incre_trans_delay": None, "incre_trans_delay_millis": None, "incr_trans_delay": "3"}
    assert progress(**v5).delay == 3.0
    assert progress(**v5, incr_trans_delay_millis="2500").delay == 2.5


def test_a_refused_progress_is_no_answer_about_the_job() -> None:
    refused = {"job_id": "a", "error_code": "DRS.M00304", "error_msg": "no"}
    assert parse.progresses(results(wire.Progress, refused, {"progress": "1"}), Reader()) == {"a": None}


def in_phase(phase: Phase, *, status: str = "", task_type: str = "FULL_INCR_TRANS") -> Progress:
    """What is left of the record in a phase."""
    return parse.in_phase(progress(), phase=phase, job_status=status, task_type=task_type)


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
    assert parse.in_phase(record, phase=Phase.INCREMENTAL, job_status="", task_type="") is record


def test_rpo_and_rto_delays_are_milliseconds_in_strings() -> None:
    read = Reader()
    assert parse.rpo_rtos(
        results(
            wire.RpoRto,
            {"job_id": "a", "rpo_info": {"delay": "1500", "gtid_set": "x"}, "rto_info": {"delay": "-1"}},
            {"job_id": "b", "error_code": "DRS.M00101"},
            {"job_id": "c", "rpo_info": "none", "rto_info": None},
            {"rpo_info": {}},
        ),
        read,
    ) == {"a": RpoRto(rpo=1.5), "b": None, "c": RpoRto()}
    assert read.errors == Counter(rpo_info=1, id=1)


def test_a_batch_detail_tells_times_and_thresholds() -> None:
    raw = {
        "id": "a",
        "status": "INCRE_TRANSFER_STARTED",
        "create_time": "1608274919000",
        "actual_start_time": "1608274920000",
        "full_transfer_complete_time": "0",
        "update_time": "1608274921000",
        "inst_info": {"start_time": "1608274922000"},
        "alarm_notify": {"delay_time": 60, "rpo_delay": "0", "rto_delay": "30"},
        "source_endpoint": {"db_password": "secret"},
    }
    read = Reader()
    refused, strange = {"id": "b", "error_code": "DRS.M05004"}, {"status": "CREATING"}
    assert parse.details(results(wire.BatchDetail, raw, refused, strange), read) == {
        "a": parse.BatchDetail(
            reading=parse.StatusReading("INCRE_TRANSFER_STARTED"),
            created=1608274919.0,
            times=Times(scheduled_start=1608274922.0, start=1608274920.0, updated=1608274921.0),
            thresholds=Thresholds(delay=60.0, rto=30.0),
        ),
        "b": None,
    }
    assert read.errors == Counter(id=1)
