"""Single values of the API: each trap of the digest has a test with its name."""

from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drs_exporter.drs.wire import NO_NUMBER, PartProgress, Unread
from drs_exporter.parse.values import Reader
from drs_exporter.parse.vocabulary import LONGEST_WORD, OTHER

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.just(NO_NUMBER),
    st.builds(Unread),
    st.lists(st.integers()),
)


@pytest.mark.parametrize("sentinel", [None, "", "-", "--", "N/A", " "])
def test_what_is_not_given_is_unknown_and_no_error(sentinel: Any) -> None:
    read = Reader()
    assert read.number(sentinel, "progress") is None
    assert read.time(sentinel, "process_time") is None
    assert read.flag(sentinel, "billing_tag") is None
    assert not read.errors


@pytest.mark.parametrize(
    ("raw", "value"),
    [("100", 100.0), ("94%", 94.0), ("12.5", 12.5), (7, 7.0), (7.5, 7.5), (" 3 ", 3.0), ("1e3", 1000.0), ("-1", -1.0)],
)
def test_numbers_come_as_strings_and_as_numbers(raw: Any, value: Any) -> None:
    assert Reader().number(raw, "progress") == value


@pytest.mark.parametrize("raw", ["-0", "-0.0%", -0.0, -0, "-0e5"])
def test_zero_has_no_sign(raw: Any) -> None:
    """The two zeros are equal: a line that says one would not be written anew for the other."""
    assert repr(Reader().number(raw, "progress")) == "0.0"


@pytest.mark.parametrize(
    "raw",
    [
        "abc",
        "1_000",
        "1,5",
        "nan",
        "inf",
        "0x10",
        "٣",
        float("nan"),
        float("inf"),
        10**400,
        1e19,
        "-1e300",
        NO_NUMBER,
        True,
        Unread(),
        [],
    ],
)
def test_a_value_of_the_wrong_type_or_shape_is_unknown_and_counted(raw: Any) -> None:
    read = Reader()
    assert read.number(raw, "progress") is None
    assert read.errors == Counter(progress=1)


def test_minus_one_in_a_delay_or_rate_is_no_sample() -> None:
    read = Reader()
    assert read.amount("-1", "apply_rows_rate") is None
    assert read.amount(-1, "apply_rows_rate") is None
    assert not read.errors


def test_zero_is_no_threshold() -> None:
    assert Reader().positive("0", "delay_time") is None
    assert Reader().positive(60, "delay_time") == 60.0


def test_percent_becomes_a_ratio_and_more_than_all_of_it_is_unreadable() -> None:
    read = Reader()
    assert read.ratio("94%", "completed") == 0.94
    assert read.ratio("101", "completed") is None
    assert read.errors == Counter(completed=1)


def test_milliseconds_are_preferred_to_seconds() -> None:
    assert Reader().seconds("1500", "1", "incre_trans_delay") == 1.5


def test_seconds_serve_where_milliseconds_are_not_given() -> None:
    assert Reader().seconds("", "3", "incre_trans_delay") == 3.0
    assert Reader().seconds(None, 3, "incre_trans_delay") == 3.0


def test_minus_one_milliseconds_say_there_is_no_delay_whatever_the_seconds_say() -> None:
    assert Reader().seconds("-1", "5", "incre_trans_delay") is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1608274919000", 1608274919.0),
        (1608274919000, 1608274919.0),
        ("2020-12-18T07:01:59Z", 1608274919.0),
        ("2020-12-18T15:01:59+08:00", 1608274919.0),
        ("2020-12-18T07:01:59.500000Z", 1608274919.5),
        ("9999-12-31T23:59:59Z", 253402300799.0),
    ],
)
def test_times_come_as_epoch_milliseconds_and_as_iso_8601(raw: Any, value: Any) -> None:
    assert Reader().time(raw, "create_time") == value


@pytest.mark.parametrize("raw", ["0", 0, "-1", -1])
def test_zero_and_minus_one_are_no_time(raw: Any) -> None:
    read = Reader()
    assert read.time(raw, "process_time") is None
    assert not read.errors


@pytest.mark.parametrize(
    "raw",
    [
        "yesterday",
        "2020-13-01T00:00:00Z",
        "2020-12-18 15:01:59",
        "1608274919000000",
        1608274919000000,
        "9999-12-31T23:59:59-12:00",
        True,
        Unread(),
    ],
)
def test_a_time_that_cannot_be_read_is_unknown_and_counted(raw: Any) -> None:
    read = Reader()
    assert read.time(raw, "create_time") is None
    assert read.errors == Counter(create_time=1)


def test_a_zone_less_time_is_read_in_the_configured_zone() -> None:
    """The vendor's listing carries no zone, and its own examples show that it is not UTC."""
    read = Reader(zone=ZoneInfo("Asia/Shanghai"))
    assert read.local_time("2020-12-18 15:01:59", "create_time") == 1608274919.0


def test_a_zone_less_time_without_a_configured_zone_is_unknown_and_no_error() -> None:
    read = Reader()
    assert read.local_time("2020-12-18 15:01:59", "create_time") is None
    assert not read.errors


def test_text_keeps_everything_but_what_no_exposition_can_carry() -> None:
    read = Reader()
    assert read.text('a "quoted"\\name\n', "name") == 'a "quoted"\\name\n'
    assert read.text("nul\0", "name") == "nul\ufffd"
    assert "\ud800" not in (read.text("lone \ud800 surrogate", "name") or "")
    assert read.text(123, "name") == "123"
    assert not read.errors


@pytest.mark.parametrize("raw", [True, 1.5, float("nan"), NO_NUMBER, Unread(), []])
def test_text_of_another_type_is_unknown_and_counted(raw: Any) -> None:
    read = Reader()
    assert read.text(raw, "name") is None
    assert read.word(raw, "status") is None
    assert read.errors == Counter(name=1, status=1)


def test_a_name_may_be_the_word_for_what_is_no_number() -> None:
    read = Reader()
    assert [read.text(word, "name") for word in ("NaN", "Infinity")] == ["NaN", "Infinity"]
    assert not read.errors


def test_a_number_too_long_to_print_is_no_text() -> None:
    read = Reader()
    assert read.text(10**5000, "name") is None
    assert read.errors == Counter(name=1)


@pytest.mark.parametrize(("raw", "value"), [(True, True), (False, False), ("true", True), ("FALSE", False)])
def test_flags_come_as_booleans_and_as_text(raw: Any, value: Any) -> None:
    assert Reader().flag(raw, "billing_tag") is value


def test_a_flag_that_is_neither_is_counted() -> None:
    read = Reader()
    assert read.flag("maybe", "billing_tag") is None
    assert read.flag(1, "billing_tag") is None
    assert read.errors == Counter(billing_tag=2)


def test_a_bad_element_costs_itself_and_not_the_list() -> None:
    read = Reader()
    assert read.records([PartProgress(), None, 3, "x"], PartProgress, "parts") == [PartProgress()]
    assert read.errors == Counter(parts=3)


def test_something_else_than_a_list_or_an_object_is_counted_and_empty() -> None:
    read = Reader()
    assert read.records("x", PartProgress, "parts") == []
    assert read.record("x", PartProgress, "part") == PartProgress()
    assert read.records(None, PartProgress, "parts") == []
    assert read.record(None, PartProgress, "part") == PartProgress()
    assert read.errors == Counter(parts=1, part=1)


@given(raw=ANYTHING)
@example(raw="0" * 300)
def test_no_value_ever_raises(raw: Any) -> None:
    read = Reader()
    for function in (read.number, read.amount, read.positive, read.ratio, read.milliseconds, read.time, read.flag):
        function(raw, "field")
    text = read.text(raw, "field")
    assert text is None or text.encode("utf-8")
    too_long = isinstance(raw, str) and len(raw) > LONGEST_WORD
    assert read.word(raw, "field") == (OTHER if too_long else text)
    read.local_time(raw, "field")
    read.seconds(raw, raw, "field")
