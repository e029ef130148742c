"""So many lines of one kind, whatever the kind, and one that counts the rest."""

import io
import json
import logging

import pytest
import structlog

from drs_exporter import logs
from drs_exporter.logs import flood as flood_module
from drs_exporter.logs.flood import BURST, EVERY, Flood
from drs_exporter.logs.tally import TALLY
from drs_exporter.secret import Redactor


class Time:
    """Passes when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """What the flood of the configured log goes by."""
    found = Time()
    monkeypatch.setattr(logs, "Flood", lambda: Flood(found))
    return found


@pytest.fixture
def stream(time: Time) -> io.StringIO:
    """The log."""
    assert time.now == 0
    found = io.StringIO()
    logs.configure("info", "json", Redactor(), found)
    return found


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_one_kind_is_bounded_and_others_are_not_held_up(stream: io.StringIO, time: Time) -> None:
    log = structlog.get_logger()
    before = TALLY.lines
    for number in range(BURST + 950):
        log.info("scraper.dropped", path=f"/{number}")
    log.info("config.reloaded")
    assert [line["event"] for line in lines(stream)] == ["scraper.dropped"] * BURST + ["config.reloaded"]
    assert TALLY.lines - before == 950
    time.now = EVERY
    log.info("config.reloaded")
    told = lines(stream)[-2]
    assert (told["event"], told["of"], told["lines"]) == ("log.lines_left_out", "scraper.dropped", 950)


def test_a_project_s_lines_leave_room_for_another_s(stream: io.StringIO) -> None:
    log = structlog.get_logger()
    for _ in range(BURST + 5):
        log.warning("job.refused", project="one")
    log.warning("job.refused", project="two")
    assert [line.get("project") for line in lines(stream)] == ["one"] * BURST + ["two"]


def test_a_line_a_minute_goes_on_for_ever(stream: io.StringIO, time: Time) -> None:
    log = structlog.get_logger()
    for _ in range(3 * BURST):
        log.warning("collector.failed", project="one")
        time.now += EVERY
    assert [line["event"] for line in lines(stream)] == ["collector.failed"] * 3 * BURST


@pytest.mark.parametrize("logger", ["aiohttp.server", "asyncio", "somebody.else"])
def test_libraries_are_bounded_by_the_place_that_logs_whatever_it_says(stream: io.StringIO, logger: str) -> None:
    for number in range(BURST + 10):
        logging.getLogger(logger).error(f"again {number}")  # noqa: G004 - what a library may do
    logging.getLogger(logger).error("another place")
    assert len(lines(stream)) == BURST + 1


def test_what_was_left_out_is_told_once_a_while_and_at_the_end(stream: io.StringIO, time: Time) -> None:
    found = Flood(time)
    for _ in range(BURST + 3):
        found.passes(("a", ""))
    for _ in range(2):
        found.report()
    assert lines(stream) == []
    for _ in range(2):
        found.report(at_the_end=True)
    assert [line["lines"] for line in lines(stream)] == [3]


def test_so_many_kinds_and_no_more_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often libraries or projects invent one."""
    monkeypatch.setattr(flood_module, "_KINDS", 3)
    time = Time()
    found = Flood(time)
    for number in range(10):
        assert found.passes((str(number), ""))
    assert len(found._rooms) == 3
    time.now = BURST * EVERY
    assert found.passes(("another", ""))
    assert len(found._rooms) == 1
