"""Figures as people read them: durations, shares, times."""

import pytest

from drs_exporter.words import duration, moment, percent


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "\u2013"),
        (0.0, "0 s"),
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (42.4, "42 s"),
        (59.6, "1 min"),
        (200.0, "3 min 20 s"),
        (3600.0, "1 h"),
        (18_745.0, "5 h 12 min"),
        (273_600.0, "3 d 4 h"),
    ],
)
def test_durations_for_people(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [(None, "\u2013"), (0.0, "0 %"), (0.539, "53 %"), (0.9999, "99 %"), (1.0, "100 %"), (1.2, "100 %")],
)
def test_nothing_is_done_before_it_is(ratio: float | None, text: str) -> None:
    assert percent(ratio) == text


def test_times_are_utc() -> None:
    assert moment(0.0) == '<time datetime="1970-01-01T00:00:00Z">1970-01-01 00:00:00 UTC</time>'
    assert moment(None) == "\u2013"
