"""Remembering what was read: spared work, never a wrong or a missing reading."""

from collections import Counter
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from drs_exporter.drs import wire
from drs_exporter.parse.recall import Recall
from drs_exporter.parse.values import Reader


class Made(msgspec.Struct):
    """What a record was read as."""

    text: str | None


class Maker:
    """Reads a name, and counts how often it had to."""

    def __init__(self) -> None:
        self.made = 0
        decoder = msgspec.json.Decoder(wire.ChildJob | wire.Wrong)
        self.recall: Recall[Made] = Recall(decoder, self._make)

    def _make(self, raw: Any, read: Reader) -> Made:
        self.made += 1
        return Made(read.text(read.record(raw, wire.ChildJob, "job").name, "name"))


def test_a_record_that_did_not_change_is_read_once_and_stays_the_same_object() -> None:
    maker, read = Maker(), Reader()
    first = maker.recall(b'{"name":"a"}', read)
    for _ in range(3):
        maker.recall.turn()
        assert maker.recall(b'{"name":"a"}', read) is first
    assert maker.made == 1


def test_a_record_that_changed_is_read_again() -> None:
    maker, read = Maker(), Reader()
    assert maker.recall(b'{"name":"a"}', read) == Made("a")
    maker.recall.turn()
    assert maker.recall(b'{"name":"b"}', read) == Made("b")


def test_a_record_that_did_not_come_for_a_whole_turn_is_forgotten() -> None:
    maker, read = Maker(), Reader()
    maker.recall(b'{"name":"a"}', read)
    maker.recall.turn()
    maker.recall.turn()
    maker.recall(b'{"name":"a"}', read)
    assert maker.made == 2


def test_what_cannot_be_read_is_counted_each_time_it_comes() -> None:
    maker, read = Maker(), Reader()
    for _ in range(3):
        maker.recall(b'{"name":[]}', read)
        maker.recall.turn()
    assert read.errors == Counter(name=3)


def test_a_number_that_no_float_holds_costs_its_field_only() -> None:
    """The page it came in was valid JSON; alone it is read as leniently as a page is."""
    maker, read = Maker(), Reader()
    assert maker.recall(b'{"name":"a","status":1e999}', read) == Made("a")


@given(polls=st.lists(st.lists(st.text(max_size=3), max_size=5), max_size=6))
def test_recalling_reads_what_reading_anew_would(polls: list[list[str]]) -> None:
    maker, read = Maker(), Reader()
    for names in polls:
        for name in names:
            sent = msgspec.json.encode({"name": name})
            assert maker.recall(sent, read) == Maker().recall(sent, Reader())
        maker.recall.turn()
