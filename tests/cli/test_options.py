"""Options as people write them, and what a shell offers for them."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from drs_exporter import cli
from drs_exporter.cli.preparation import KNOWN, load
from drs_exporter.settings.options import Options
from drs_exporter.simulator import SimulatedCloud
from tests.cli.conftest import Drs

PLACE = {"DRS_EXPORTER_PROJECT_ID": "p", "DRS_EXPORTER_REGION": "eu-de", "DRS_EXPORTER_TOKEN": "t0ken-t0ken"}


def offered(*arguments: str, incomplete: str = "") -> list[str]:
    """What a shell would show."""
    complete = ShellComplete(cli.drs_exporter, {}, "drs-exporter", "_DRS_EXPORTER_COMPLETE")
    return [item.value for item in complete.get_completions(list(arguments), incomplete)]


def test_a_shell_offers_commands_options_and_values() -> None:
    assert offered() == list(cli.COMMANDS)
    assert "--web.listen-address" in offered("serve", incomplete="--web")
    assert offered("serve", "--cloud") == ["huaweicloud", "tcloud"]
    assert offered("serve", "--region", incomplete="eu-d") == ["eu-de"]
    assert offered("serve", "--collectors", incomplete="jobs,qu") == ["jobs,quotas"]
    assert offered("serve", "--time-zone", incomplete="Asia/Shang") == ["Asia/Shanghai"]


def test_help_names_an_option_before_the_file_that_stands_for_it(drs: Drs) -> None:
    """The file is said to hold the same."""
    told = drs("serve", "--help").out
    assert 0 < told.index("--proxy-url URL") < told.index("--proxy-url-file PATH")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_is_printed_as_documented(shell: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "from drs_exporter.cli import main; main()"],
        env={"_DRS_EXPORTER_COMPLETE": f"{shell}_source", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "_DRS_EXPORTER_COMPLETE" in ended.stdout
    page = (Path(__file__).parent.parent.parent / "docs" / "operations.md").read_text(encoding="utf-8")
    assert f"_DRS_EXPORTER_COMPLETE={shell}_source" in page


def test_a_collector_is_switched_beside_the_list() -> None:
    options = Options({"collectors": ("status",), "collector.quotas": True, "collector.status": False})
    assert load(options, environ=PLACE).projects[0].collectors == ("jobs", "quotas")
    assert load(Options({"collector.job_detail": True}), environ=PLACE).projects[0].collectors == KNOWN.known


def test_a_switch_leaves_the_list_of_an_entry_alone(tmp_path: Path) -> None:
    file = tmp_path / "drs.yml"
    file.write_text(
        "projects:\n- {name: a, project_id: p, region: eu-de, token: t0ken, collectors: [status]}\n"
        "- {name: b, project_id: q, region: eu-de, token: t0ken}"
    )
    listed, global_ = load(Options({"config_file": str(file), "collector.status": False}), environ={}).projects
    assert listed.collectors == ("jobs", "status")
    assert "status" not in global_.collectors


def test_a_value_may_begin_with_a_dash(drs: Drs) -> None:
    ended = drs("serve", "--project-name", "-region", "--config.check")
    assert "-region" not in ended.err


def test_the_configuration_is_checked_without_any_call(configured: SimulatedCloud, drs: Drs) -> None:
    before = sum(configured.calls.values())
    ended = drs("serve", "--config.check")
    assert (ended.code, ended.out.splitlines()[0]) == (0, "the configuration can be used")
    assert f"  prod: {configured.url}, signs in by password" in ended.out
    assert sum(configured.calls.values()) == before


@pytest.mark.parametrize("command", [("check", "--offline"), ("serve", "--config.check"), ("serve",)])
@pytest.mark.parametrize("spelled", ["--web.config.file", "--web-config-file", "-web.config.file"])
def test_a_web_configuration_that_is_not_there_is_told_by_its_option(
    command: tuple[str, ...], spelled: str, drs: Drs, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in PLACE.items():
        monkeypatch.setenv(name, value)
    ended = drs(*command, "--log.level", "error", spelled, "/nonexistent")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"drs-exporter: {spelled}: cannot read /nonexistent: No such file or directory\n"


def test_a_web_configuration_that_is_not_there_is_told_by_its_variable(
    drs: Drs, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (PLACE | {"DRS_EXPORTER_WEB_CONFIG_FILE": "/nonexistent"}).items():
        monkeypatch.setenv(name, value)
    ended = drs("check", "--offline")
    assert ended.err.startswith("drs-exporter: DRS_EXPORTER_WEB_CONFIG_FILE: cannot read /nonexistent: ")


def test_a_wrong_web_configuration_is_found_without_serving(
    configured: SimulatedCloud, drs: Drs, tmp_path: Path
) -> None:
    assert configured.url
    (tmp_path / "web.yml").write_text("nonsense: 1")
    ended = drs("serve", "--config.check", "--web.config.file", str(tmp_path / "web.yml"))
    assert ended.code == 2
    assert str(tmp_path / "web.yml") in ended.err


@pytest.mark.parametrize("command", list(cli.COMMANDS))
def test_no_line_of_help_says_a_thing_twice(command: str) -> None:
    context = click.Context(cli.drs_exporter)
    found = cli.drs_exporter.get_command(context, command)
    assert found is not None
    helps = [record[1] for parameter in found.params if (record := parameter.get_help_record(context))]
    assert not [text for text in helps if text.count("[default") > 1]
    proper = [text for text in helps if not text.startswith("Whether it runs")]
    assert len(set(proper)) == len(proper)
