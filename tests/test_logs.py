"""Log lines: one per event, in the format asked for, without secrets."""

import errno
import io
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
import structlog
import time_machine

from drs_exporter import logs
from drs_exporter.logs.redaction import redaction
from drs_exporter.secret import Redactor

SECRET = "correct-horse-battery"


@pytest.fixture
def redactor() -> Redactor:
    """One that knows a secret."""
    redactor = Redactor()
    redactor.remember(SECRET)
    return redactor


class Full(io.StringIO):
    """A file on a disk that is full at times."""

    full = True

    def write(self, text: str) -> int:
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(text)

    def flush(self) -> None:
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@time_machine.travel("2026-01-02T03:04:05.000006Z", tick=False)
def test_json_is_one_object_a_line(redactor: Redactor) -> None:
    stream = io.StringIO()
    logs.configure("info", "auto", redactor, stream)
    structlog.get_logger().warning("collector.failed", project="prod", reason="timeout")
    structlog.get_logger().debug("poll.ended")
    assert [json.loads(line) for line in stream.getvalue().splitlines()] == [
        {
            "event": "collector.failed",
            "level": "warning",
            "timestamp": "2026-01-02T03:04:05.000006Z",
            "project": "prod",
            "reason": "timeout",
        }
    ]


@time_machine.travel("2026-01-02T03:04:05.000006Z", tick=False)
def test_logfmt_begins_with_time_level_and_event(redactor: Redactor) -> None:
    stream = io.StringIO()
    logs.configure("info", "logfmt", redactor, stream)
    structlog.get_logger().info("poll.ended", project="two words")
    assert stream.getvalue() == (
        'timestamp=2026-01-02T03:04:05.000006Z level=info event=poll.ended project="two words"\n'
    )


@time_machine.travel("2026-01-02T03:04:05.000006Z", tick=False)
def test_console_elsewhere_than_on_a_terminal_has_no_colours(redactor: Redactor) -> None:
    stream = io.StringIO()
    logs.configure("info", "console", redactor, stream)
    structlog.get_logger().info("poll.ended", project="prod")
    assert stream.getvalue().split() == ["2026-01-02T03:04:05.000006Z", "[info", "]", "poll.ended", "project=prod"]


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_auto_on_a_terminal_is_console(
    no_color: str, coloured: bool, redactor: Redactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    stream = Terminal()
    logs.configure("info", "auto", redactor, stream)
    structlog.get_logger().info("poll.ended")
    assert ("\x1b[" in stream.getvalue()) is coloured
    assert not stream.getvalue().startswith("{")


def test_libraries_are_heard_from_warning_on(redactor: Redactor) -> None:
    stream = io.StringIO()
    logs.configure("debug", "json", redactor, stream)
    logging.getLogger("aiohttp.client").info("chatter")
    logging.getLogger("asyncio").warning("slow callback with %s", SECRET)
    (line,) = map(json.loads, stream.getvalue().splitlines())
    assert (line["event"], line["level"], line["logger"]) == (
        "slow callback with [redacted]",
        "warning",
        "asyncio",
    )


def test_a_level_above_warning_holds_for_libraries_too(redactor: Redactor) -> None:
    stream = io.StringIO()
    logs.configure("error", "json", redactor, stream)
    logging.getLogger("asyncio").warning("slow callback")
    structlog.get_logger().warning("collector.failed")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("log_format", ["json", "logfmt", "console"])
def test_no_secret_reaches_a_line(log_format: str, redactor: Redactor) -> None:
    stream = io.StringIO()
    logs.configure("info", log_format, redactor, stream)
    log = structlog.get_logger()
    log.info(SECRET, text=f"x{SECRET}x", error=ValueError(SECRET), nested={"list": [{"deep": SECRET}]})
    log.info("unknown.secret", password="not-remembered", headers={"X-Auth-Token": "not-remembered"}, sk=None)
    try:
        int(SECRET)
    except ValueError:
        log.exception("poll.failed")
    assert SECRET not in stream.getvalue()
    assert "not-remembered" not in stream.getvalue()
    assert "[redacted]" in stream.getvalue()


@pytest.mark.parametrize(
    "key",
    ["password", "Authorization", "X-Auth-Token", "secret_key", "access_key", "AccessKey", "proxy_url", "Set-Cookie"],
)
def test_a_telling_key_is_masked_whatever_stands_under_it(key: str) -> None:
    redact = redaction(Redactor())
    assert redact(None, "info", {key: "value"}) == {key: "[redacted]"}
    assert redact(None, "info", {key: None}) == {key: None}


def test_numbers_and_flags_stay_what_they_are() -> None:
    redact = redaction(Redactor())
    event = {"jobs": 3, "seconds": 0.5, "ok": True, "delay": None}
    assert redact(None, "info", dict(event)) == event


@pytest.mark.parametrize("log_format", ["json", "logfmt", "console"])
def test_a_name_can_forge_neither_lines_nor_colours(log_format: str, redactor: Redactor) -> None:
    stream = io.StringIO()
    logs.configure("info", log_format, redactor, stream)
    structlog.get_logger().info("job.skipped", name="a\x1b[31m\n{forged}\ud800")
    assert len(stream.getvalue().splitlines()) == 1
    assert "\x1b" not in stream.getvalue()
    stream.getvalue().encode()


def test_a_crash_is_logged_and_redacted_and_shows_no_local_variables() -> None:
    program = (
        "from drs_exporter import logs\n"
        "from drs_exporter.secret import Redactor\n"
        "redactor = Redactor()\n"
        f"redactor.remember({SECRET!r})\n"
        "logs.configure('info', 'json', redactor)\n"
        "def crash(unseen):\n"
        f"    raise ValueError('about ' + {SECRET!r}[:0] + unseen)\n"
        f"crash({SECRET!r})\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=Path.cwd())
    assert ended.returncode == 1
    (line,) = map(json.loads, ended.stderr.splitlines())
    assert (line["event"], line["level"]) == ("process.crashed", "critical")
    assert "ValueError: about [redacted]" in line["exception"]
    assert SECRET not in ended.stderr


def test_a_log_that_cannot_be_written_harms_nothing_else(redactor: Redactor) -> None:
    """As soon as there is room again, it goes on."""
    stream = Full()
    logs.configure("info", "json", redactor, stream)
    for log in (structlog.get_logger(), logging.getLogger("aiohttp")):
        log.warning("collector.failed")
    stream.full = False
    structlog.get_logger().info("collector.recovered")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["collector.recovered"]


def test_a_log_that_was_closed_harms_nothing_else(redactor: Redactor) -> None:
    stream = io.StringIO()
    logs.configure("info", "json", redactor, stream)
    stream.close()
    for log in (structlog.get_logger(), logging.getLogger("aiohttp")):
        log.warning("collector.failed")
