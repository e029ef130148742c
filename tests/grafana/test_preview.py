"""How the previews read answers and write values."""

from typing import Any

import pytest

from grafana.preview.frames import merged, named
from grafana.preview.looks import Look
from grafana.preview.prometheus import Series
from grafana.preview.values import write
from grafana.preview.variables import Period, substitute, times


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "written"),
    [
        (0.25, "percentunit", 0, "25%"),
        (5400, "s", 1, "1.5 hours"),
        (0.02, "s", None, "20 ms"),
        (1234, "short", None, "1.23 K"),
        (1536, "bytes", None, "1.5 KiB"),
        (2500000, "Bps", 1, "2.5 MB/s"),
        (1600000000000, "dateTimeAsIso", None, "2020-09-13 12:26:40"),
        (float("nan"), "s", None, ""),
    ],
)
def test_values_are_written_in_their_unit(value: float, unit: str, decimals: int | None, written: str) -> None:
    assert write(value, unit, decimals) == written


def test_a_time_is_told_from_now() -> None:
    assert write(1000_000, "dateTimeFromNow", now=4600) == "1 hours ago"
    assert write(8200_000, "dateTimeFromNow", now=4600) == "in 1 hours"


def test_variables_are_put_in_and_what_is_none_stays() -> None:
    known = {"job": ".+", **times(Period(0, 3600), 60)}
    assert substitute('rate(x{job=~"$job"}[$__rate_interval]) $1 ${job:regex}', known) == (
        'rate(x{job=~".+"}[240s]) $1 .+'
    )


def panel_with(*letters: str) -> dict[str, Any]:
    """A panel with that many queries."""
    return {"targets": [{"refId": letter, "legendFormat": "{{ a }}"} for letter in letters]}


def test_rows_are_merged_by_the_labels_all_answers_share() -> None:
    answers = [
        [Series({"id": "1", "status": "ok"}, [(0, 5.0)]), Series({"id": "2", "status": "bad"}, [(0, 6.0)])],
        [Series({"id": "2"}, [(0, 7.0)])],
    ]
    assert merged(panel_with("A", "B"), answers) == [
        {"id": "1", "status": "ok", "Value #A": 5.0},
        {"id": "2", "status": "bad", "Value #A": 6.0, "Value #B": 7.0},
    ]


def test_the_value_of_a_lone_answer_has_no_letter() -> None:
    """As in Grafana: which is why a table's first query has a row wherever another has one."""
    answers: list[list[Series]] = [[Series({"id": "1"}, [(0, 5.0)])], []]
    assert merged(panel_with("A", "B"), answers) == [{"id": "1", "Value": 5.0}]
    assert merged(panel_with("A", "B"), [[], []]) == []


def test_legends_are_filled_in() -> None:
    (found,) = named(panel_with("A"), [[Series({"a": "x"}, [(0, 1.0)])]])
    assert found.name == "x"


def test_an_override_wins_over_the_defaults() -> None:
    panel = {
        "fieldConfig": {
            "defaults": {"unit": "s", "thresholds": {"steps": [{"value": None, "color": "green"}]}},
            "overrides": [{"matcher": {"options": "a"}, "properties": [{"id": "unit", "value": "Bps"}]}],
        }
    }
    assert (Look.of(panel, "a").unit, Look.of(panel, "b").unit) == ("Bps", "s")
    assert Look.of(panel, "a").colour(3) == "green"
