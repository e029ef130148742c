"""What a job answers when it is asked about alone: numbers in strings, two spellings, and nothing of its rows."""

from collections import Counter
from typing import Any

import msgspec
import pytest

from drs_exporter.cloud.answer import HttpAnswer
from drs_exporter.drs import answers, wire
from drs_exporter.parse import diagnosis as parse
from drs_exporter.parse.values import Reader
from drs_exporter.snapshot import Component, Diagnosis

MEGABYTE, GIGABYTE = 2**20, 2**30


def monitored(read: Reader | None = None, **sent: Any) -> Diagnosis:
    """What is read of an answer of `monitor_data`."""
    return parse.monitored(msgspec.convert(sent, wire.MonitorData), read or Reader())


def test_the_monitoring_of_a_job_is_read_in_base_units() -> None:
    found = monitored(
        is_src_normal=True,
        is_dst_normal="false",
        trans_data="12.5",
        trans_lines="300",
        used_volumes="7",
        node_volume_size=100,
        src_offset="binlog of jane",
    )
    assert found == Diagnosis(
        source_connected=True,
        target_connected=False,
        transferred_bytes=12.5 * MEGABYTE,
        transferred_rows=300.0,
        disk_used=7.0 * GIGABYTE,
        disk_size=100.0 * GIGABYTE,
    )
    assert "jane" not in repr(found)


def test_what_is_not_told_is_not_known() -> None:
    read = Reader()
    assert monitored(read, trans_data="", used_volumes="-", node_volume_size=None) == Diagnosis()
    assert not read.errors
    assert monitored(read, is_src_normal="perhaps").source_connected is None
    assert read.errors == Counter(src_normal=1)


@pytest.mark.parametrize("spelling", ["data_guard_minitor", "data_guard_monitor"])
def test_disaster_recovery_is_monitored_in_both_spellings(spelling: str) -> None:
    told = {"src_normal": False, "dst_normal": True, "trans_inMB": "2", "volume_used_inGB": "1", "sr_delay": 5}
    sent = [{"id": "a", spelling: told}, {"id": "b", "error_code": "DRS.M05004"}, {spelling: told}]
    read = Reader()
    assert parse.guarded(msgspec.convert(sent, list[wire.GuardMonitored | wire.Wrong]), read) == {
        "a": Diagnosis(
            source_connected=False,
            target_connected=True,
            transferred_bytes=2.0 * MEGABYTE,
            disk_used=1.0 * GIGABYTE,
        ),
        "b": None,
    }
    assert read.errors == Counter(id=1)


def test_components_are_told_each_once() -> None:
    read = Reader()
    sent = [
        {"type": "capture", "status": "STARTED", "delay": "3"},
        {"type": "apply", "status": "STOPPED", "delay": "-1"},
        {"type": "dance", "status": "STARTED"},
        {},
    ]
    found = parse.components(msgspec.convert(sent, list[wire.IncrementComponent | wire.Wrong]), read)
    assert found == (Component("apply", "STOPPED"), Component("capture", "STARTED", 3.0))
    assert read.errors == Counter(component=1)


@pytest.mark.parametrize(
    ("body", "rows", "unreadable"),
    [
        (b'{"count": 3, "dirty_data_list": [{"error_sql": "x"}]}', 3.0, 0),
        (b'{"count": "0", "error_code": ""}', 0.0, 0),
        (b'{"count": null, "dirty_data_list": []}', None, 0),
        (b"{}", None, 0),
        (b'{"count": "many"}', None, 1),
    ],
)
def test_of_rows_that_fail_only_the_number_is_read(body: bytes, rows: float | None, unreadable: int) -> None:
    """Where none is given nothing is known, and the job's other questions are asked all the same."""
    read = Reader()
    answer = answers.DIRTY_DATA(HttpAnswer(200, {}, body), operation="dirty_data")
    assert answer is not None
    assert parse.abnormal_rows(answer, read) == rows
    assert read.errors.total() == unreadable


def test_an_error_beside_a_count_of_none_is_no_count() -> None:
    body = b'{"count": 0, "error_code": "DRS.M00304"}'
    assert answers.DIRTY_DATA(HttpAnswer(200, {}, body), operation="dirty_data") is None


@pytest.mark.parametrize(
    ("body", "components"),
    [
        (b'{"increment_components_list": null}', []),
        (b'{"increment_components_list": null, "error_code": ""}', []),
        (b'{"error_code": "DRS.M00304"}', None),
        (b"{}", []),
    ],
)
def test_a_job_that_is_not_incremental_has_no_components(body: bytes, components: object) -> None:
    assert answers.COMPONENTS(HttpAnswer(200, {}, body), operation="components") == components


def test_an_error_in_a_success_is_no_monitoring() -> None:
    assert answers.MONITOR_DATA(HttpAnswer(200, {}, b'{"error_code": "DRS.M00304"}'), operation="monitor_data") is None


@pytest.mark.parametrize("code", [b'""', b'"0"', b"0", b"null"])
def test_no_code_or_a_zero_is_no_error(code: bytes) -> None:
    body = b'{"is_src_normal": true, "error_code": ' + code + b"}"
    answer = answers.MONITOR_DATA(HttpAnswer(200, {}, body), operation="monitor_data")
    assert answer is not None
    assert answer.is_src_normal is True
