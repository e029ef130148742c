"""Commands that run until they are told to end: `serve`, `demo`, `simulate`."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click
import pytest

from drs_exporter import __version__
from drs_exporter.cli import COMMANDS, drs_exporter
from drs_exporter.cli.demo import environment
from drs_exporter.cli.serve import serve
from drs_exporter.simulator import SimulatedCloud
from tests.cli.conftest import Drs

DEMO = ("demo", "--jobs", "1", "--web.listen-address", "127.0.0.1:0")


@contextmanager
def running(*arguments: str, stdout: int = subprocess.PIPE, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """A command that is still running; it is killed if the test leaves it so."""
    with subprocess.Popen(
        [sys.executable, "-m", "drs_exporter", *arguments],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | variables,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until(stream: IO[str] | None, text: str) -> str:
    """The line with this text."""
    assert stream is not None
    for line in stream:
        if text in line:
            return line
    raise AssertionError(f"no line says {text}")


def get(url: str) -> str:
    """The body of a page."""
    with urllib.request.urlopen(url, timeout=30) as response:  # noqa: S310 - a page of our own
        body: bytes = response.read()
    return body.decode()


def test_a_demo_whose_welcome_nobody_can_read_ends_in_one_line_and_is_no_bug() -> None:
    with Path("/dev/full").open("w") as full, running(*DEMO, stdout=full.fileno()) as process:
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (
        1,
        "drs-exporter: standard output cannot be written: No space left on device\n",
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_serves_until_a_signal(number: signal.Signals, configured: SimulatedCloud) -> None:
    with running("serve", "--web.listen-address", "127.0.0.1:0", "--log.format", "json") as process:
        started = json.loads(until(process.stderr, "exporter.started"))
        (url,) = started["urls"]
        assert (started["version"], started["projects"]) == (__version__, ["prod"])
        read = json.loads(until(process.stderr, "jobs.read"))
        assert read["project"] == "prod"
        page = get(f"{url}/metrics")
        assert 'drs_up{project="prod"}' in page
        assert 0 < read["jobs"] <= page.count("\ndrs_job_info{")
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    assert process.returncode == 0
    assert out == ""
    assert json.loads(err.splitlines()[-1])["event"] == "exporter.stopped"
    assert not [secret for secret in configured.secrets() if secret in err]


def test_serve_ends_within_seconds_in_the_middle_of_a_hanging_request(configured: SimulatedCloud) -> None:
    configured.faults.set("list_jobs", "hang")
    with running("serve", "--web.listen-address", "127.0.0.1:0", "--log.format", "json") as process:
        (url,) = json.loads(until(process.stderr, "exporter.started"))["urls"]
        assert get(f"{url}/-/healthy")
        process.terminate()
        process.communicate(timeout=5)
    assert process.returncode == 0


def test_serve_reads_its_file_again_on_sighup(configured: SimulatedCloud, tmp_path: Path) -> None:
    assert configured.url
    file = tmp_path / "drs.yml"
    file.write_text("poll_interval: 1m")
    with running(
        "serve", "--config.file", str(file), "--web.listen-address", "127.0.0.1:0", "--log.format", "json"
    ) as process:
        until(process.stderr, "exporter.started")
        file.write_text("poll_intervall: 5m")
        process.send_signal(signal.SIGHUP)
        failed = json.loads(until(process.stderr, "config.reload_failed"))
        assert failed["error"] == "poll_intervall: unknown setting; did you mean poll_interval?"
        file.write_text("poll_interval: 5m")
        process.send_signal(signal.SIGHUP)
        until(process.stderr, "config.reloaded")
        process.terminate()
        process.communicate(timeout=10)
    assert process.returncode == 0


def test_serve_warns_of_what_is_allowed_and_unwise(configured: SimulatedCloud) -> None:
    assert configured.url
    with running(
        "serve", "--web.listen-address", "127.0.0.1:0", "--log.format", "json", "--poll-interval", "5s"
    ) as process:
        warned = json.loads(until(process.stderr, "config.questionable"))
        assert warned["reason"].startswith("--poll-interval: polling every 5s")
        process.terminate()
        process.communicate(timeout=10)


def test_an_address_in_use_is_told_in_one_line(configured: SimulatedCloud, drs: Drs) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = drs("serve", "--web.listen-address", f"127.0.0.1:{taken.getsockname()[1]}", "--log.level", "error")
    assert configured.url
    assert (ended.code, ended.out) == (2, "")
    assert len(ended.err.splitlines()) == 1
    assert "in use" in ended.err


def test_demo_shows_what_to_open_and_ends_by_ctrl_c() -> None:
    options = ("--jobs", "5", "--speed", "2", "--seed", "4", "--web.listen-address", "127.0.0.1:0")
    # A variable of a real project must not lead the demo to it.
    with running("demo", *options, DRS_EXPORTER_PROJECT_ID="real", DRS_EXPORTER_TOKEN="real-token") as process:
        until(process.stdout, "Ctrl-C")
        landing = until(process.stdout, "Status").split()[1]
        metrics = until(process.stdout, "Metrics").split()[1]
        assert "drs-exporter" in get(landing)
        assert 'project="demo"' in get(metrics)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
    assert process.returncode == 0


def test_the_demo_keeps_only_variables_about_web_and_logs() -> None:
    cloud = SimulatedCloud()
    environ = {"DRS_EXPORTER_LOG_LEVEL": "debug", "DRS_EXPORTER_TOKEN": "real-token", "OS_TOKEN": "t", "HOME": "/"}
    kept = environment(cloud, environ)
    assert kept["DRS_EXPORTER_LOG_LEVEL"] == "debug"
    assert kept["DRS_EXPORTER_PROJECT_ID"] == cloud.project_id
    assert not {"DRS_EXPORTER_TOKEN", "OS_TOKEN", "HOME"} & kept.keys()


def test_simulate_prints_what_to_paste(drs: Drs, monkeypatch: pytest.MonkeyPatch) -> None:
    """What its options take away is missing in what `check` finds."""
    options = ("--fault", "list_async_jobs=404_gateway", "--without", "v3")
    with running("simulate", "--jobs", "5", "--listen", "127.0.0.1:0", *options) as process:
        assert process.stdout is not None
        while "DRS_EXPORTER_ACCESS_KEY=" not in (line := process.stdout.readline()):
            assert line
            name, equals, value = line.strip().removeprefix("export ").partition("=")
            if equals:
                monkeypatch.setenv(name, value)
        ended = drs("check")
        process.terminate()
        process.communicate(timeout=10)
    assert process.returncode == 0
    assert ended.code == 0
    assert "list_jobs_v5 sync" in ended.out
    missing = [line.split()[0] for line in ended.out.splitlines() if "not here" in line]
    assert "list_async_jobs" in missing
    assert "batch_status" in missing


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--fault", "list_jobs"), "Invalid value for '--fault': a fault is written OPERATION=FAULT"),
        (("--fault", "list_jobs=xyz"), "Invalid value for '--fault': no fault 'xyz'"),
        (("--listen", "9880"), "Invalid value for '--listen': must be an address such as 127.0.0.1:9880"),
        (("--speed", "0"), "Invalid value for '--speed': "),
    ],
)
def test_a_wrong_option_of_simulate_is_told(arguments: tuple[str, ...], message: str, drs: Drs) -> None:
    ended = drs("simulate", *arguments)
    assert ended.code == 2
    assert ended.err.startswith(f"drs-exporter: {message}")


@pytest.mark.parametrize("command", ["simulate", "demo"])
@pytest.mark.parametrize("speed", ["nan", "inf", "-inf", "1e300", "86401", "0"])
def test_a_speed_that_no_cloud_can_keep_is_refused(command: str, speed: str, drs: Drs) -> None:
    ended = drs(command, "--speed", speed)
    assert (ended.code, ended.out) == (2, "")
    wrong = "a number" if speed == "nan" else "in the range 0<x<=86400"
    assert ended.err == f"drs-exporter: Invalid value for '--speed': {float(speed)} is not {wrong}.\n"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_no_option_takes_a_number_without_end(name: str) -> None:
    """Settings have limits of their own."""
    command = drs_exporter.get_command(click.Context(drs_exporter), name)
    assert command is not None
    numbers = [parameter for parameter in command.params if isinstance(parameter.type, click.types.FloatParamType)]
    for parameter in numbers:
        for endless in ("nan", "inf", "-inf"):
            with pytest.raises(click.BadParameter):
                parameter.type.convert(endless, parameter, None)


def test_simulate_says_if_its_address_is_taken(drs: Drs) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        ended = drs("simulate", "--listen", address)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"drs-exporter: --listen: cannot listen on {address}: ")


def test_simulate_lists_its_faults(drs: Drs) -> None:
    ended = drs("simulate", "--list-faults")
    assert ended.code == 0
    assert "OPERATION is list_jobs, batch_status" in ended.out
    assert "throttle" in ended.out


def test_serve_is_documented() -> None:
    assert serve.help is not None
    assert "SIGHUP" in serve.help
