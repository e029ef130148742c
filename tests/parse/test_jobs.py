"""The v3 operations: what a reader of the vendor's pages expects to see."""

from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from drs_exporter.drs import wire
from drs_exporter.parse import jobs as parse
from drs_exporter.parse.values import Reader
from drs_exporter.snapshot import Condition, Database, JobInfo, RpoRto, Thresholds, Times

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
    page = results(wire.ListedJob, *items)
    return list(parse.listing(page, "migration", read or Reader(zone=zone)).values())


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


def test_what_is_being_done_with_a_job_is_its_action() -> None:
    assert listing({"job_action": {"current_action": "PAUSE", "available_actions": ["START"]}})[0].action == "PAUSE"
    assert listing({"job_action": {"current_action": ""}})[0].action is None
    read = Reader()
    assert listing({"job_action": "PAUSE"}, read=read)[0].action is None
    assert read.errors == Counter(job_action=1)


def test_v5_calls_the_scenario_job_type() -> None:
    assert listing({"db_use_type": None, "job_type": "replay"})[0].info.db_use_type == "replay"


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
        "a": parse.stand("INCRE_TRANSFER_FAILED", "DRS.M01234"),
        "b": None,
        "c": parse.stand("PAUSING", None),
    }
    assert read.errors == Counter(id=1)


@pytest.mark.parametrize("prose", ["cannot reach jdbc:mysql://192.0.2.7:3306", "root@192.0.2.7", "Zugriff verweigert"])
def test_a_message_where_a_code_belongs_is_no_error_code_and_counted(prose: str) -> None:
    """A code may be a label, a message never."""
    read = Reader()
    failed = {"id": "a", "status": "INCRE_TRANSFER_FAILED", "error_code": prose}
    assert parse.statuses(results(wire.JobStatus, failed), read) == {"a": parse.stand("INCRE_TRANSFER_FAILED", None)}
    detail = parse.details(results(wire.BatchDetail, failed), read)["a"]
    assert detail is not None
    assert detail.reading == parse.stand("INCRE_TRANSFER_FAILED", None)
    assert read.errors == Counter(error_code=2)


@pytest.mark.parametrize("zero", ["0", 0])
def test_a_zero_is_no_error_code(zero: Any) -> None:
    """Some answers say beside a healthy status that its error is 0."""
    healthy = {"id": "a", "status": "INCRE_TRANSFER_STARTED", "error_code": zero}
    assert parse.statuses(results(wire.JobStatus, healthy), Reader()) == {
        "a": parse.stand("INCRE_TRANSFER_STARTED", None)
    }
    detail = parse.details(results(wire.BatchDetail, healthy), Reader())["a"]
    assert detail is not None
    assert detail.reading == parse.stand("INCRE_TRANSFER_STARTED", None)
    without_delay = {"job_id": "a", "rpo_info": None, "error_code": zero}
    assert parse.rpo_rtos(results(wire.RpoRto, without_delay), Reader()) == {"a": RpoRto()}


@pytest.mark.parametrize("absent", ["NA", "N/A", "n/a", "-", "--", "", None, "-1"])
def test_a_delay_that_is_not_available_is_no_mistake(absent: Any) -> None:
    read = Reader()
    sent = {"job_id": "a", "rpo_info": {"delay": absent}, "rto_info": {"delay": absent}}
    assert parse.rpo_rtos(results(wire.RpoRto, sent), read) == {"a": RpoRto()}
    assert not read.errors


def test_a_job_has_no_more_subtasks_than_any_job_has() -> None:
    read = Reader()
    children = [{"id": f"c{number}", "name": "c"} for number in range(100_000)]
    assert len(listing({"children": children}, read=read)) == 1001
    assert read.dropped == Counter(child=99_000)


def test_a_name_is_cut_and_an_id_that_is_no_id_is_nobodys() -> None:
    read = Reader()
    (job,) = listing({"name": "n" * 300_000}, {"id": "i" * 300_000}, read=read)
    assert job.name == "n" * 256
    assert read.dropped == Counter(name=1, id=1)


def test_rpo_and_rto_delays_are_milliseconds_in_strings() -> None:
    read = Reader(zone=SHANGHAI)
    assert parse.rpo_rtos(
        results(
            wire.RpoRto,
            {
                "job_id": "a",
                "rpo_info": {"delay": "1500", "gtid_set": "x", "time": "2020-12-18 15:01:59"},
                "rto_info": {"delay": "-1", "time": ""},
            },
            {"job_id": "b", "error_code": "DRS.M00101"},
            {"job_id": "c", "rpo_info": "none", "rto_info": None},
            {"rpo_info": {}},
        ),
        read,
    ) == {"a": RpoRto(rpo=1.5, rpo_updated=1608274919.0), "b": None, "c": RpoRto()}
    assert read.errors == Counter(rpo_info=1, id=1)


DETAIL: dict[str, Any] = {"id": "a", "status": "INCRE_TRANSFER_STARTED"}


def one_detail(read: Reader, **changes: Any) -> parse.BatchDetail:
    """The batch detail of one job."""
    found = parse.details(results(wire.BatchDetail, {**DETAIL, **changes}), read)["a"]
    assert found is not None
    return found


def test_databases_at_both_ends_are_told_without_address_user_or_name() -> None:
    source = {"db_type": "mysql", "ip": "192.0.2.7", "db_user": "jane", "inst_id": "", "region": ""}
    target = {"db_type": "taurus", "inst_id": "in07", "inst_name": "orders of jane", "region": "eu-de"}
    found = one_detail(Reader(), source_endpoint=source, target_endpoint=target)
    assert found.databases == (Database("source", "mysql"), Database("target", "taurus", "in07", "eu-de"))
    assert "jane" not in repr(found)
    assert one_detail(Reader(), source_endpoint={}, target_endpoint=None).databases == ()


TAGS = {"cost-centre": "tag_cost_centre", "owner": "tag_owner"}


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ([{"key": "owner", "value": "orders"}], (("tag_cost_centre", ""), ("tag_owner", "orders"))),
        ([{"key": "owner", "value": ""}], (("tag_cost_centre", ""), ("tag_owner", ""))),
        (
            [{"key": "owner", "value": "a"}, {"key": "owner", "value": "b"}],
            (("tag_cost_centre", ""), ("tag_owner", "b")),
        ),
        ([{"key": "cost-centre", "value": 17}], (("tag_cost_centre", "17"), ("tag_owner", ""))),
        ([{"key": "password", "value": "hunter2"}, {"value": "x"}, {"key": ["owner"]}], ()),
        (None, ()),
    ],
)
def test_tags_are_read_by_allow_list(sent: Any, told: Any) -> None:
    assert one_detail(Reader(tags=TAGS), tags=sent).tags == told


def test_without_an_allow_list_no_tag_is_read() -> None:
    assert one_detail(Reader(), tags=[{"key": "owner", "value": "orders"}]).tags == ()


@pytest.mark.parametrize(
    ("directions", "switched"),
    [
        (("up", "up", "up"), (False, False)),
        (("down", "up", "down"), (True, False)),
        (("up", "up", "down"), (False, True)),
        (("up", None, None), (None, None)),
        ((None, "up", "up"), (None, None)),
    ],
)
def test_disaster_recovery_is_switched_over_by_its_directions(directions: Any, switched: Any) -> None:
    names = ("job_direction", "original_job_direction", "job_kernel_direction")
    sent = dict(zip(names, directions, strict=True))
    found = one_detail(Reader(), db_use_type="cloudDataGuard", **sent).condition
    assert (found.switched_over, found.switching_over) == switched
    other = one_detail(Reader(), db_use_type="sync", **sent).condition
    assert (other.switched_over, other.switching_over) == (None, None)


def test_an_order_and_what_settings_wait_for_are_told() -> None:
    order = {"status": "FROZEN_CAN_RENEW", "exp_time": "1608274919000", "order_id": "CS"}
    found = one_detail(Reader(), need_restart=True, is_target_readonly="false", period_order=order).condition
    assert found == Condition(
        restart_needed=True, target_read_only=False, order_expiry=1608274919.0, order_status="FROZEN_CAN_RENEW"
    )
    read = Reader()
    assert one_detail(read, need_restart="perhaps", period_order=[1]).condition == Condition()
    assert read.errors == Counter(need_restart=1, period_order=1)


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
            reading=parse.stand("INCRE_TRANSFER_STARTED"),
            created=1608274919.0,
            times=Times(scheduled_start=1608274922.0, start=1608274920.0, updated=1608274921.0),
            thresholds=Thresholds(delay=60.0, rto=30.0),
        ),
        "b": None,
    }
    assert read.errors == Counter(id=1)
