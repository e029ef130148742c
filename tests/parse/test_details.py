"""Async batches, v5 details and quotas."""

from collections import Counter
from typing import Any

import msgspec
import pytest

from drs_exporter.catalogue.details import DETAILS
from drs_exporter.drs import wire
from drs_exporter.job_detail import (
    DataComparisons,
    Detail,
    Node,
    ObjectComparison,
    ObjectCount,
    ObjectStatuses,
    Precheck,
    TransferTimes,
)
from drs_exporter.parse import details as parse
from drs_exporter.parse.values import Reader
from drs_exporter.snapshot import AsyncJob, Database, Progress, Quota, Thresholds

DETAIL: dict[str, Any] = {
    "id": "d2b0f1c4-1111-4222-8333-5084b0fjb20r",
    "status": "INCRE_TRANSFER_STARTED",
    "create_time": "2022-11-05T15:32:22Z",
    "base_info": {"name": "orders", "task_type": "FULL_INCR_TRANS", "expired_days": 14, "description": ""},
    "source_endpoint": [{"db_type": "oracle", "endpoint": {"ip": "192.0.2.7", "db_password": "hunter2hunter2"}}],
    "target_endpoint": [
        {"db_type": "gaussdbv5", "endpoint": {"instance_id": "in07"}, "cloud": {"region": "eu-de"}},
        {"db_type": "gaussdbv5", "endpoint": {"instance_id": "in07"}, "cloud": {"region": "eu-de"}},
        {},
    ],
    "alarm_notify": {"alarm_to_user": True, "delay_time": 60},
    "node_info": {
        "spec": {"node_type": "high"},
        "base_info": {"instance_type": "ha", "role": "master", "status": "normal"},
    },
    "precheck_result": {
        "result": False,
        "total_passed_rate": "50%",
        "precheck_results": [{"result": "PASSED"}, {"result": "FAILED"}, {"result": "PASSED"}, None, {}],
    },
    "progress_info": {
        "progress": "100",
        "incr_trans_delay": "2",
        "incr_trans_delay_millis": "2500",
        "apply_rows_rate": "7",  # of the job: not read here
    },
    "migration_object_progress_info": {
        "migration_object_overview": [
            {"type": "TABLE", "src_count": "12", "dst_count": "11", "status": "FAILED"},
            {"src_count": "1"},
        ],
        "full_start_time": "2022-11-05T15:33:00Z",
        "full_complete_time": "1667662440000",
        "incr_start_time": "",
        "end_time": None,
    },
    "metrics": {
        "node_id": "node-1",
        "time_stamp": "1667662500000",
        "cpu_util": "12.5",
        "mem_util": "40%",
        "network_incoming_bytes_rate": "1000",
        "network_outgoing_bytes_rate": "2000",
        "disk_read_bytes_rate": "-1",
        "disk_write_bytes_rate": "5",
        "apply_rows_rate": "7",
        "apply_transactions_rate": "3",
        "apply_ddl_rate": "0",
        "apply_average_execute_time": "250",
        "apply_average_commit_time": "5",
        "apply_current_state": "processing",
    },
    "compare_result": {
        "objects_compare_overview_info": {
            "start_time": "2022-11-05T16:00:00Z",
            "compare_results": [
                {"type": "TABLE", "source_count": 12, "target_count": 11, "status": "INCONSISTENT"},
                {"source_count": 12},
            ],
        },
        "data_compare_task_list": [
            {"type": "LINES", "status": "SUCCESSFUL"},
            {"type": "LINES", "status": "SUCCESSFUL"},
            {"type": "CONTENTS"},
        ],
    },
    "bind_public_ip_state": "SUCCESS",
}


def detail(read: Reader | None = None, **changes: Any) -> parse.JobDetail:
    """The detail above with these changes."""
    raw = msgspec.json.decode(msgspec.json.encode({**DETAIL, **changes}), type=wire.JobDetail)
    return parse.job_detail([raw], read or Reader())


def test_a_v5_detail_is_read_in_base_units() -> None:
    assert detail() == parse.JobDetail(
        status="INCRE_TRANSFER_STARTED",
        task_type="FULL_INCR_TRANS",
        progress=Progress(ratio=1.0, delay=2.5),
        thresholds=Thresholds(delay=60.0),
        databases=(Database("source", "oracle"), Database("target", "gaussdbv5", "in07", "eu-de")),
        detail=Detail(
            times=TransferTimes(full_start=1667662380.0, full_complete=1667662440.0),
            abnormal_limit=14 * 86400.0,
            objects=(ObjectCount("TABLE", 12.0, 11.0),),
            object_statuses=(ObjectStatuses("TABLE", "FAILED", 1),),
            precheck=Precheck(passed=False, passed_ratio=0.5, items=(("ALARM", 0), ("FAILED", 1), ("PASSED", 2))),
            object_comparisons=(ObjectComparison("TABLE", 12.0, 11.0, "INCONSISTENT"),),
            compared=1667664000.0,
            data_comparisons=(DataComparisons("LINES", "SUCCESSFUL", 2),),
            public_ip_bound=True,
            node_type="high",
            nodes=(
                Node(
                    node_id="node-1",
                    cpu_ratio=0.125,
                    memory_ratio=0.4,
                    network_receive=1000.0,
                    network_transmit=2000.0,
                    disk_write=5.0,
                    apply_rows=7.0,
                    apply_transactions=3.0,
                    apply_ddl=0.0,
                    apply_execute=0.25,
                    apply_commit=0.005,
                    apply_state="processing",
                    metrics_time=1667662500.0,
                    instance_type="ha",
                    role="master",
                    status="normal",
                ),
            ),
        ),
    )


PRECHECK: dict[str, Any] = {
    "result": False,
    "process": "56%",
    "total_passed_rate": "56%",
    "precheck_results": [{"item": "a", "result": "PASSED"}, {"item": "b", "result": ""}],
}


@pytest.mark.parametrize("process", ["0%", "56%", "99.9", 0, 99])
def test_a_precheck_that_runs_has_not_failed(process: Any) -> None:
    read = Reader()
    found = detail(read, precheck_result={**PRECHECK, "process": process}).detail.precheck
    assert found == Precheck(items=(("ALARM", 0), ("FAILED", 0), ("PASSED", 1)))
    assert not read.errors


@pytest.mark.parametrize("process", ["100%", "100", 100, None, ""])
def test_a_precheck_that_has_ended_tells_its_result(process: Any) -> None:
    found = detail(precheck_result={**PRECHECK, "process": process}).detail.precheck
    assert found == Precheck(passed=False, passed_ratio=0.56, items=(("ALARM", 0), ("FAILED", 0), ("PASSED", 1)))


def test_skipped_items_of_a_precheck_do_not_count_and_unknown_results_are_counted_as_unreadable() -> None:
    read = Reader()
    items = [{"result": "FAILED", "is_skipped": True}, {"result": "ALARM", "is_skipped": False}, {"result": "PERHAPS"}]
    found = detail(read, precheck_result={"result": True, "precheck_results": items}).detail.precheck
    assert found == Precheck(passed=True, items=(("ALARM", 1), ("FAILED", 0), ("PASSED", 0)))
    assert read.errors == Counter(result=1)


@pytest.mark.parametrize("result", ["COMPARING", "WAITING_FOR_COMPARISON"])
def test_counts_of_a_comparison_that_is_still_made_are_not_known(result: str) -> None:
    running = {"type": "VIEW", "source_count": 3, "target_count": 0, "status": result}
    compared = {"objects_compare_overview_info": {"compare_results": [running]}}
    assert detail(compare_result=compared).detail.object_comparisons == (ObjectComparison("VIEW", None, None, result),)


def test_help_names_what_is_absent_while_a_check_or_a_comparison_runs() -> None:
    def shown(precheck: str, comparison: str) -> set[str]:
        compared = {"type": "VIEW", "source_count": 3, "target_count": 3, "status": comparison}
        overview = {"objects_compare_overview_info": {"compare_results": [compared]}}
        found = detail(precheck_result={**PRECHECK, "process": precheck}, compare_result=overview).detail
        return {
            family.name
            for family in DETAILS
            if (family.value is not None and family.value(found) is not None)
            or (family.rows is not None and family.rows(found))
        }

    absent = shown("100%", "CONSISTENT") - shown("56%", "COMPARING")
    assert absent == {family.name for family in DETAILS if " runs" in family.help}


def test_both_spellings_of_a_target_that_does_not_exist_are_one() -> None:
    one = {"type": "DB", "source_count": 1, "target_count": 0, "status": "TARGET_DB_NOT_EXIT"}
    compared = {"objects_compare_overview_info": {"compare_results": [one]}}
    assert detail(compare_result=compared).detail.object_comparisons == (
        ObjectComparison("DB", 1.0, 0.0, "TARGET_DB_NOT_EXIST"),
    )


def test_what_a_detail_has_too_many_of_is_left_out_and_counted() -> None:
    read = Reader()
    many = detail(
        read,
        migration_object_progress_info={
            "migration_object_overview": [{"type": f"T{n}", "src_count": n} for n in range(300)]
        },
        compare_result={"data_compare_task_list": [{"type": f"c{n}", "status": "FAILED"} for n in range(300)]},
        metrics=[{"node_id": f"n{n}"} for n in range(300)],
    ).detail
    assert (len(many.objects), len(many.data_comparisons), len(many.nodes)) == (200, 100, 100)
    assert read.dropped == Counter(object_type=100, comparison=200, node=200)


def test_entries_of_one_type_are_counted_by_status() -> None:
    entries = [{"type": "VIEW", "status": word} for word in ("COMPLETED", "COMPLETED", "FAILED", None)]
    found = detail(migration_object_progress_info={"migration_object_overview": entries}).detail.object_statuses
    assert found == (ObjectStatuses("VIEW", "COMPLETED", 2), ObjectStatuses("VIEW", "FAILED", 1))


def test_tags_of_a_v5_detail_are_read_by_allow_list() -> None:
    base = {"tags": [{"key": "owner", "value": "orders"}, {"key": "other", "value": "x"}]}
    assert detail(Reader(tags={"owner": "tag_owner"}), base_info=base).tags == (("tag_owner", "orders"),)


def test_secrets_in_answers_are_not_held() -> None:
    assert "hunter2" not in repr(detail())


def test_a_detail_with_nothing_in_it_is_all_unknown() -> None:
    assert parse.job_detail([wire.JobDetail()], Reader()) == parse.JobDetail(detail=Detail(), thresholds=Thresholds())


def test_a_node_without_an_id_has_no_metrics() -> None:
    assert detail(metrics={"cpu_util": "5"}).detail.nodes == ()


def test_several_nodes_come_as_a_list() -> None:
    nodes = detail(metrics=[{"node_id": "b"}, {"node_id": "a"}, 3]).detail.nodes
    assert [node.node_id for node in nodes] == ["a", "b"]


def test_the_public_ip_is_bound_or_not_and_anything_else_is_counted() -> None:
    read = Reader()
    assert detail(bind_public_ip_state="FAILED").detail.public_ip_bound is False
    assert detail(bind_public_ip_state=None).detail.public_ip_bound is None
    assert detail(read, bind_public_ip_state="PERHAPS").detail.public_ip_bound is None
    assert read.errors["bind_public_ip_state"] == 1


def test_wrong_types_cost_their_part_only() -> None:
    read = Reader()
    wrong = detail(read, compare_result="x", node_info=[1], precheck_result=5, migration_object_progress_info=True)
    assert wrong.detail.nodes[0].node_id == "node-1"
    assert wrong.detail.precheck == Precheck()
    assert read.errors == Counter(compare_result=1, node_info=1, precheck_result=1, migration_object_progress_info=1)


def test_a_comparison_that_cannot_be_read_is_counted_once() -> None:
    read = Reader()
    assert detail(read, compare_result={"objects_compare_overview_info": "x"}).detail.object_comparisons == ()
    assert read.errors["objects_compare_overview_info"] == 1


def test_several_answers_make_one_detail() -> None:
    one, other = wire.JobDetail(status="CREATING", metrics=None), wire.JobDetail(bind_public_ip_state="SUCCESS")
    merged = parse.job_detail([one, other], Reader())
    assert (merged.status, merged.detail.public_ip_bound) == ("CREATING", True)


def test_members_without_an_id_are_counted() -> None:
    read = Reader()
    assert list(parse.members([wire.JobDetail(id="a"), wire.JobDetail(), None], read)) == ["a"]
    assert read.errors == Counter(id=1, jobs=1)


def test_async_batches_are_listed_without_the_users_name() -> None:
    page = msgspec.json.decode(
        b'{"jobs": [{"async_job_id": "b1", "status": "COMMIT_SUCCESS", "domain_name": "acme", "user_name": "jane",'
        b' "create_time": "2022-11-05T16:03:45Z"}, {"status": "x"}, null], "total_count": 2}',
        type=wire.AsyncJobPage,
    )
    read = Reader()
    found = parse.async_jobs(page.jobs, read)
    assert found == [AsyncJob(id="b1", status="COMMIT_SUCCESS", domain_name="acme", created=1667664225.0)]
    assert "jane" not in repr(page)
    assert read.errors == Counter(async_job_id=1, jobs=1)


def test_quotas_are_read_by_resource() -> None:
    read = Reader()
    raw: Any = [wire.QuotaResource(type="job", quota=60, used="12"), wire.QuotaResource(quota=1), None]
    assert parse.quotas(raw, read) == (Quota("job", 60.0, 12.0),)
    assert read.errors == Counter(type=1, resource=1)
