"""What holds for every command: help, version, exit codes, one line for whatever is wrong."""

import re
import subprocess
import sys

import click
import pytest

from drs_exporter import __version__, cli
from drs_exporter.errors import ApiConnectionError
from drs_exporter.settings.model import SECRETS
from drs_exporter.simulator import SimulatedCloud
from tests.cli.conftest import Drs

COMMANDS = sorted(cli.COMMANDS)


def parameters(name: str) -> list[click.Parameter]:
    """What a command can be told."""
    command = cli.drs_exporter.get_command(click.Context(cli.drs_exporter), name)
    assert command is not None
    return command.params


def test_the_commands_are_those_that_were_promised() -> None:
    assert COMMANDS == ["assets", "check", "demo", "jobs", "once", "serve", "simulate", "start"]


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_version_is_understood_everywhere(command: tuple[str, ...], drs: Drs) -> None:
    ended = drs(*command, "--version")
    assert (ended.code, ended.err) == (0, "")
    first, python, platform = ended.out.splitlines()
    assert re.fullmatch(rf"drs-exporter, version {__version__} \((branch: \S+, )?revision: [0-9a-f]{{40}}\)", first)
    assert python.startswith("  python version:   3.")
    assert platform.startswith("  platform:         ")


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_is_understood_everywhere(command: tuple[str, ...], option: str, drs: Drs) -> None:
    ended = drs(*command, option)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("Usage: drs-exporter")


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_secret_is_in_help(command: str, configured: SimulatedCloud, drs: Drs) -> None:
    shown = drs(command, "--help").out
    assert not [secret for secret in (*configured.secrets(), configured.access_key) if secret in shown]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_secret_is_an_option(command: str) -> None:
    options = {option for parameter in parameters(command) for option in parameter.opts}
    secrets = {f"--{name.replace('_', '-')}" for name in SECRETS} - {"--proxy-url"}
    assert not options & secrets


def test_every_setting_is_an_option_of_serve() -> None:
    options = {option for parameter in parameters("serve") for option in parameter.opts}
    assert options >= {
        "--config.file",
        "--secrets-dir",
        "--password-file",
        "--poll-interval",
        "--web.listen-address",
        "--web.config.file",
        "--web.telemetry-path",
        "--web.enable-lifecycle",
        "--log.level",
        "--log.format",
    }


def test_an_argument_is_described_apart_from_the_options(drs: Drs) -> None:
    shown = drs("start", "--help").out
    described = "JOB_ID...  Id of each job, as in the label job_id."
    assert f"Positional arguments:\n  {described}\n\nOptions:\n  --project" in shown
    assert shown.count(described) == 1
    assert "arguments:" not in drs("once", "--help").out


def test_no_command_shows_help_and_is_wrong(drs: Drs) -> None:
    ended = drs()
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("Usage: drs-exporter")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("serve", "--zzz"), "No such option '--zzz'."),
        (
            ("serve", "--web.listen-adress", ":1"),
            "No such option '--web.listen-adress'. Did you mean --web.listen-address?",
        ),
        (
            ("serve", "-web.listen-adress=:1"),
            "No such option '-web.listen-adress'. Did you mean --web.listen-address?",
        ),
        (("jobs", "--srot", "name"), "No such option '--srot'. Did you mean --sort?"),
        (("serve", "--tls-verify=5"), "Option '--tls-verify' does not take a value."),
        (("serve", "now"), "Got unexpected extra argument (now)"),
        (("run",), "No such command 'run'."),
        (("start",), "Missing argument 'JOB_ID...'."),
        (("jobs", "--output", "xml"), "Invalid value for '--output': 'xml' is not one of 'table', 'json'."),
        (("serve", "--poll-interval", "5 s"), "--poll-interval: not a duration: write seconds, or 30s, 5m, 1h30m"),
        (("serve", "-poll-interval", "x"), "-poll-interval: not a duration: write seconds, or 30s, 5m, 1h30m"),
        (("serve", "--no-collector.jobs"), "--no-collector.jobs: jobs is always on"),
        (
            ("--poll-interval", "5s", "check"),
            "--poll-interval: options stand after the command: drs-exporter check --poll-interval …",
        ),
        (
            ("-web.listen-address=:1",),
            "-web.listen-address: options stand after the command: drs-exporter serve -web.listen-address …",
        ),
        (("--zzz", "serve"), "No such option '--zzz'."),
        (("serve", "--poll.interval=x"), "--poll.interval: not a duration: write seconds, or 30s, 5m, 1h30m"),
        (
            ("serve", "--web-listen-address=x"),
            "--web-listen-address: must be addresses such as :9877, 127.0.0.1:9877, [::1]:9877 or unix:/run/drs.sock",
        ),
        (
            ("serve", "--web.config-file=x", "--web.max-requests", "0"),
            "--web.max-requests: must be at least 1",
        ),
        (
            ("check",),
            (
                "DRS_EXPORTER_PROJECT_ID: is missing; a project needs project_id and region; "
                "several of them are listed as projects in a file"
            ),
        ),
    ],
)
def test_a_wrong_command_line_is_told_in_one_line(arguments: tuple[str, ...], message: str, drs: Drs) -> None:
    ended = drs(*arguments)
    assert (ended.code, ended.out, ended.err) == (2, "", f"drs-exporter: {message}\n")


@pytest.mark.parametrize("argument", ["--password=hunter2-hunter2", "--secret-key=hunter2-hunter2"])
def test_a_secret_on_the_command_line_is_refused_and_not_repeated(argument: str, drs: Drs) -> None:
    ended = drs("serve", argument)
    assert ended.code == 2
    assert "hunter2" not in ended.err


def test_the_nearest_option_is_named(drs: Drs) -> None:
    ended = drs("serve", "--poll-intervall", "5")
    assert (ended.code, len(ended.err.splitlines())) == (2, 1)
    assert "Did you mean --poll-interval?" in ended.err


def test_both_spellings_of_an_option_are_understood(configured: SimulatedCloud, drs: Drs) -> None:
    assert configured.url
    for option in ("--log.level", "--log-level"):
        assert drs("start", "--dry-run", option, "debug", "some-id").code == 0


def test_an_interrupted_command_says_so(drs: Drs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.drs_exporter, "invoke", _raise(KeyboardInterrupt()))
    ended = drs("check")
    assert (ended.code, ended.err.strip()) == (130, "drs-exporter: interrupted")


def test_an_error_of_the_service_is_a_failure_in_one_line(drs: Drs, monkeypatch: pytest.MonkeyPatch) -> None:
    error = ApiConnectionError("cannot connect to drs.example: connection refused", operation="sign_in")
    monkeypatch.setattr(cli.drs_exporter, "invoke", _raise(error))
    ended = drs("check")
    assert (ended.code, ended.err) == (1, "drs-exporter: cannot connect to drs.example: connection refused\n")


def test_what_nobody_foresaw_is_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.drs_exporter, "invoke", _raise(ExceptionGroup("", [ZeroDivisionError()])))
    with pytest.raises(ExceptionGroup):
        cli.run(["check"])


def test_the_module_is_the_command() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "drs_exporter", "serve", "--zzz"], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", "drs-exporter: No such option '--zzz'.\n")


def _raise(error: BaseException) -> object:
    """A stand-in for a command that fails."""

    def invoke(_ctx: click.Context) -> None:
        raise error

    return invoke
