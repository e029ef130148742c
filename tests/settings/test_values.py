"""Values as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drs_exporter.settings import addresses, values


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("30", 30),
        ("0.5", 0.5),
        (" 30s ", 30),
        ("5m", 300),
        ("1h", 3600),
        ("1h30m", 5400),
        ("500ms", 0.5),
        ("1d", 86400),
        ("1d2h3m4s5ms", 93784.005),
        ("1.5h", 5400),
        (60, 60),
        (0.25, 0.25),
        (0, 0),
    ],
)
def test_a_duration_is_read(written: object, seconds: float) -> None:
    assert values.seconds(written) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "written",
    ["", " ", "s", "-1", "1 h", "30m1h", "5M", "1w", "nan", "inf", "1e3", "٣", True, None, -1, float("nan"), []],
)
def test_anything_else_is_no_duration(written: object) -> None:
    with pytest.raises(ValueError, match=r"^not a duration: write seconds, or 30s, 5m, 1h30m$"):
        values.seconds(written)


@given(st.integers(min_value=0, max_value=365 * 86400 * 1000))
def test_a_duration_is_written_as_it_is_read(milliseconds: int) -> None:
    assert values.seconds(values.duration(milliseconds / 1000)) == pytest.approx(milliseconds / 1000)


@given(st.text())
def test_no_text_breaks_a_reader(text: str) -> None:
    """Whatever is written, a reader says what is wrong with it in words of its own."""
    for read in (
        values.seconds,
        values.words,
        values.anchored,
        values.time_zone,
        addresses.endpoint,
        addresses.iam_endpoint,
        addresses.proxy,
        addresses.listen_addresses,
        values.region,
        values.rate,
        values.filled,
        values.telemetry_path,
        values.identifier,
        values.text,
        values.path,
        values.whole(0),
        values.durations,
    ):
        try:
            read(text)
        except ValueError as exc:
            assert str(exc).isprintable()  # noqa: PT017 - not raising is right too


def test_a_list_has_each_word_once_in_the_order_given() -> None:
    assert values.words(["b, a", "b"]) == ("b", "a")
    assert values.words("a,,b, ") == ("a", "b")


@pytest.mark.parametrize("written", ["prod", "a|b", "(?i)prod-.*", "(?x) a  # note", "a\\Z", ""])
def test_a_regular_expression_is_shown_as_it_was_written(written: str) -> None:
    assert values.unanchored(values.anchored(written)) == written
