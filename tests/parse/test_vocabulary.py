"""Words a cloud chooses: held once, told apart up to a bound, and called `other` beyond it."""

from collections import Counter

import msgspec

from drs_exporter.parse.values import Reader
from drs_exporter.parse.vocabulary import Vocabulary
from drs_exporter.status import STATUSES


def test_a_word_that_many_jobs_share_is_one_object() -> None:
    read = Reader()
    first, second = msgspec.json.decode('["mysql-to-kafka", "mysql-to-kafka"]')
    assert first is not second
    assert read.word(first, "engine_type") is read.word(second, "engine_type")


def test_a_hundred_unknown_statuses_are_told_apart_and_then_they_are_other() -> None:
    vocabulary = Vocabulary()
    read = Reader(vocabulary)
    invented = [read.word(f"STATUS_{number}", "status") for number in range(25_000)]
    assert len(set(invented)) == 101
    assert invented[-1] == "other"
    assert read.dropped == Counter(status=24_900)
    later = Reader(vocabulary)
    assert later.word("STATUS_7", "status") == "STATUS_7"
    assert {later.word(status, "status") for status in STATUSES} == set(STATUSES)
    assert not later.dropped


def test_words_of_other_fields_are_bounded_each_for_itself() -> None:
    read = Reader()
    for number in range(1500):
        read.word(f"DRS.M{number:05}", "error_code")
    assert read.dropped == Counter(error_code=500)
    assert read.word("mysql", "engine_type") == "mysql"


def test_a_word_of_a_megabyte_is_not_held() -> None:
    vocabulary = Vocabulary()
    read = Reader(vocabulary)
    assert [read.word(str(number) * 1_000_000, "task_type") for number in range(9)] == ["other"] * 9
    assert read.dropped == Counter(task_type=9)
    assert sum(map(len, vocabulary._words["task_type"])) == 0


def test_a_cloud_that_says_other_itself_is_taken_at_its_word() -> None:
    read = Reader()
    assert read.word("other", "status") == "other"
    assert not read.dropped


def test_a_number_of_a_megabyte_is_unreadable_and_not_held() -> None:
    read = Reader()
    assert read.number("1" * 1_000_000, "progress") is None
    assert read.time("1" * 1_000_000, "create_time") is None
    assert read.errors == Counter(progress=1, create_time=1)


def test_what_was_left_out_is_counted_by_whoever_includes_the_reader() -> None:
    read, other = Reader(), Reader()
    for _ in range(2):
        read.word("x" * 1000, "status")
    other.include(read)
    assert other.dropped == Counter(status=2)
