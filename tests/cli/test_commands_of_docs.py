"""The commands of the exporter that any page shows and that end by themselves are run, before a simulated cloud."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from drs_exporter.cli.simulate import credentials
from drs_exporter.simulator import SimulatedCloud
from tests.cli.conftest import Drs
from tests.deploy.test_commands_of_docs import commands, ours

ENDLESS = {"serve", "demo", "simulate"}
SHOWN = sorted({shlex.join(words) for words in ours("drs-exporter") if words[0] not in ENDLESS})
COMPLETIONS = sorted({found for _, words in commands() for found in re.findall(r"_DRS_\w+=\w+", shlex.join(words))})


@pytest.mark.parametrize("line", SHOWN)
def test_a_command_that_is_shown_does_what_it_says(
    line: str, configured: SimulatedCloud, drs: Drs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder of its own; a configuration file that is named there leads to the simulated cloud."""
    monkeypatch.chdir(tmp_path)
    words = [word.replace("/var/lib/prometheus/node-exporter", str(tmp_path)) for word in shlex.split(line)]
    if "--config.file" in words:
        for name in [name for name in os.environ if name.startswith("DRS_EXPORTER_")]:
            monkeypatch.delenv(name)
        Path(words[words.index("--config.file") + 1]).write_text(
            yaml.safe_dump({"projects": [{"name": "prod", **credentials(configured)}]})
        )
    ended = drs(*words)
    assert ended.code == 0, ended.err
    assert ended.out or any(tmp_path.iterdir())


def test_there_are_such_commands() -> None:
    assert {line.split()[0] for line in SHOWN} >= {"check", "assets", "once"}


@pytest.mark.parametrize("variable", COMPLETIONS)
def test_a_completion_that_is_shown_is_a_script(variable: str) -> None:
    name, _, shell = variable.partition("=")
    ended = subprocess.run(
        [sys.executable, "-c", "from drs_exporter.cli import main; main()"],
        env={**os.environ, name: shell},
        check=False,
        capture_output=True,
        text=True,
    )
    assert "drs-exporter" in ended.stdout
    if shell == "bash_source":
        subprocess.run(["bash", "-n"], input=ended.stdout, text=True, check=True)
